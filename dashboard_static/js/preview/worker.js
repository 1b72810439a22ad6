/** Reads a TIFF beside the page, which so stays quick: posts its facts, then its picture or why there is none. */

import { geotiff } from "../../vendor/geotiff.js";
import { factsOf, pagesOf } from "./facts.js";
import { BANDS, faultsOf } from "./faults.js";
import { stretch } from "./stretch.js";

const TRUE_COLOUR = [4, 2, 1]; // red, green, blue of WorldView-3, from 0
const MOST_SIDE = 512;
const NEEDS_WASM = ["ZSTD", "LERC"]; // which the page's policy forbids

addEventListener("message", async ({ data: file }) => {
  try {
    const { fromBlob } = await geotiff();
    const pages = pagesOf(await imagesOf(await fromBlob(file)));
    const facts = factsOf(pages, file.size);
    postMessage({ facts });
    postMessage(faultsOf(facts).length ? {} : await pictureOf(pages, facts));
  } catch (error) {
    console.info("no preview:", error);
    postMessage({});
  }
});

/** @param {any} tiff @returns {Promise<any[]>} no more than can matter, as a file may claim thousands */
async function imagesOf(tiff) {
  const count = Math.min(await tiff.getImageCount(), 4 * BANDS);
  return Promise.all(Array.from({ length: count }, (_, index) => tiff.getImage(index)));
}

/** @param {any[]} pages @param {import("./facts.js").Facts} facts */
async function pictureOf(pages, { width, height, compression }) {
  if (NEEDS_WASM.includes(compression)) return {};
  const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const picture = new ImageData(stretch(await read(pages, size)), size.width, size.height);
  return { picture: await createImageBitmap(picture) };
}

/** @param {any[]} pages @param {{width: number, height: number}} size @returns {Promise<ArrayLike<number>[]>} */
async function read(pages, size) {
  if (pages.length === 1) return pages[0].readRasters({ samples: TRUE_COLOUR, ...size });
  const bands = TRUE_COLOUR.map((band) => pages[band].readRasters(size));
  return (await Promise.all(bands)).map(([band]) => band);
}
