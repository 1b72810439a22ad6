/** What a TIFF's header says, read from geotiff.js's images. */

import { pixelSide } from "./ground.js";

/** @import {Grid} from "./ground.js" */

/**
 * @typedef {object} TiffImage what is used of geotiff.js's images, which have no types here
 * @property {() => number} getWidth
 * @property {() => number} getHeight
 * @property {() => number} getSamplesPerPixel
 * @property {() => number} getBitsPerSample
 * @property {() => number} getSampleFormat
 * @property {() => Record<string, any> | null} getGeoKeys
 * @property {() => number | null} getGDALNoData
 * @property {(options?: {samples: number[]}) => Promise<ArrayLike<number>[]>} readRasters
 * @property {{getValue: (name: string) => any, loadValue: (name: string) => Promise<unknown>}} fileDirectory
 * @property {boolean} littleEndian
 *
 * @typedef {object} Facts
 * @property {number} bytes
 * @property {number} width
 * @property {number} height
 * @property {number} bands of the first page
 * @property {number} pages
 * @property {boolean} alike whether the pages have one size and one type
 * @property {string} dtype as numpy names it
 * @property {number} bits of a value as stored; 11 and 12 are packed
 * @property {string} compression as GDAL names it, or the tag's number
 * @property {string | null} crs
 * @property {number | null} metres side of a pixel on the ground, where it is known
 * @property {number | null} epsg code of the CRS
 * @property {number[] | null} affine a to f: x = a column + b row + c, y = d column + e row + f
 */

const FORMATS = ["uint", "int", "float", "uint", "complex int", "complex"]; // 4, undefined, is read as uint
const COMPRESSIONS = new Map([
  [1, "NONE"],
  [5, "LZW"],
  [7, "JPEG"],
  [8, "DEFLATE"],
  [32946, "DEFLATE"],
  [32773, "PACKBITS"],
  [34887, "LERC"],
  [50000, "ZSTD"],
  [50001, "WEBP"],
]);
const OVERVIEW = 1; // of the tag NewSubfileType
const MASK = 4;
const USER_DEFINED = 32767;
const POINT = 2; // of GTRasterTypeGeoKey: coordinates are those of pixels' middles

/** @param {TiffImage[]} images @returns {TiffImage[]} without overviews and masks */
export function pagesOf(images) {
  return images.filter((image) => !(kindOf(image) & (OVERVIEW | MASK)));
}

/** @param {TiffImage[]} images @returns {TiffImage | null} the mask of full size, if there is one */
export function maskOf(images) {
  return images.find((image) => (kindOf(image) & (OVERVIEW | MASK)) === MASK) ?? null;
}

/** @param {TiffImage} image @returns {number} */
const kindOf = (image) => tag(image, "NewSubfileType") ?? 0;

/** @param {TiffImage[]} pages @param {number} bytes @returns {Facts} */
export function factsOf(pages, bytes) {
  const [first] = pages;
  const form = (/** @type {TiffImage} */ page) =>
    [page.getWidth(), page.getHeight(), page.getBitsPerSample(), dtype(page)].join();
  const compression = tag(first, "Compression") ?? 1;
  return {
    bytes,
    width: first.getWidth(),
    height: first.getHeight(),
    bands: first.getSamplesPerPixel(),
    pages: pages.length,
    alike: pages.every((page) => form(page) === form(first)),
    dtype: dtype(first),
    bits: first.getBitsPerSample(),
    compression: COMPRESSIONS.get(compression) ?? String(compression),
    ...place(first),
  };
}

/** @param {TiffImage} image @returns {string} packed counts of 9 to 15 bits are read as `uint16` */
function dtype(image) {
  const kind = FORMATS[image.getSampleFormat() - 1] ?? "unknown ";
  const bits = image.getBitsPerSample();
  return kind === "uint" && bits > 8 && bits < 16 ? "uint16" : kind + bits;
}

/** @param {TiffImage} image @returns {Pick<Facts, "crs" | "metres" | "epsg" | "affine">} */
function place(image) {
  const keys = image.getGeoKeys() ?? {};
  const code = keys.ProjectedCSTypeGeoKey ?? keys.GeographicTypeGeoKey;
  const told = keys.PCSCitationGeoKey ?? keys.GTCitationGeoKey ?? keys.GeogCitationGeoKey;
  const epsg = code && code !== USER_DEFINED ? code : null;
  const crs = epsg ? `EPSG:${epsg}` : (told?.replace(/\|$/, "") ?? null);
  const grid = {
    keys,
    scale: tag(image, "ModelPixelScale"),
    tiepoint: tag(image, "ModelTiepoint"),
    matrix: tag(image, "ModelTransformation"),
    width: image.getWidth(),
    height: image.getHeight(),
  };
  const inPoints = keys.GTRasterTypeGeoKey === POINT;
  return { crs, metres: pixelSide(grid), epsg, affine: affineOf(grid, inPoints ? 0.5 : 0) };
}

/** @param {Grid} grid @param {number} shift of the first pixel's corner, in pixels @returns {number[] | null} */
function affineOf({ scale, tiepoint, matrix }, shift) {
  if (matrix) {
    const [a, b, , c, d, e, , f] = matrix;
    return [a, b, c - shift * (a + b), d, e, f - shift * (d + e)];
  }
  if (!scale || !tiepoint) return null;
  const [column, row, , x, y] = tiepoint;
  return [scale[0], 0, x - (column + shift) * scale[0], 0, -scale[1], y + (row + shift) * scale[1]];
}

/** @param {TiffImage} image @param {string} name */
export function tag(image, name) {
  return image.fileDirectory.getValue(name);
}
