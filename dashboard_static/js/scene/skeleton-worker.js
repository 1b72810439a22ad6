/** Measures skeletons beside the page, which stays quick: a wide river takes a while. */

import { skeletonLength } from "./skeleton.js";

/**
 * @import {Layer} from "./layers.js"
 *
 * @typedef {object} Order
 * @property {Layer[]} layers
 * @property {number} width of the image
 * @property {[number, number]} side metres of a pixel along a row and along a column
 */

addEventListener("message", ({ data }) => {
  const { layers, width, side } = /** @type {Order} */ (data);
  postMessage(layers.map((layer) => skeletonLength(layer, width, side)));
});
