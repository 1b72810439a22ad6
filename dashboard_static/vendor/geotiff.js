/** The one way to geotiff.js, for workers: fetched at the first call, so when a file is chosen. */

/** @returns {Promise<any>} the geotiff library */
export async function geotiff() {
  await import(new URL("geotiff/geotiff.js", import.meta.url).href);
  return /** @type {any} */ (globalThis).GeoTIFF;
}
