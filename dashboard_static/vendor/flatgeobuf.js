/** The one way to flatgeobuf: fetched at the first click on a scene's map. */

/** @returns {Promise<any>} the flatgeobuf library, with features as GeoJSON */
export async function flatgeobuf() {
  await import(new URL("flatgeobuf/flatgeobuf-geojson.min.js", import.meta.url).href);
  return /** @type {any} */ (globalThis).flatgeobuf;
}
