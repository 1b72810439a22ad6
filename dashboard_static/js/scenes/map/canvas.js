/** Draws what is known of a scene: its blocks while it is processed, then its tiles. */

import { boxOf, levelFor, nameOf, tilesIn } from "./tiles.js";

/**
 * @import {Box, Pyramid, Tile} from "./tiles.js"
 *
 * @typedef {{box: Box, done: boolean, picture: CanvasImageSource | null}} Block
 *
 * @typedef {object} Sight where the scene stands on the canvas: `canvas = offset + side * pixel`
 * @property {number} side CSS pixels that a pixel of the scene takes
 * @property {number} x
 * @property {number} y
 * @property {number} width of the frame, in CSS pixels
 * @property {number} height
 *
 * @typedef {object} Theme
 * @property {string} ground
 * @property {string} line
 * @property {string} accent
 */

/** @param {Sight} sight @returns {Box} what of the scene the frame shows */
export function boxInSight({ side, x, y, width, height }) {
  return { x: -x / side, y: -y / side, width: width / side, height: height / side };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Sight} sight
 * @returns {CanvasRenderingContext2D} empty, its unit is a pixel of the scene
 */
export function begin(canvas, { side, x, y, width, height }) {
  const density = devicePixelRatio;
  const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== columns || canvas.height !== rows)
    Object.assign(canvas, { width: columns, height: rows });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, columns, rows);
  context.setTransform(side * density, 0, 0, side * density, x * density, y * density);
  context.imageSmoothingEnabled = false;
  return context;
}

/** @param {CanvasRenderingContext2D} context @param {{width: number, height: number}} scene @param {Theme} theme */
export function drawGround(context, { width, height }, { ground }) {
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
}

/** @param {CanvasRenderingContext2D} context @param {Block[]} blocks @param {number} side @param {number} opacity @param {Theme} theme */
export function drawBlocks(context, blocks, side, opacity, { line, accent }) {
  context.globalAlpha = opacity;
  for (const { box, picture } of blocks) {
    if (picture) context.drawImage(picture, box.x, box.y, box.width, box.height);
  }
  context.globalAlpha = 1;
  context.lineWidth = 1 / side;
  for (const done of [false, true]) {
    context.strokeStyle = done ? accent : line;
    for (const { box } of blocks.filter((each) => each.done === done))
      context.strokeRect(box.x, box.y, box.width, box.height);
  }
}

/**
 * The sharpest that is there of each place: a tile stands on bare ground, so that a coarser one below
 * it does not show through.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Sight} sight
 * @param {Pyramid} pyramid
 * @param {{get: (name: string) => CanvasImageSource | undefined}} tiles
 * @param {number} opacity
 * @param {Theme} theme
 * @returns {Tile[]} those that are missing, the most wanted first
 */
export function drawTiles(context, sight, pyramid, tiles, opacity, { ground }) {
  const wanted = levelFor(sight.side * devicePixelRatio, pyramid.levels);
  const view = boxInSight(sight);
  let missing = /** @type {Tile[]} */ ([]);
  for (let level = pyramid.levels - 1; level >= wanted; level--) {
    const all = tilesIn(view, level, pyramid);
    if (level === wanted) missing = all.filter((tile) => !tiles.get(nameOf(tile)));
    for (const tile of all) {
      const picture = tiles.get(nameOf(tile));
      if (!picture) continue;
      const { x, y, width, height } = boxOf(tile, pyramid);
      context.fillStyle = ground;
      context.fillRect(x, y, width, height);
      context.globalAlpha = opacity;
      context.drawImage(picture, x, y, width, height);
      context.globalAlpha = 1;
    }
  }
  const coarsest = { level: pyramid.levels - 1, row: 0, column: 0 };
  const hasNone = !tiles.get(nameOf(coarsest)) && wanted < coarsest.level;
  return hasNone ? [coarsest, ...missing] : missing; // something is seen of all of it at once
}

/** @param {CanvasRenderingContext2D} context @param {number[][][]} rings @param {number} side */
export function drawOutline(context, rings, side) {
  context.lineJoin = "round";
  for (const [colour, width] of /** @type {const} */ ([
    ["#ffffff", 5],
    ["#111111", 2],
  ])) {
    context.strokeStyle = colour;
    context.lineWidth = width / side;
    context.beginPath();
    for (const ring of rings) {
      for (const [index, [x, y]] of ring.entries())
        index ? context.lineTo(x, y) : context.moveTo(x, y);
    }
    context.stroke();
  }
}
