/** The pictures of a comparison: two sides with a divider, or what changed over the first. */

import { bitmapOf } from "../service/api.js";
import { element } from "../view/dom.js";
import { align } from "./align.js";

/**
 * @import {Size, Viewport} from "../scene/viewport.js"
 * @import {Api, Seen} from "../service/api.js"
 * @import {Prediction} from "../types.js"
 * @import {Loaded} from "./types.js"
 *
 * @typedef {object} Window where the pixels of A lie on the canvas
 * @property {number} factor canvas pixels per pixel of A
 * @property {number} x canvas pixels to the image's left edge
 * @property {number} y
 */

const OVERLAY_ALPHA = 0.75;
const FADED = 0.45; // of the image under the changes

/**
 * Image and classes of a result as one picture.
 *
 * @param {Api} api
 * @param {Prediction} prediction
 * @param {Seen} seen thresholds and palette
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function layerOf(api, { id, image }, seen) {
  const [base, overlay] = await Promise.all(
    [api.image(id, "true-colour"), api.file(api.fileUrl(id, "overlay.png", seen))].map(
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
 * The window of a viewport on a canvas as sharp as the screen.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Size} image
 * @param {{frame: Size, world: Size}} sizes in CSS pixels
 * @param {Viewport} viewport
 * @returns {Window}
 */
export function windowOn(canvas, image, { frame, world }, { scale, x, y }) {
  const width = Math.round(frame.width * devicePixelRatio);
  const height = Math.round(frame.height * devicePixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const perCss = width / frame.width;
  return { factor: (perCss * scale * world.width) / image.width, x: perCss * x, y: perCss * y };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Loaded} loaded
 * @param {Window} window
 * @param {number} at 0 to 1 of the canvas: A to the left of it, B to the right
 */
export function drawSides(canvas, { a, b, sides }, window, at) {
  const context = cleared(canvas);
  toPixels(context, window);
  context.drawImage(sides[0], 0, 0);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.save();
  const x = at * canvas.width;
  context.beginPath();
  context.rect(x, 0, canvas.width - x, canvas.height);
  context.clip();
  context.clearRect(x, 0, canvas.width - x, canvas.height);
  toPixels(context, window);
  context.transform(...align(a.image, b.image));
  context.drawImage(sides[1], 0, 0, b.image.width, b.image.height);
  context.restore();
}

/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} side @param {ImageBitmap} changes @param {Window} window */
export function drawChanges(canvas, side, changes, window) {
  const context = cleared(canvas);
  toPixels(context, window);
  context.filter = "grayscale(1)";
  context.globalAlpha = FADED;
  context.drawImage(side, 0, 0);
  context.filter = "none";
  context.globalAlpha = 1;
  context.drawImage(changes, 0, 0, side.width, side.height);
}

/** @param {HTMLCanvasElement} canvas */
function cleared(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  return context;
}

/** @param {CanvasRenderingContext2D} context @param {Window} window draws in pixels of A from now on */
function toPixels(context, { factor, x, y }) {
  context.setTransform(factor, 0, 0, factor, x, y);
}
