/** How far a class can be trusted, in one word, from its Jaccard index on images that training never saw. */

/** @import {Model, Score, Test} from "../types.js" */

const GOOD = 0.5; // half of what either the truth or the model calls the class, both do
const FAIR = 0.25;

/**
 * The test that the model's headline is of: terrain that no judged network saw, or else the fixed test.
 *
 * @param {Model} model
 * @returns {Test}
 */
export function mainTest({ out_of_fold: unseen, scores }) {
  return unseen?.classes ? /** @type {Test} */ (unseen) : scores;
}

/** @param {Score | undefined} score @returns {"good" | "fair" | "weak" | "unknown"} */
export function trust(score) {
  if (!score) return "unknown";
  if (score.iou >= GOOD) return "good";
  return score.iou >= FAIR ? "fair" : "weak";
}
