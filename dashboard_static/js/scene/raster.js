/** Paint layers into pixels. */

/** @import {Layer} from "./layers.js" */

/**
 * Paint the layers in their colours, one over the other.
 *
 * @param {{layer: Layer, colour: string, alpha?: number}[]} layers colours as `#RRGGBB`, alpha 0 to 1
 * @param {Uint32Array} pixels of a canvas, cleared and painted here
 */
export function paint(layers, pixels) {
  pixels.fill(0);
  for (const { layer, colour, alpha } of layers) paintRuns(layer, rgba(colour, alpha), pixels);
}

/** @param {Layer} layer @param {number} value @param {Uint32Array} pixels */
function paintRuns({ starts, ends, labels }, value, pixels) {
  for (let run = 0; run < starts.length; run++) {
    if (labels[run]) pixels.fill(value, starts[run], ends[run]);
  }
}

/** @param {string} colour @param {number} [alpha] @returns {number} RGBA bytes as one little-endian word, as canvases have them */
function rgba(colour, alpha = 1) {
  const rgb = Number.parseInt(colour.slice(1), 16);
  const bytes = ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
  return ((Math.round(alpha * 255) << 24) | bytes) >>> 0;
}
