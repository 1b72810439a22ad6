/** Paint layers into pixels. */

/** @import {Layer} from "./layers.js" */

/**
 * Paint the layers in their colours, one over the other.
 *
 * @param {{layer: Layer, colour: string}[]} layers colours as `#RRGGBB`
 * @param {Uint32Array} pixels of a canvas, cleared and painted here
 */
export function paint(layers, pixels) {
  pixels.fill(0);
  for (const { layer, colour } of layers) paintRuns(layer, opaque(colour), pixels);
}

/** @param {Layer} layer @param {number} value @param {Uint32Array} pixels */
function paintRuns({ starts, ends, labels }, value, pixels) {
  for (let run = 0; run < starts.length; run++) {
    if (labels[run]) pixels.fill(value, starts[run], ends[run]);
  }
}

/** @param {string} colour @returns {number} RGBA bytes as one little-endian word, as canvases have them */
function opaque(colour) {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}
