/** What a TIFF's header tells, read from geotiff.js's images. */

/**
 * @typedef {object} Facts
 * @property {number} bytes
 * @property {number} width
 * @property {number} height
 * @property {number} bands of the first page
 * @property {number} pages
 * @property {boolean} alike whether the pages have one size and one type
 * @property {string} dtype as numpy names it
 * @property {string} compression as GDAL names it, or the tag's number
 * @property {string | null} crs
 * @property {number | null} metres side of a pixel, where the CRS counts metres
 */

const FORMATS = ["uint", "int", "float"];
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
const OVERVIEW_OR_MASK = 1 | 4; // of the tag NewSubfileType
const USER_DEFINED = 32767;

/** @param {any[]} images @returns {any[]} without overviews and masks */
export function pagesOf(images) {
  return images.filter((image) => !((tag(image, "NewSubfileType") ?? 0) & OVERVIEW_OR_MASK));
}

/** @param {any[]} pages @param {number} bytes @returns {Facts} */
export function factsOf(pages, bytes) {
  const [first] = pages;
  const form = (/** @type {any} */ page) => [page.getWidth(), page.getHeight(), dtype(page)].join();
  const compression = tag(first, "Compression") ?? 1;
  return {
    bytes,
    width: first.getWidth(),
    height: first.getHeight(),
    bands: first.getSamplesPerPixel(),
    pages: pages.length,
    alike: pages.every((page) => form(page) === form(first)),
    dtype: dtype(first),
    compression: COMPRESSIONS.get(compression) ?? String(compression),
    ...place(first),
  };
}

/** @param {any} image */
function dtype(image) {
  return FORMATS[image.getSampleFormat() - 1] + image.getBitsPerSample();
}

/** @param {any} image @returns {{crs: string | null, metres: number | null}} */
function place(image) {
  const keys = image.getGeoKeys() ?? {};
  const code = keys.ProjectedCSTypeGeoKey ?? keys.GeographicTypeGeoKey;
  const told = keys.PCSCitationGeoKey ?? keys.GTCitationGeoKey ?? keys.GeogCitationGeoKey;
  const crs = code && code !== USER_DEFINED ? `EPSG:${code}` : (told?.replace(/\|$/, "") ?? null);
  const scale = tag(image, "ModelPixelScale")?.[0];
  return { crs, metres: keys.ProjectedCSTypeGeoKey && scale ? scale : null };
}

/** @param {any} image @param {string} name */
function tag(image, name) {
  return image.fileDirectory.getValue(name);
}
