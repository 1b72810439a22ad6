/** What people say of objects, as the service keeps it, and the scores that follow from it. */

import { outline } from "./outlines.js";
import { recount } from "./recount.js";

/**
 * @import {State} from "../state.js"
 * @import {Correction} from "../types.js"
 * @import {Layer} from "./layers.js"
 */

const PRESENT = 255; // belongs at every threshold that can be set
export const MAX_POINTS = 100_000; // of all corrections of a prediction, as the service takes them
export const MAX_CORRECTIONS = 500;

/**
 * The state with these corrections: layers, counts and totals follow.
 *
 * @param {State} state with a prediction and its scores
 * @param {Correction[]} corrections
 * @returns {Partial<State>}
 */
export function withCorrections(state, corrections) {
  const { prediction, scores } = state;
  if (!prediction || !scores) return {};
  const changed = new Set([...keysOf(state.corrections), ...keysOf(corrections)]);
  const corrected = corrections.length ? correctedScores(scores, corrections, state) : null;
  return { corrections, corrected, ...recount({ ...state, corrected }, {}, changed) };
}

/** @param {Correction[]} corrections */
function keysOf(corrections) {
  return corrections.flatMap((each) => [each.class, ...(each.instead ? [each.instead] : [])]);
}

/** @param {Uint8Array} scores @param {Correction[]} corrections @param {Pick<State, "config" | "prediction">} state */
function correctedScores(scores, corrections, { config, prediction }) {
  const { width, height } = /** @type {NonNullable<State["prediction"]>} */ (prediction).image;
  const copy = scores.slice();
  for (const each of corrections) {
    const runs = runsOf(each.rings, width, height);
    const fill = (/** @type {string} */ key, /** @type {number} */ value) => {
      const plane = config.classes.findIndex((cover) => cover.key === key) * width * height;
      for (const [start, end] of runs) copy.fill(value, plane + start, plane + end);
    };
    if (each.verdict === "wrong") fill(each.class, 0);
    if (each.verdict === "missing") fill(each.class, PRESENT);
    if (each.instead) fill(each.instead, PRESENT);
  }
  return copy;
}

/**
 * The pixels whose centres lie inside an odd number of rings, as the service fills them.
 *
 * @param {[number, number][][]} rings closed, in pixel corners
 * @param {number} width
 * @param {number} height
 * @returns {[number, number][]} first pixel and one past the last, counted from the image's first
 */
export function runsOf(rings, width, height) {
  /** @type {[number, number][]} */
  const runs = [];
  const rows = crossings(rings, height);
  rows.forEach((crossed, row) => {
    crossed.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossed.length; at += 2) {
      const first = Math.max(Math.ceil(crossed[at] - 0.5), 0);
      const end = Math.min(Math.ceil(crossed[at + 1] - 0.5), width);
      if (end > first) runs.push([row * width + first, row * width + end]);
    }
  });
  return runs;
}

/** @param {[number, number][][]} rings @param {number} height @returns {number[][]} by row, where the edges cross the middle of its pixels */
function crossings(rings, height) {
  /** @type {number[][]} */
  const rows = Array.from({ length: height }, () => []);
  for (const ring of rings) {
    for (let at = 0; at + 1 < ring.length; at++) {
      const [[x0, y0], [x1, y1]] = y0Before(ring[at], ring[at + 1]);
      const last = Math.min(Math.ceil(y1 - 0.5), height);
      for (let row = Math.max(Math.ceil(y0 - 0.5), 0); row < last; row++) {
        rows[row].push(x0 + ((row + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
      }
    }
  }
  return rows;
}

/** @param {[number, number]} one @param {[number, number]} other */
const y0Before = (one, other) => (one[1] <= other[1] ? [one, other] : [other, one]);

/**
 * @param {Layer} layer
 * @param {number} width of the image
 * @param {number} label
 * @returns {[number, number][][]} the closed rings of an object, its outline first
 */
export function ringsOf(layer, width, label) {
  const { x, y } = outline(layer, width, label);
  /** @type {[number, number][][]} */
  const rings = [[]];
  x.forEach((value, at) => {
    if (value === null) rings.push([]);
    else rings[rings.length - 1].push([value, /** @type {number} */ (y[at])]);
  });
  return rings.filter((ring) => ring.length);
}
