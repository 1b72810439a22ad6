/** How far a class can be trusted, in one word, from its Jaccard index on images that training never saw. */

const GOOD = 0.5; // half of what either the truth or the model calls the class, both do
const FAIR = 0.25;

/** @param {import("./types.js").Score | undefined} score @returns {"good" | "fair" | "weak" | "unknown"} */
export function trust(score) {
  if (!score) return "unknown";
  if (score.iou >= GOOD) return "good";
  return score.iou >= FAIR ? "fair" : "weak";
}
