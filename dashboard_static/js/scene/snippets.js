/** Lines to copy that use a result from elsewhere, filled in with its address and thresholds. */

import { formatThresholds } from "../router.js";

/**
 * @typedef {object} Use
 * @property {string} apiUrl
 * @property {string} id of the prediction
 * @property {Record<string, number>} thresholds those that differ from the prediction's, by class key
 * @property {boolean} closed whether the service asks for a token
 */

/** @param {Use} use @returns {{python: string, curl: string, qgis: string}} */
export function snippets(use) {
  return { python: python(use), curl: curl(use), qgis: qgis(use) };
}

/** @param {Use} use */
function python({ apiUrl, id, thresholds, closed }) {
  const python = JSON.stringify; // a text in JSON is one in Python
  const moved = Object.keys(thresholds).length ? `, thresholds=${python(thresholds)}` : "";
  const token = closed ? ', token=os.environ["TOKEN"]' : "";
  return `${closed ? "import os\n\n" : ""}from client import Client

tesela = Client(${python(apiUrl)}${token})
result = tesela.get(${python(id)})
print(result.summary)
objects = tesela.frame(result.id${moved})
print(objects.groupby("class")["area_m2"].sum())
tesela.save(result.id, "masks.tif", "masks.tif"${moved})
`;
}

/** @param {Use} use */
function curl({ apiUrl, id, thresholds, closed }) {
  const send = closed ? 'curl -H "Authorization: Bearer $TOKEN"' : "curl";
  const query = asked(thresholds);
  return `API=${apiUrl}
${send} "$API/predictions/${id}"
${send} -L -o polygons.geojson "$API/predictions/${id}/polygons.geojson${query}"
${send} --data-binary @image.tif "$API/predictions${query}"
`;
}

/** For its Python console; each address opens by Layer, Add Layer as well. @param {Use} use */
function qgis({ apiUrl, id, thresholds, closed }) {
  const names = [...parametersOf(thresholds), ...(closed ? ["access_token=TOKEN"] : [])];
  const query = names.length ? `?${names.join("&")}` : "";
  const at = (/** @type {string} */ name) =>
    JSON.stringify(`/vsicurl/${apiUrl}/predictions/${id}/${name}${query}`);
  return `iface.addVectorLayer(${at("polygons.geojson")}, "Tesela", "ogr")
iface.addRasterLayer(${at("classes.tif")}, "Tesela, raster")
`;
}

/** @param {Record<string, number>} thresholds */
function asked(thresholds) {
  return parametersOf(thresholds)
    .map((each) => `?${each}`)
    .join("");
}

/** @param {Record<string, number>} thresholds @returns {string[]} */
function parametersOf(thresholds) {
  return Object.keys(thresholds).length ? [`thresholds=${formatThresholds(thresholds)}`] : [];
}

/**
 * @param {Record<string, number>} now
 * @param {Record<string, number>} kept the prediction's
 * @returns {Record<string, number>} those that were moved
 */
export const movedOf = (now, kept) =>
  Object.fromEntries(Object.entries(now).filter(([key, value]) => value !== kept[key]));
