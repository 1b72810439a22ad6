/** The service. This module alone knows its addresses. */

import { formatThresholds } from "./permalink.js";
import { ApiError, createTransport } from "./transport.js";

const MOST_BODY_BYTES = 4_500_000; // Lambda takes 6 MB as base64; what is longer goes through S3

/** Every form of a prediction, and whether it follows thresholds. */
export const FORMS = /** @type {const} */ ({
  "polygons.geojson": true,
  "table.csv": true,
  "dataframe.json": true,
  "masks.tif": true,
  "overlay.png": true,
  "image.png": false,
  scores: false,
  "source.tif": false,
});

/** @typedef {keyof typeof FORMS} Form */

/** @returns {Promise<import("./types.js").Config>} */
export async function loadConfig() {
  const response = await fetch("config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return response.json();
}

/**
 * @param {string} apiUrl
 * @param {import("./transport.js").Outside} [outside]
 */
export function createApi(apiUrl, outside) {
  const base = apiUrl.replace(/\/$/, "");
  const at = (/** @type {string} */ id) => `${base}/predictions/${encodeURIComponent(id)}`;
  const { call, get, post, put, upload } = createTransport(outside);

  /**
   * @param {string} id
   * @param {Form} form
   * @param {{thresholds?: Record<string, number>, view?: string}} [seen]
   */
  function fileUrl(id, form, { thresholds, view } = {}) {
    if (form === "image.png" && view) return `${at(id)}/${form}?view=${view}`;
    const query = FORMS[form] && thresholds ? `?thresholds=${formatThresholds(thresholds)}` : "";
    return `${at(id)}/${form}${query}`;
  }

  return {
    docsUrl: `${base}/docs`,
    fileUrl,

    /** @param {string} url of a file @returns {Promise<Blob>} */
    file: async (url) => (await get(url)).blob(),

    /** @param {string} id @returns {Promise<import("./types.js").Prediction>} */
    prediction: async (id) => json(await get(at(id))),

    /**
     * @param {{limit?: number, cursor?: string | null, landCover?: string}} [page]
     * @returns {Promise<import("./types.js").Page>}
     */
    async predictions({ limit = 12, cursor, landCover } = {}) {
      const query = new URLSearchParams({ limit: String(limit) });
      if (cursor) query.set("cursor", cursor);
      if (landCover) query.set("class", landCover);
      return json(await get(`${base}/predictions?${query}`));
    },

    /** @param {string} id @param {string} view @returns {Promise<Blob>} */
    image: async (id, view) => (await get(fileUrl(id, "image.png", { view }))).blob(),

    /** @param {string} id @param {number} size bytes expected @returns {Promise<Uint8Array>} */
    async scores(id, size) {
      const bytes = new Uint8Array(await (await get(fileUrl(id, "scores"))).arrayBuffer());
      if (bytes.length === size) return bytes;
      throw new ApiError("broken", { detail: `${bytes.length} scores came, not ${size}.` });
    },

    /** @param {string} id */
    remove: (id) => call(at(id), { method: "DELETE" }),

    /**
     * Safe to repeat: the same image gives the same prediction.
     *
     * @param {Blob} file
     * @param {import("./transport.js").Upload} options
     * @returns {Promise<import("./types.js").Prediction>}
     */
    async predict(file, options) {
      if (file.size <= MOST_BODY_BYTES) {
        return predicted(await upload(`${base}/predictions`, file, options));
      }
      const link = await json(await post(`${base}/uploads?size=${file.size}`));
      await put(link.url, file, options);
      options.signal.throwIfAborted();
      return predicted(await post(`${base}/predictions?upload=${link.upload}`));
    },
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** @param {Response} response */
async function json(response) {
  try {
    return await response.json();
  } catch {
    throw brokenBy(response);
  }
}

/** @param {Response} response @returns {Promise<import("./types.js").Prediction>} */
async function predicted(response) {
  const document = await json(response);
  if (document?.id) return document;
  throw brokenBy(response);
}

/** @param {Response} response */
function brokenBy(response) {
  return new ApiError("broken", { requestId: response.headers.get("x-request-id") });
}
