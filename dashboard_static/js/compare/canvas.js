/** The pictures of a comparison: two sides with a divider, or what changed over the first. */

import { bitmapOf } from "../service/api.js";
import { element } from "../view/dom.js";
import { align } from "./align.js";

/**
 * @import {Palette} from "../scene/palettes.js"
 * @import {Api} from "../service/api.js"
 * @import {Picture, Prediction} from "../types.js"
 */

const OVERLAY_ALPHA = 0.75;
const FADED = 0.45; // of the image under the changes
const MIN_WIDTH = 900; // of the canvas, so that the divider is fine on a small image

/**
 * Image and classes of a result as one picture.
 *
 * @param {Api} api
 * @param {Prediction} prediction
 * @param {Palette} palette
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function layerOf(api, { id, image }, palette) {
  const [base, overlay] = await Promise.all(
    [api.image(id, "true-colour"), api.file(api.fileUrl(id, "overlay.png", { palette }))].map(
      async (blob) => bitmapOf(await blob),
    ),
  );
  const canvas = element("canvas", { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(base, 0, 0);
  context.globalAlpha = OVERLAY_ALPHA;
  context.drawImage(overlay, 0, 0);
  base.close();
  overlay.close();
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} a
 * @param {Picture} b
 * @param {HTMLCanvasElement[]} sides
 * @param {number} at 0 to 1: A to the left of it, B to the right
 */
export function drawSides(canvas, a, b, sides, at) {
  const { context, factor } = prepared(canvas, sides[0]);
  context.drawImage(sides[0], 0, 0, canvas.width, canvas.height);
  const x = at * canvas.width;
  context.save();
  context.beginPath();
  context.rect(x, 0, canvas.width - x, canvas.height);
  context.clip();
  context.clearRect(x, 0, canvas.width - x, canvas.height);
  context.setTransform(factor, 0, 0, factor, 0, 0);
  context.transform(...align(a, b));
  context.drawImage(sides[1], 0, 0, b.width, b.height);
  context.restore();
  context.fillStyle = "#ffffff";
  context.strokeStyle = "#17211f";
  context.fillRect(x - 2, 0, 4, canvas.height);
  context.strokeRect(x - 2.5, -1, 5, canvas.height + 2);
}

/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} side @param {ImageBitmap} changes */
export function drawChanges(canvas, side, changes) {
  const { context } = prepared(canvas, side);
  context.filter = "grayscale(1)";
  context.globalAlpha = FADED;
  context.drawImage(side, 0, 0, canvas.width, canvas.height);
  context.filter = "none";
  context.globalAlpha = 1;
  context.drawImage(changes, 0, 0, canvas.width, canvas.height);
}

/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} side */
function prepared(canvas, { width, height }) {
  const factor = Math.max(1, Math.ceil(MIN_WIDTH / width));
  if (canvas.width !== width * factor) Object.assign(canvas, { width: width * factor });
  if (canvas.height !== height * factor) Object.assign(canvas, { height: height * factor });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  return { context, factor };
}
