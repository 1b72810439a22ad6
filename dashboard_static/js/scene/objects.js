/** One object after the other, the largest of its class first. */

/**
 * @import {Layer} from "./layers.js"
 */

/** @typedef {{key: string, label: number}} Selection */

/** @type {WeakMap<Layer, number[]>} */
const orders = new WeakMap();

/** @param {Layer} layer @returns {number[]} its objects by size, then in reading order */
export function bySize(layer) {
  const known = orders.get(layer);
  if (known) return known;
  const labels = layer.pixels.map((_, label) => label).slice(1);
  const order = labels.sort((a, b) => layer.pixels[b] - layer.pixels[a] || a - b);
  orders.set(layer, order);
  return order;
}

/**
 * @param {Layer | undefined} layer of the class
 * @param {string} key
 * @param {Selection | null} selection
 * @param {1 | -1} by
 * @returns {Selection | null} the object after or before it, around the end; the largest where another class is selected
 */
export function stepped(layer, key, selection, by) {
  const order = layer ? bySize(layer) : [];
  if (!order.length) return null;
  const at = selection?.key === key ? order.indexOf(selection.label) : -1;
  const next = at < 0 ? 0 : (at + by + order.length) % order.length;
  return { key, label: order[next] };
}

/**
 * @param {Layer} layer
 * @param {number} width of the image
 * @param {number} label
 * @returns {{x: number, y: number}} the middle of the object's bounding box, in pixels
 */
export function middleOf({ rows, starts, ends, labels }, width, label) {
  let [left, right, top, bottom] = [width, 0, rows.length, 0];
  for (let row = 0; row < rows.length - 1; row++) {
    for (let run = rows[row]; run < rows[row + 1]; run++) {
      if (labels[run] !== label) continue;
      left = Math.min(left, starts[run] - row * width);
      right = Math.max(right, ends[run] - row * width);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}
