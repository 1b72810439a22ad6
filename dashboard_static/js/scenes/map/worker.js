/** Reads tiles of cloud-optimised GeoTIFFs by ranges, beside the page. */

import { geotiff } from "../../../vendor/geotiff.js";

/**
 * @import {Pyramid, Tile} from "./tiles.js"
 *
 * @typedef {{open: string, url: string}} Open a product by its address
 * @typedef {{tile: Tile, product: string, order: number[] | null}} Read `order`: of a file with a band per class, the one on top last
 * @typedef {{id: number} & (Open | Read)} Request
 */

const MOST_LEVELS = 20;

/** @type {Map<string, Promise<any[]>>} the images of a product, level by level */
const products = new Map();

addEventListener("message", async (/** @type {MessageEvent<Request>} */ { data }) => {
  const { id } = data;
  try {
    if ("open" in data) return postMessage({ id, result: await open(data) });
    const numbers = await read(data);
    postMessage({ id, result: numbers }, /** @type {any} */ ([numbers.buffer]));
  } catch (/** @type {any} */ error) {
    postMessage({ id, error: String(error?.message ?? error) });
  }
});

/** @param {Open} request @returns {Promise<Pyramid>} */
async function open({ open: product, url }) {
  const images = imagesAt(url);
  products.set(product, images);
  const [first, ...others] = await images;
  return {
    width: first.getWidth(),
    height: first.getHeight(),
    levels: others.length + 1,
    tile: first.getTileWidth(),
  };
}

/** @param {string} url @returns {Promise<any[]>} */
async function imagesAt(url) {
  const { fromUrl } = await geotiff();
  const tiff = await fromUrl(url, { allowFullFile: false });
  const count = Math.min(await tiff.getImageCount(), MOST_LEVELS);
  return Promise.all(Array.from({ length: count }, (_, level) => tiff.getImage(level)));
}

/** @param {Read} request @returns {Promise<Uint8Array<ArrayBuffer>>} class numbers, row by row */
async function read({ tile: { level, row, column }, product, order }) {
  const images = await products.get(product);
  if (!images) throw new Error(`${product} is not open`);
  const image = images[level];
  const [width, height] = [image.getTileWidth(), image.getTileHeight()];
  const [left, top] = [column * width, row * height];
  const right = Math.min(left + width, image.getWidth());
  const bottom = Math.min(top + height, image.getHeight());
  const samples = order ? order.map((number) => number - 1) : [0];
  if (!samples.length) return new Uint8Array((right - left) * (bottom - top));
  const bands = await image.readRasters({ window: [left, top, right, bottom], samples });
  return order ? topmost(bands, order) : Uint8Array.from(bands[0]);
}

/** @param {ArrayLike<number>[]} bands masks @param {number[]} order class numbers, the one on top last */
function topmost(bands, order) {
  const numbers = new Uint8Array(bands[0].length);
  for (const [index, mask] of bands.entries())
    for (let pixel = 0; pixel < numbers.length; pixel++)
      if (mask[pixel]) numbers[pixel] = order[index];
  return numbers;
}
