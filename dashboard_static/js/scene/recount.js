/** Count anew at other thresholds. */

import { segment, summarise } from "./layers.js";

/**
 * @import {State} from "../state.js"
 * @import {Layer} from "./layers.js"
 */

/**
 * Segment only the classes whose threshold changed.
 *
 * @param {State} state with a prediction and its scores
 * @param {Record<string, number>} thresholds those that change, by class key
 * @param {ReadonlySet<string>} [corrected] classes whose scores changed
 * @returns {Partial<State>}
 */
export function recount(state, thresholds, corrected = new Set()) {
  const { prediction, config } = state;
  const scores = state.corrected ?? state.scores;
  if (!prediction || !scores) return {};
  const { image } = prediction;
  const now = { ...state.thresholds, ...thresholds };
  const layers = new Map(state.layers);
  for (const { key, number, least_area_m2 } of config.classes) {
    const same = now[key] === state.thresholds[key] && !corrected.has(key);
    if (layers.has(key) && same) continue;
    const plane = planeOf(scores, number, image.width * image.height);
    layers.set(key, segment(plane, image.width, now[key], least_area_m2 / image.pixel_area_m2));
  }
  return {
    thresholds: now,
    layers,
    counts: [...layers].map(([key, layer]) => summarise(key, layer, image)),
    moved: config.classes.some(({ key }) => now[key] !== prediction.thresholds[key]),
    selection: sameObjects(state, layers) ? state.selection : null, // else they were numbered anew
  };
}

/** @param {State} state @param {Map<string, Layer>} layers */
function sameObjects({ selection, layers: before }, layers) {
  return selection && layers.get(selection.key) === before.get(selection.key);
}

/** @param {Uint8Array} scores @param {number} number of the class, from 1 @param {number} size pixels of the image */
function planeOf(scores, number, size) {
  return scores.subarray((number - 1) * size, number * size);
}
