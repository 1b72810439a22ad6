/**
 * A street or satellite map around the image, of the tiles that config.json names. Tiles are of Web
 * Mercator; they are drawn onto the image's own pixels, so that nothing of the result is resampled.
 * They come by fetch, which the policy's connect-src admits by host, never as images or scripts.
 */

import { byId } from "../dom.js";

/**
 * @import {Basemap, Picture} from "../../types.js"
 * @import {Viewer} from "./viewer.js"
 * @typedef {[number, number, number, number, number, number]} Affine as `setTransform` takes it
 */

const TILE_PX = 256;
const MAX_TILES = 40; // of one view: about a megabyte
const MAX_KEPT = 120;

/** @param {Basemap} basemap @param {Viewer} viewer @param {(problem: unknown) => void} failed */
export function createBasemap({ url, max_zoom }, viewer, failed) {
  /** @type {Map<string, Promise<ImageBitmap>>} */
  const kept = new Map();
  let pending = false;

  /** @param {string} address */
  function tile(address) {
    const found = kept.get(address) ?? fetchTile(address);
    kept.delete(address);
    kept.set(address, found); // the newest last
    for (const old of [...kept.keys()].slice(0, -MAX_KEPT)) kept.delete(old);
    found.catch(() => kept.delete(address));
    return found;
  }

  async function draw() {
    pending = false;
    const { image, frame, world } = viewer.sizes();
    const { corners } = /** @type {Picture} */ (image);
    if (!corners) return;
    const canvas = byId("basemap");
    const map = mapOf(corners, world, viewer.viewport());
    const seen = visibleTiles(map, frame, max_zoom);
    const drawn = seen.map(async (each) => ({
      ...each,
      picture: await tile(addressOf(url, each)).catch(failed),
    }));
    const tiles = await Promise.all(drawn);
    if (pending) return; // the view has moved since
    const density = devicePixelRatio;
    Object.assign(canvas, { width: frame.width * density, height: frame.height * density });
    const context = canvas.getContext("2d");
    for (const { x, y, n, picture } of tiles) {
      if (!picture) continue;
      context.setTransform(density, 0, 0, density, 0, 0);
      context.transform(...map);
      context.transform(1 / n, 0, 0, 1 / n, x / n, y / n);
      context.drawImage(picture, 0, 0, 1, 1);
    }
  }

  return {
    /** Draw soon, once for many movements. */
    schedule() {
      if (!pending) requestAnimationFrame(draw);
      pending = true;
    },
  };
}

/** @param {string} address */
async function fetchTile(address) {
  const answer = await fetch(address, { credentials: "omit", referrerPolicy: "origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return createImageBitmap(await answer.blob());
}

/** @param {string} url @param {{x: number, y: number, z: number, n: number}} tile */
function addressOf(url, { x, y, z, n }) {
  const values = { x: ((x % n) + n) % n, y, z };
  return url.replace(/\{([xyz])\}/g, (_, name) => String(values[/** @type {"x"} */ (name)]));
}

/**
 * From Web Mercator, 0 to 1 from the north-west, to CSS pixels of the frame, by three of the corners.
 *
 * @param {[number, number][]} corners
 * @param {{width: number, height: number}} world
 * @param {{scale: number, x: number, y: number}} viewport
 * @returns {Affine}
 */
export function mapOf(corners, world, { scale, x, y }) {
  const [first, right, , down] = corners.map(mercator);
  const across = stepOf(first, right);
  const along = stepOf(first, down);
  const area = across.x * along.y - across.y * along.x;
  const [width, height] = [world.width * scale, world.height * scale];
  const a = (width * along.y) / area;
  const c = (-width * along.x) / area;
  const b = (-height * across.y) / area;
  const d = (height * across.x) / area;
  return [a, b, c, d, x - a * first.x - c * first.y, y - b * first.x - d * first.y];
}

/** @param {[number, number]} place longitude and latitude */
export function mercator([lon, lat]) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return { x: lon / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

/** @typedef {{x: number, y: number}} Point */

/** @param {Point} from @param {Point} to the short way around */
function stepOf(from, to) {
  const x = to.x - from.x;
  return { x: x - Math.round(x), y: to.y - from.y };
}

/**
 * @param {Affine} map
 * @param {{width: number, height: number}} frame
 * @param {number} maxZoom
 * @returns {{x: number, y: number, z: number, n: number}[]} at most `MAX_TILES`
 */
export function visibleTiles(map, frame, maxZoom) {
  const [a, b, c, d, e, f] = map;
  const area = a * d - b * c;
  const ends = [
    [0, 0],
    [frame.width, 0],
    [0, frame.height],
    [frame.width, frame.height],
  ].map(([x, y]) => ({
    x: (d * (x - e) - c * (y - f)) / area,
    y: (a * (y - f) - b * (x - e)) / area,
  }));
  const sharp = Math.round(Math.log2(Math.sqrt(Math.abs(area)) / TILE_PX));
  for (let z = Math.max(0, Math.min(sharp, maxZoom)); ; z--) {
    const n = 2 ** z;
    const [left, right] = bounds(ends.map((end) => end.x * n));
    const [top, bottom] = bounds(ends.map((end) => end.y * n));
    const [first, last] = [Math.max(0, top), Math.min(n - 1, bottom)];
    const count = (right - left + 1) * Math.max(0, last - first + 1);
    if (count > MAX_TILES && z > 0) continue;
    return count > MAX_TILES ? [] : listed(left, right, first, last).map((at) => ({ ...at, z, n }));
  }
}

/** @param {number[]} values */
const bounds = (values) => [Math.floor(Math.min(...values)), Math.floor(Math.max(...values))];

/** @param {number} left @param {number} right @param {number} top @param {number} bottom */
function listed(left, right, top, bottom) {
  const tiles = [];
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) tiles.push({ x, y });
  return tiles;
}
