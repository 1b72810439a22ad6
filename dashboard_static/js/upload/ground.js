/** The side of a pixel on the ground, in metres, from what a GeoTIFF's header says. */

const USER_DEFINED = 32767;
const RADIUS_M = 6_378_137; // of WGS 84, and of the sphere of Web Mercator
const ECCENTRICITY_2 = 0.00669438; // of WGS 84
const DEGREE = Math.PI / 180;
const MODEL_PROJECTED = 1; // of GTModelTypeGeoKey
const DEGREES = 9102; // of GeogAngularUnitsGeoKey
// EPSG's units of length. Where a file names none, as some write an EPSG code alone, nothing is known.
const METRES_PER_UNIT = new Map([
  [9001, 1],
  [9002, 0.3048],
  [9003, 1200 / 3937], // US survey foot
  [9005, 0.3047972654],
  [9036, 1000],
]);
const SPHERICAL_MERCATOR = [3857, 3785, 900913, 102100, 102113];
const ELLIPSOIDAL_MERCATOR = [3395, 54004];

/**
 * @typedef {object} Grid
 * @property {Record<string, any>} keys
 * @property {number[] | undefined} scale ModelPixelScale
 * @property {number[] | undefined} tiepoint ModelTiepoint
 * @property {number[] | undefined} matrix ModelTransformation
 * @property {number} width
 * @property {number} height
 */

/** @param {Grid} grid @returns {number | null} of a square as large as a pixel in the image's middle; null where it is not known */
export function pixelSide(grid) {
  const affine = affineOf(grid);
  if (!affine) return null;
  const { area, middleY } = affine;
  const square = area * metresOfUnit(grid.keys, middleY) ** 2;
  return square > 0 && Number.isFinite(square) ? Math.sqrt(square) : null;
}

/** @param {Grid} grid @returns {{area: number, middleY: number} | null} of a pixel, and of the image, in units of the CRS */
function affineOf({ scale, tiepoint, matrix, width, height }) {
  if (matrix) {
    const [a, b, , , d, e, , f] = matrix;
    return { area: Math.abs(a * e - b * d), middleY: (d * width) / 2 + (e * height) / 2 + f };
  }
  if (!scale || !tiepoint) return null;
  const [, row, , , y] = tiepoint;
  return { area: Math.abs(scale[0] * scale[1]), middleY: y - (height / 2 - row) * scale[1] };
}

/** @param {Record<string, any>} keys @param {number} middleY @returns {number} NaN where it is not known */
function metresOfUnit(keys, middleY) {
  const { ProjectedCSTypeGeoKey: code, GTModelTypeGeoKey: model } = keys;
  if (SPHERICAL_MERCATOR.includes(code)) return sphericalMercator(middleY);
  if (ELLIPSOIDAL_MERCATOR.includes(code)) return ellipsoidalMercator(middleY);
  if (code || model === MODEL_PROJECTED)
    return keys.ProjLinearUnitSizeGeoKey ?? metresOfCode(code, keys);
  const degrees = (keys.GeogAngularUnitsGeoKey ?? DEGREES) === DEGREES;
  return keys.GeographicTypeGeoKey && degrees ? metresOfDegrees(middleY) : Number.NaN;
}

/** @param {number} code @param {Record<string, any>} keys */
function metresOfCode(code, keys) {
  const unit = keys.ProjLinearUnitsGeoKey ?? (isUtm(code) ? 9001 : USER_DEFINED);
  return METRES_PER_UNIT.get(unit) ?? Number.NaN;
}

/** @param {number} code of EPSG */
const isUtm = (code) => (code > 32600 && code <= 32660) || (code > 32700 && code <= 32760);

/**
 * Metres on the ellipsoid per metre of Web Mercator, whose latitudes are geodetic though its formula
 * is the sphere's.
 *
 * @param {number} y
 */
function sphericalMercator(y) {
  const latitude = Math.atan(Math.sinh(y / RADIUS_M));
  return (Math.cos(latitude) * Math.sqrt(northOf(latitude) * eastOf(latitude))) / RADIUS_M;
}

/** Metres on the ellipsoid per metre of its conformal Mercator (EPSG guidance note 7-2). @param {number} y */
function ellipsoidalMercator(y) {
  const e = Math.sqrt(ECCENTRICITY_2);
  let latitude = Math.atan(Math.sinh(y / RADIUS_M));
  for (let step = 0; step < 5; step++) {
    const sine = e * Math.sin(latitude);
    const ratio = ((1 + sine) / (1 - sine)) ** (e / 2);
    latitude = 2 * Math.atan(Math.exp(y / RADIUS_M) * ratio) - Math.PI / 2;
  }
  return (Math.cos(latitude) * eastOf(latitude)) / RADIUS_M;
}

/** The side of a square as large as one degree by one degree. @param {number} degrees of latitude */
function metresOfDegrees(degrees) {
  const latitude = degrees * DEGREE;
  return DEGREE * Math.sqrt(northOf(latitude) * eastOf(latitude) * Math.cos(latitude));
}

/** The ellipsoid's radius of curvature along the meridian. @param {number} latitude */
function northOf(latitude) {
  return (eastOf(latitude) * (1 - ECCENTRICITY_2)) / curvature(latitude);
}

/** The ellipsoid's radius of curvature across the meridian. @param {number} latitude */
function eastOf(latitude) {
  return RADIUS_M / Math.sqrt(curvature(latitude));
}

const curvature = (/** @type {number} */ latitude) => 1 - ECCENTRICITY_2 * Math.sin(latitude) ** 2;
