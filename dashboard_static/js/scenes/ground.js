/** Between a scene's pixels and the ground: UTM and longitude and latitude, as nearly all scenes are. */

/**
 * @import {LonLat} from "../scene/place.js"
 *
 * @typedef {object} Placed
 * @property {(column: number, row: number) => LonLat} toLonLat corners of pixels are whole numbers
 * @property {(place: LonLat) => [number, number]} toPixel column and row
 */

const RADIUS_M = 6_378_137; // WGS 84
const FLATTENING = 1 / 298.257223563;
const SCALE = 0.9996; // of UTM along its central meridian
const FALSE_EAST_M = 500_000;
const FALSE_NORTH_M = 10_000_000; // south of the equator
const DEGREE = Math.PI / 180;
const STEPS = 5; // of Newton's method; three are enough within a zone

const N = FLATTENING / (2 - FLATTENING);
const MERIDIAN_M = (RADIUS_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
// Kruger's series of 1912 for the inverse transverse Mercator projection, to the third order in N.
const BETA = [
  N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3,
  N ** 2 / 48 + N ** 3 / 15,
  (17 / 480) * N ** 3,
];
const DELTA = [
  2 * N - (2 / 3) * N ** 2 - 2 * N ** 3,
  (7 / 3) * N ** 2 - 1.6 * N ** 3,
  (56 / 15) * N ** 3,
];

/**
 * @param {number | null} epsg
 * @param {number[] | null} affine a, b, c, d, e, f: x = a column + b row + c, y = d column + e row + f
 * @returns {Placed | null} null for other systems, which the service knows and this page does not
 */
export function placing(epsg, affine) {
  const project = epsg && affine && inverseOf(epsg);
  if (!project) return null;
  const [a, b, c, d, e, f] = affine;
  const toLonLat = (/** @type {number} */ column, /** @type {number} */ row) =>
    project(a * column + b * row + c, d * column + e * row + f);
  return { toLonLat, toPixel: (place) => solve(toLonLat, place) };
}

/** @param {number} epsg @returns {((x: number, y: number) => LonLat) | null} */
function inverseOf(epsg) {
  if (epsg === 4326) return (lon, lat) => ({ lon, lat });
  const zone = epsg % 100;
  const half = (epsg - zone) / 100;
  if ((half !== 326 && half !== 327) || zone < 1 || zone > 60) return null;
  return (x, y) => utm(x, half === 327 ? y - FALSE_NORTH_M : y, zone);
}

/** @param {number} x @param {number} y from the equator @param {number} zone @returns {LonLat} */
function utm(x, y, zone) {
  const xi = y / (SCALE * MERIDIAN_M);
  const eta = (x - FALSE_EAST_M) / (SCALE * MERIDIAN_M);
  let [up, across] = [xi, eta];
  for (const [index, beta] of BETA.entries()) {
    const k = 2 * (index + 1);
    up -= beta * Math.sin(k * xi) * Math.cosh(k * eta);
    across -= beta * Math.cos(k * xi) * Math.sinh(k * eta);
  }
  const conformal = Math.asin(Math.sin(up) / Math.cosh(across));
  const lat = DELTA.reduce(
    (sum, delta, index) => sum + delta * Math.sin(2 * (index + 1) * conformal),
    conformal,
  );
  const lon = Math.atan2(Math.sinh(across), Math.cos(up));
  return { lon: 6 * zone - 183 + lon / DEGREE, lat: lat / DEGREE };
}

/**
 * Newton's method, with differences for derivatives: pixels lie nearly evenly on the ground.
 *
 * @param {Placed["toLonLat"]} toLonLat
 * @param {LonLat} place
 * @returns {[number, number]}
 */
function solve(toLonLat, { lon, lat }) {
  let [column, row] = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    const here = toLonLat(column, row);
    const right = toLonLat(column + 1, row);
    const down = toLonLat(column, row + 1);
    const [a, b] = [right.lon - here.lon, down.lon - here.lon];
    const [d, e] = [right.lat - here.lat, down.lat - here.lat];
    const [east, north] = [lon - here.lon, lat - here.lat];
    const determinant = a * e - b * d;
    column += (e * east - b * north) / determinant;
    row += (a * north - d * east) / determinant;
  }
  return [column, row];
}
