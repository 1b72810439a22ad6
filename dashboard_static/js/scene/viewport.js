/** Where the image lies in its frame: `screen = offset + scale * local`, in CSS pixels. */

/** @typedef {{scale: number, x: number, y: number}} Viewport scale 1 fits the whole image */
/** @typedef {{width: number, height: number}} Size */

/** @typedef {{scale: number, x: number, y: number}} Place the pixel of the image in the frame's middle */

/** @type {Viewport} */
export const FIT = { scale: 1, x: 0, y: 0 };
const MOST_CSS_PER_PIXEL = 48;

/** @param {Size} image @param {Size} frame @returns {Size} of the image, fitted into its frame */
export function fit(image, frame) {
  const ratio = Math.min(frame.width / image.width, frame.height / image.height);
  return { width: image.width * ratio, height: image.height * ratio };
}

/**
 * Zoom about a point of the frame, which stays where it is.
 *
 * @param {Viewport} viewport
 * @param {number} factor
 * @param {{x: number, y: number}} point
 * @param {{world: Size, frame: Size, image: Size, minScale?: number}} sizes `minScale` is 1 where nothing lies around the image
 */
export function zoom(viewport, factor, point, sizes) {
  const smallest = sizes.minScale ?? 1;
  const scale = Math.min(Math.max(viewport.scale * factor, smallest), largestScale(sizes));
  const ratio = scale / viewport.scale;
  const moved = {
    scale,
    x: point.x - ratio * (point.x - viewport.x),
    y: point.y - ratio * (point.y - viewport.y),
  };
  return keepInside(moved, sizes);
}

/** @param {Viewport} viewport @param {number} x @param {number} y @param {{world: Size, frame: Size}} sizes */
export function pan(viewport, x, y, sizes) {
  return keepInside({ ...viewport, x: viewport.x + x, y: viewport.y + y }, sizes);
}

/** @param {Viewport} viewport @param {{world: Size, frame: Size, image: Size}} sizes @returns {Place | null} null for the whole image */
export function placeOf({ scale, x, y }, { world, frame, image }) {
  if (scale === 1) return null;
  return {
    scale,
    x: ((frame.width / 2 - x) / scale / world.width) * image.width,
    y: ((frame.height / 2 - y) / scale / world.height) * image.height,
  };
}

/** @param {Place | null} place @param {{world: Size, frame: Size, image: Size}} sizes @returns {Viewport} */
export function viewportAt(place, sizes) {
  if (!place) return keepInside(FIT, sizes);
  const { world, frame, image } = sizes;
  const scale = Math.min(place.scale, largestScale(sizes));
  const moved = {
    scale,
    x: frame.width / 2 - (place.x / image.width) * world.width * scale,
    y: frame.height / 2 - (place.y / image.height) * world.height * scale,
  };
  return keepInside(moved, sizes);
}

/** @param {{world: Size, image: Size}} sizes */
function largestScale({ world, image }) {
  return Math.max((MOST_CSS_PER_PIXEL * image.width) / world.width, 1);
}

/**
 * An image smaller than its frame stays centred; a larger one always covers it.
 *
 * @param {Viewport} viewport
 * @param {{world: Size, frame: Size}} sizes
 * @returns {Viewport}
 */
export function keepInside({ scale, x, y }, { world, frame }) {
  return {
    scale,
    x: hold(x, world.width * scale, frame.width),
    y: hold(y, world.height * scale, frame.height),
  };
}

/** @param {number} offset @param {number} length @param {number} room */
function hold(offset, length, room) {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, offset));
}

/**
 * The longest round length that fits a scale bar, and the digits behind the decimal mark that it needs.
 *
 * @param {number} metresPerCssPixel
 * @param {number} room CSS pixels
 */
export function scaleBar(metresPerCssPixel, room) {
  const most = metresPerCssPixel * room;
  const decade = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2].find((step) => step * decade <= most) ?? 1) * decade;
  const digits = Math.max(0, -Math.floor(Math.log10(most)));
  return { metres, width: metres / metresPerCssPixel, digits };
}
