/** Class numbers as pictures. */

/**
 * @import {Palette} from "../../scene/palettes.js"
 * @import {LandCover} from "../../types.js"
 */

import { legendOf } from "../../scene/palettes.js";

/** @typedef {Uint32Array<ArrayBuffer>} Colours RGBA of each class number, as a canvas holds it; 0 is transparent */

/**
 * @param {LandCover[]} classes
 * @param {Palette} palette
 * @param {ReadonlySet<string>} hidden class keys
 * @returns {Colours}
 */
export function coloursOf(classes, palette, hidden) {
  const colours = new Uint32Array(256);
  const bytes = new DataView(colours.buffer);
  for (const cover of classes) {
    if (hidden.has(cover.key)) continue;
    const rgb = Number.parseInt(legendOf(cover, palette).colour.slice(1), 16);
    bytes.setUint32(4 * cover.number, rgb * 256 + 255);
  }
  return colours;
}

/**
 * @param {Uint8Array} numbers row by row
 * @param {number} width
 * @param {Colours} colours
 * @returns {OffscreenCanvas}
 */
export function paint(numbers, width, colours) {
  const height = numbers.length / width;
  const pixels = new Uint32Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) pixels[index] = colours[numbers[index]];
  const canvas = new OffscreenCanvas(width, height);
  const bytes = new Uint8ClampedArray(pixels.buffer);
  canvas.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
  return canvas;
}

/**
 * Class numbers in the order of painting, without those that are hidden.
 *
 * @param {LandCover[]} classes
 * @param {string[]} paintOrder keys
 * @param {ReadonlySet<string>} hidden
 * @returns {number[] | null} null where all are shown: `classes.tif` has them painted already
 */
export function orderOf(classes, paintOrder, hidden) {
  if (!hidden.size) return null;
  const shown = paintOrder.filter((key) => !hidden.has(key));
  return shown.map((key) => classes.find((each) => each.key === key)?.number ?? 0);
}
