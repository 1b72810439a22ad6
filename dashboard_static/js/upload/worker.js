/** Reads a TIFF beside the page, which so stays quick: posts its facts, then its picture or why there is none. */

import { geotiff } from "../../vendor/geotiff.js";
import { factsOf, maskOf, pagesOf, tag } from "./facts.js";
import { faultsOf } from "./faults.js";
import { stretch } from "./stretch.js";

/**
 * @import {Limits} from "../types.js"
 * @import {Facts, TiffImage} from "./facts.js"
 */

const TRUE_COLOUR = [4, 2, 1]; // red, green, blue of WorldView-3, from 0
const MAX_SIDE = 512; // of the picture
const NEEDS_WASM = ["ZSTD", "LERC"]; // which the page's policy forbids
const WHITE_IS_ZERO = 0; // of the tag PhotometricInterpretation

addEventListener("message", async ({ data: { file, limits } }) => {
  try {
    const { fromBlob } = await geotiff();
    const images = await imagesOf(await fromBlob(file), limits);
    const pages = pagesOf(images);
    const facts = factsOf(pages, file.size);
    postMessage({ facts });
    const fit = !faultsOf(facts, limits).length && !NEEDS_WASM.includes(facts.compression);
    postMessage(fit ? await pictureOf(pages, maskOf(images), facts) : {});
  } catch (error) {
    console.info("no preview:", error);
    postMessage({});
  }
});

/** @param {any} tiff @param {Limits} limits @returns {Promise<TiffImage[]>} no more than can matter, as a file may claim thousands */
async function imagesOf(tiff, { bands }) {
  const count = Math.min(await tiff.getImageCount(), 4 * bands);
  return Promise.all(Array.from({ length: count }, (_, index) => tiff.getImage(index)));
}

/** @param {TiffImage[]} pages @param {TiffImage | null} mask @param {Facts} facts */
async function pictureOf(pages, mask, { width, height, dtype, bits }) {
  if (bits % 8) for (const page of pages) readUnpacked(page);
  const fill = {
    nodata: nodataOf(pages[0], dtype),
    mask: mask && (await mask.readRasters())[0],
    zeros: dtype.endsWith("int16"), // as scenes are filled that are cut along the orbit
  };
  const bands = await read(pages);
  const pixels = stretch(bands, width, fill);
  if (tag(pages[0], "PhotometricInterpretation") === WHITE_IS_ZERO) invert(pixels);
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const picture = await createImageBitmap(new ImageData(pixels, width, height), {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "medium",
  });
  return { picture };
}

/** @param {TiffImage[]} pages @returns {Promise<ArrayLike<number>[]>} whole, as every n-th pixel would show stripes that are none */
async function read(pages) {
  if (pages.length === 1) return pages[0].readRasters({ samples: TRUE_COLOUR });
  const bands = TRUE_COLOUR.map((band) => pages[band].readRasters());
  return (await Promise.all(bands)).map(([band]) => band);
}

/**
 * geotiff.js 3.0 unpacks counts of 11 bits to 16, in the machine's order of bytes, but then looks for
 * them where they lay before, in the file's order.
 *
 * @param {TiffImage} page
 */
function readUnpacked(page) {
  const { fileDirectory: tags } = page;
  const load = tags.loadValue.bind(tags);
  tags.loadValue = async (/** @type {string} */ name) =>
    name === "BitsPerSample" ? Array(page.getSamplesPerPixel()).fill(16) : load(name);
  page.littleEndian = true;
}

/** @param {TiffImage} page @param {string} dtype @returns {number | null} as the pixels hold it */
function nodataOf(page, dtype) {
  const nodata = page.getGDALNoData();
  return dtype.startsWith("float") && nodata !== null ? Math.fround(nodata) : nodata;
}

/** @param {Uint8ClampedArray} pixels RGBA */
function invert(pixels) {
  for (let index = 0; index < pixels.length; index++) {
    if (index % 4 < 3) pixels[index] = 255 - pixels[index];
  }
}
