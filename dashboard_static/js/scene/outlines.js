/**
 * Follow the borders of a layer's objects, along pixel edges.
 * Outer rings run clockwise on the screen, holes the other way, so a non-zero fill leaves holes open.
 */

/** @import {Layer} from "./layers.js" */

/** @typedef {{x: (number | null)[], y: (number | null)[]}} Path closed rings in pixel corners, null between */

const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
]; // right, down, left, up

/**
 * @param {Layer} layer
 * @param {number} width in pixels
 * @param {number} [only] one object alone
 * @returns {Path}
 */
export function outline(layer, width, only) {
  const grid = drawGrid(layer, width, only);
  const seen = new Uint8Array(grid.cells.length);
  /** @type {Path} */
  const path = { x: [], y: [] };
  for (let cell = grid.stride; cell < grid.cells.length; cell++) {
    const isTopEdge = grid.cells[cell] && !grid.cells[cell - grid.stride];
    if (isTopEdge && !seen[cell]) follow(grid, seen, cell, path);
  }
  return path;
}

/**
 * @param {Path} path
 * @returns {string} the same for the `d` of an SVG path
 */
export function svgPath({ x, y }) {
  let start = true;
  const parts = x.map((value, index) => {
    const part = value === null ? "Z" : `${start ? "M" : "L"}${value} ${y[index]}`;
    start = value === null;
    return part;
  });
  return parts.join("");
}

/** The mask with an empty pixel around it, so that no border needs a test for the image's end.
 *
 * @param {Layer} layer
 * @param {number} width
 * @param {number} [only]
 */
export function drawGrid({ rows, starts, ends, labels }, width, only) {
  const stride = width + 2;
  const cells = new Uint8Array(stride * (rows.length + 1));
  for (let row = 0; row < rows.length - 1; row++) {
    const shift = (row + 1) * stride + 1 - row * width;
    for (let run = rows[row]; run < rows[row + 1]; run++) {
      const wanted = only ? labels[run] === only : labels[run] > 0;
      if (wanted) cells.fill(1, starts[run] + shift, ends[run] + shift);
    }
  }
  return { cells, stride };
}

/**
 * Walk one ring with the object on the right hand. Where two objects meet at a corner only, the walk
 * stays with the one it came from: objects are 4-connected.
 *
 * @param {{cells: Uint8Array, stride: number}} grid
 * @param {Uint8Array} seen cells whose top edge was walked
 * @param {number} start cell whose top edge begins the ring
 * @param {Path} path
 */
function follow({ cells, stride }, seen, start, path) {
  // The corner (x, y) is the top left one of the cell y * stride + x.
  let x = start % stride;
  let y = Math.floor(start / stride);
  const [firstX, firstY] = [x, y];
  let heading = 0;
  let turned = 1; // the first corner is always one
  do {
    if (turned) push(path, x, y);
    if (heading === 0) seen[y * stride + x] = 1;
    x += STEPS[heading][0];
    y += STEPS[heading][1];
    turned = turn(cells, stride, x, y, heading);
    heading = (heading + turned + 4) % 4;
  } while (x !== firstX || y !== firstY || heading !== 0);
  push(path, firstX, firstY);
  path.x.push(null);
  path.y.push(null);
}

/** @returns {number} 1 to the right, -1 to the left, 0 ahead
 * @param {Uint8Array} cells @param {number} stride @param {number} x @param {number} y @param {number} heading */
function turn(cells, stride, x, y, heading) {
  const [stepX, stepY] = STEPS[heading];
  const [sideX, sideY] = STEPS[(heading + 1) % 4];
  const ahead = (/** @type {1 | -1} */ side) => {
    const column = x + (stepX + side * sideX - 1) / 2;
    const row = y + (stepY + side * sideY - 1) / 2;
    return cells[row * stride + column];
  };
  if (!ahead(1)) return 1;
  return ahead(-1) ? -1 : 0;
}

/** @param {Path} path @param {number} x @param {number} y */
function push(path, x, y) {
  path.x.push(x - 1); // the grid begins one pixel before the image
  path.y.push(y - 1);
}
