/** Where a pixel lies on the ground, and what is known of it. */

/** @import {Picture} from "../types.js" */

/** @typedef {{lon: number, lat: number}} LonLat in degrees */

/**
 * Between an image's corners, bilinearly: to a centimetre in an image of 2.5 km.
 *
 * @param {Picture} image
 * @param {number} column may lie between pixels
 * @param {number} row
 * @returns {LonLat | null} null for an image without a CRS, and for older predictions
 */
export function lonLatAt({ corners, width, height }, column, row) {
  if (!corners) return null;
  const [lonAt, latAt] = [0, 1].map((axis) => {
    const [topLeft, topRight, lowRight, lowLeft] = continuous(corners.map((point) => point[axis]));
    const top = topLeft + (column / width) * (topRight - topLeft);
    const low = lowLeft + (column / width) * (lowRight - lowLeft);
    return top + (row / height) * (low - top);
  });
  return { lon: ((lonAt + 540) % 360) - 180, lat: latAt };
}

/**
 * Whether two images may show the same ground: their corners' bounds overlap. Of images without a CRS
 * nobody knows, unless they are one and the same.
 *
 * @param {Picture} a
 * @param {Picture} b
 */
export function isSamePlace(a, b) {
  if (!a.corners || !b.corners) return a.sha256 === b.sha256;
  const [first, second] = [boundsOf(a.corners), boundsOf(b.corners)];
  const turn = 360 * Math.round((first.west - second.west) / 360);
  return (
    first.west < second.east + turn &&
    second.west + turn < first.east &&
    first.south < second.north &&
    second.south < first.north
  );
}

/** @param {[number, number][]} corners longitude and latitude @returns {{west: number, south: number, east: number, north: number}} east may exceed 180 */
export function boundsOf(corners) {
  const lon = continuous(corners.map((corner) => corner[0]));
  const lat = corners.map((corner) => corner[1]);
  return {
    west: Math.min(...lon),
    east: Math.max(...lon),
    south: Math.min(...lat),
    north: Math.max(...lat),
  };
}

/** @param {number[]} degrees @returns {number[]} without the jump at 180 degrees */
function continuous(degrees) {
  return degrees.map((each) => each - 360 * Math.round((each - degrees[0]) / 360));
}

/**
 * @param {Picture} image
 * @returns {number | null} degrees by which an arrow that points up is turned clockwise to point north
 */
export function northOf(image) {
  const [x, y] = [image.width / 2, image.height / 2];
  const [here, right, down] = [
    lonLatAt(image, x, y),
    lonLatAt(image, x + 1, y),
    lonLatAt(image, x, y + 1),
  ];
  if (!here || !right || !down) return null;
  // Steps to the north per pixel, along a row and along a column, in one unit of length.
  return (Math.atan2(right.lat - here.lat, here.lat - down.lat) * 180) / Math.PI;
}

const FRAME_TILES = 3; // of 256 CSS pixels, that show the image at OpenStreetMap
const MAX_ZOOM = 19;

/** @param {Picture} image @returns {string | null} the address of the place at OpenStreetMap */
export function openStreetMapOf(image) {
  const middle = lonLatAt(image, image.width / 2, image.height / 2);
  if (!middle) return null;
  const [lon, lat] = [middle.lon.toFixed(5), middle.lat.toFixed(5)];
  const metres = Math.sqrt(image.pixel_area_m2) * Math.max(image.width, image.height);
  const around = 40_075_017 * Math.cos((middle.lat * Math.PI) / 180);
  const zoom = Math.min(Math.floor(Math.log2((FRAME_TILES * around) / metres)), MAX_ZOOM);
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=${zoom}/${lat}/${lon}`;
}

/**
 * @param {Uint8Array} scores of all classes, plane after plane
 * @param {Picture} image
 * @param {number} column
 * @param {number} row
 * @returns {number[]} the pixel's score of each class, 0 to 1
 */
export function scoresAt(scores, { width, height }, column, row) {
  const size = width * height;
  const pixel = row * width + column;
  return Array.from(
    { length: scores.length / size },
    (_, plane) => scores[plane * size + pixel] / 256,
  );
}

/**
 * Read an index off its colour, to about 0.005.
 *
 * @param {ArrayLike<number>} rgb of a pixel
 * @param {number[][]} ramp colours at -1, 0 and 1
 * @returns {number} -1 to 1
 */
export function indexOf(rgb, ramp) {
  const found = ramp.slice(1).map((end, half) => {
    const start = ramp[half];
    const along = start.map((from, channel) => end[channel] - from);
    const length = along.reduce((sum, each) => sum + each * each, 0);
    const offset = start.map((from, channel) => rgb[channel] - from);
    const dot = offset.reduce((sum, each, channel) => sum + each * along[channel], 0);
    const share = Math.min(Math.max(dot / length, 0), 1);
    const miss = offset.reduce(
      (sum, each, channel) => sum + (each - share * along[channel]) ** 2,
      0,
    );
    return { index: half - 1 + share, miss };
  });
  return found.sort((a, b) => a.miss - b.miss)[0].index;
}
