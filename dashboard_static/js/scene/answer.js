/** The answer of a result: how much of the image each class covers, and how much none does. */

import { covered } from "./layers.js";

/**
 * @import {Layer} from "./layers.js"
 * @import {Count, Picture} from "../types.js"
 */

const MAX_SHARES = 5;
export const MIN_PERCENT = 0.5; // less would read 0 %

/**
 * @typedef {object} Answer
 * @property {number} squareMetres of the valid pixels, to which all percentages refer
 * @property {{key: string, percent: number}[]} shares of the classes that cover most, the largest first
 * @property {number} percent of the pixels in any class, each counted once
 * @property {number} overlap percent of the area that the classes' sum counts more than once
 */

/**
 * @param {Count[]} counts
 * @param {Map<string, Layer>} layers
 * @param {Picture} image
 * @returns {Answer}
 */
export function answerOf(counts, layers, image) {
  const percent = (100 * unionOf(layers, image)) / image.valid_pixels;
  const found = counts.filter(({ objects }) => objects).sort((a, b) => b.percent - a.percent);
  const large = found.filter((count) => count.percent >= MIN_PERCENT);
  const sum = counts.reduce((total, count) => total + count.percent, 0);
  return {
    squareMetres: image.valid_pixels * image.pixel_area_m2,
    shares: (large.length ? large : found).slice(0, MAX_SHARES),
    percent,
    overlap: Math.max(sum - percent, 0),
  };
}

/** @type {WeakMap<Map<string, Layer>, number>} the answer and the table both ask */
const unions = new WeakMap();

/** @param {Map<string, Layer>} layers @param {Picture} image @returns {number} pixels in any class */
export function unionOf(layers, { width, height }) {
  const known = unions.get(layers);
  if (known !== undefined) return known;
  const union = covered(layers.values(), width * height);
  unions.set(layers, union);
  return union;
}
