/** How long roads and rivers are: their skeleton, one pixel wide, and its length. */

import { drawGrid } from "./outlines.js";

/** @import {Layer} from "./layers.js" */

/** @typedef {{cells: Uint8Array, stride: number}} Grid 1 where the class is, with an empty pixel around it */

// Of a line one pixel wide: steps along a row or column, diagonal ones, and changes between the two.
// Vossepoel and Smeulders 1982: right to 1 % on average over all directions, at most 2 % short.
const STRAIGHT = 0.98;
const DIAGONAL = 1.406 / Math.SQRT2;
const CORNER = 0.091;

/**
 * @param {Layer} layer
 * @param {number} width of the image
 * @param {[number, number]} side metres of a pixel along a row and along a column
 * @returns {number} metres
 */
export function skeletonLength(layer, width, side) {
  const grid = drawGrid(layer, width);
  thin(grid);
  return lengthOf(grid, side);
}

/**
 * Thin to lines one pixel wide that keep the connections (Guo and Hall 1989, algorithm A1), its two
 * passes in turn. A pixel is looked at in both after one of its neighbours has gone, and not again.
 *
 * @param {Grid} grid is changed
 */
export function thin({ cells, stride }) {
  const around = around8(stride);
  const due = new Uint8Array(cells.length); // passes in which a pixel is still to be looked at
  let candidates = bordersOf(cells, around);
  for (const cell of candidates) due[cell] = 2;
  for (let pass = 0; candidates.length; pass = 1 - pass) {
    const gone = candidates.filter((cell) => DELETABLE[pass][bitsAt(cells, cell, around)]);
    for (const cell of gone) cells[cell] = 0;
    const next = candidates.filter((cell) => cells[cell] && --due[cell]);
    for (const cell of gone) {
      for (const step of around) {
        const beside = cell + step;
        if (cells[beside] && !due[beside]) next.push(beside);
        due[beside] = 2;
      }
    }
    candidates = next;
  }
}

/** @param {Uint8Array} cells @param {number[]} around */
function bordersOf(cells, around) {
  const found = [];
  for (let cell = 0; cell < cells.length; cell++)
    if (cells[cell] && bitsAt(cells, cell, around) !== SURROUNDED) found.push(cell);
  return found;
}

const SURROUNDED = 255;

/** The neighbours, clockwise from the one above. @param {number} stride */
const around8 = (stride) => [
  -stride,
  -stride + 1,
  1,
  stride + 1,
  stride,
  stride - 1,
  -1,
  -stride - 1,
];

/** @param {Uint8Array} cells @param {number} cell @param {number[]} around @returns {number} its neighbours, one bit each */
function bitsAt(cells, cell, around) {
  let bits = 0;
  for (let index = 0; index < 8; index++) bits |= cells[cell + around[index]] << index;
  return bits;
}

/** By pass and neighbours: whether a pixel can go. */
const DELETABLE = [0, 1].map((pass) =>
  Uint8Array.from({ length: 256 }, (_, bits) => Number(isDeletable(bits, pass))),
);

/** @param {number} bits @param {number} pass */
function isDeletable(bits, pass) {
  const [p2, p3, p4, p5, p6, p7, p8, p9] = Array.from({ length: 8 }, (_, at) => (bits >> at) & 1);
  const parts =
    (1 - p2) * (p3 | p4) + (1 - p4) * (p5 | p6) + (1 - p6) * (p7 | p8) + (1 - p8) * (p9 | p2);
  const one = (p9 | p2) + (p3 | p4) + (p5 | p6) + (p7 | p8);
  const other = (p2 | p3) + (p4 | p5) + (p6 | p7) + (p8 | p9);
  const neighbours = Math.min(one, other);
  const held = pass ? (p2 | p3 | (1 - p5)) & p4 : (p6 | p7 | (1 - p9)) & p8;
  return parts === 1 && neighbours >= 2 && neighbours <= 3 && !held;
}

/** @param {Grid} grid a skeleton @param {[number, number]} side @returns {number} metres */
function lengthOf({ cells, stride }, [across, along]) {
  let metres = 0;
  for (let cell = stride; cell < cells.length - stride; cell++) {
    if (!cells[cell]) continue;
    const { right, down, rightDown, leftDown, straight, diagonal } = linksOf(cells, cell, stride);
    metres += STRAIGHT * (right * across + down * along);
    metres += DIAGONAL * (rightDown + leftDown) * Math.hypot(across, along);
    if (straight === 1 && diagonal === 1) metres -= (CORNER * (across + along)) / 2;
  }
  return Math.max(metres, 0);
}

/**
 * A pixel's links: to those beside it, and over a corner where no side leads there. Those to the right
 * and below are counted by length, as each link belongs to two pixels.
 *
 * @param {Uint8Array} cells
 * @param {number} cell
 * @param {number} stride
 */
function linksOf(cells, cell, stride) {
  const [up, right, down, left] = [-stride, 1, stride, -1].map((step) => cells[cell + step]);
  const over = (/** @type {number} */ step, /** @type {number} */ a, /** @type {number} */ b) =>
    cells[cell + step] && !a && !b ? 1 : 0;
  const rightDown = over(stride + 1, right, down);
  const leftDown = over(stride - 1, left, down);
  const above = over(-stride + 1, right, up) + over(-stride - 1, left, up);
  return {
    right,
    down,
    rightDown,
    leftDown,
    straight: up + right + down + left,
    diagonal: rightDown + leftDown + above,
  };
}
