/** Where the pixels of one image lie in another one of the same place. */

/** @import {Picture} from "../types.js" */

/** @typedef {[number, number, number, number, number, number]} Affine as `setTransform` takes it */

/**
 * The affine map from the pixels of `b` to those of `a`, by three corners. Over an image of 2.5 km it
 * misses what a projection bends by less than a pixel; the service compares without it.
 *
 * @param {Picture} a
 * @param {Picture} b
 * @returns {Affine}
 */
export function align(a, b) {
  if (!a.corners || !b.corners) return [a.width / b.width, 0, 0, a.height / b.height, 0, 0];
  const [origin, right, down] = [b.corners[0], b.corners[1], b.corners[3]].map((corner) =>
    pixelOf(a, corner),
  );
  return [
    (right.x - origin.x) / b.width,
    (right.y - origin.y) / b.width,
    (down.x - origin.x) / b.height,
    (down.y - origin.y) / b.height,
    origin.x,
    origin.y,
  ];
}

/** @param {Picture} image @param {[number, number]} place longitude and latitude */
function pixelOf({ corners, width, height }, place) {
  const [first, right, , down] = /** @type {[number, number][]} */ (corners);
  const across = step(first, right);
  const along = step(first, down);
  const offset = step(first, place);
  const area = across.x * along.y - across.y * along.x;
  return {
    x: (width * (offset.x * along.y - offset.y * along.x)) / area,
    y: (height * (across.x * offset.y - across.y * offset.x)) / area,
  };
}

/** Degrees from one place to another, the short way. @param {[number, number]} from @param {[number, number]} to */
function step(from, to) {
  const lon = to[0] - from[0];
  return { x: lon - 360 * Math.round(lon / 360), y: to[1] - from[1] };
}
