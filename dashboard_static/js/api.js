/** The service. This module alone knows its addresses, and turns every failure into an ApiError. */

import { formatThresholds } from "./permalink.js";

const TIMEOUT_MS = 60_000;
const TRIES = 3;
const FIRST_WAIT_MS = 300;
const MOST_BODY_BYTES = 4_500_000; // Lambda takes 6 MB as base64; what is longer goes through S3
const PASSING = new Set([502, 503, 504]); // may go by itself, so a safe call is made again

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

export class ApiError extends Error {
  /**
   * @param {"offline" | "timeout" | "broken" | "refused"} kind
   * @param {{status?: number, detail?: string, requestId?: string | null}} [about]
   */
  constructor(kind, { status = 0, detail = "", requestId = null } = {}) {
    super(`${kind} ${status} ${detail}`);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
    this.requestId = requestId;
  }
}

/** @returns {Promise<import("./types.js").Config>} */
export async function loadConfig() {
  const response = await fetch("config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return response.json();
}

/**
 * @param {string} apiUrl
 * @param {{fetch?: typeof fetch, wait?: (milliseconds: number) => Promise<void>}} [outside]
 */
export function createApi(apiUrl, { fetch: send = (...all) => fetch(...all), wait = pause } = {}) {
  const base = apiUrl.replace(/\/$/, "");
  const at = (/** @type {string} */ id) => `${base}/predictions/${encodeURIComponent(id)}`;
  const get = (/** @type {string} */ url) => again(() => call(send, url), wait);

  return {
    docsUrl: `${base}/docs`,

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
    image: async (id, view) => (await get(`${at(id)}/image.png?view=${view}`)).blob(),

    /** @param {string} id @param {number} size bytes expected @returns {Promise<Uint8Array>} */
    async scores(id, size) {
      const bytes = new Uint8Array(await (await get(`${at(id)}/scores`)).arrayBuffer());
      if (bytes.length === size) return bytes;
      throw new ApiError("broken", { detail: `${bytes.length} scores came, not ${size}.` });
    },

    /** @param {string} id */
    remove: (id) => call(send, at(id), { method: "DELETE" }),

    /**
     * Safe to repeat: the same image gives the same prediction.
     *
     * @param {Blob} file
     * @param {{onProgress: (share: number) => void, signal: AbortSignal}} options
     * @returns {Promise<import("./types.js").Prediction>}
     */
    async predict(file, options) {
      if (file.size <= MOST_BODY_BYTES) {
        return again(
          async () => predicted(await transfer("POST", `${base}/predictions`, file, options)),
          wait,
        );
      }
      const link = await json(
        await call(send, `${base}/uploads?size=${file.size}`, { method: "POST" }),
      );
      await again(() => transfer("PUT", link.url, file, options), wait);
      const url = `${base}/predictions?upload=${link.upload}`;
      return again(async () => json(await call(send, url, { method: "POST" })), wait);
    },

    /**
     * @param {string} id
     * @param {keyof typeof FORMS} form
     * @param {{thresholds?: Record<string, number>, view?: string}} seen
     */
    fileUrl(id, form, { thresholds, view } = {}) {
      if (form === "image.png" && view) return `${at(id)}/${form}?view=${view}`;
      const query = FORMS[form] && thresholds ? `?thresholds=${formatThresholds(thresholds)}` : "";
      return `${at(id)}/${form}${query}`;
    },
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * @template T
 * @param {() => Promise<T>} work
 * @param {(milliseconds: number) => Promise<void>} wait
 * @returns {Promise<T>}
 */
async function again(work, wait) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isPassing(error)) throw error;
      await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof ApiError && (error.kind === "offline" || PASSING.has(error.status));
}

/** @param {typeof fetch} send @param {string} url @param {RequestInit} [init] */
async function call(send, url, init) {
  let response;
  try {
    response = await send(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError(late ? "timeout" : "offline");
  }
  if (response.ok) return response;
  throw refusal(response.status, await response.text(), response.headers.get("x-request-id"));
}

/** @param {Response} response */
async function json(response) {
  try {
    return await response.json();
  } catch {
    throw new ApiError("broken", { requestId: response.headers.get("x-request-id") });
  }
}

/** @param {number} status @param {string} body @param {string | null} requestId */
function refusal(status, body, requestId) {
  return new ApiError("refused", { status, detail: parsed(body)?.detail ?? "", requestId });
}

/** @param {string} body */
function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/**
 * fetch tells nothing of an upload's progress, so this is an XMLHttpRequest.
 *
 * @param {"POST" | "PUT"} method
 * @param {string} url
 * @param {Blob} file
 * @param {{onProgress: (share: number) => void, signal: AbortSignal}} options
 * @returns {Promise<XMLHttpRequest>}
 */
function transfer(method, url, file, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("content-type", "image/tiff");
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.upload.onload = () => onProgress(1);
    request.onerror = () => reject(new ApiError("offline"));
    request.ontimeout = () => reject(new ApiError("timeout"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    request.onload = () => {
      if (request.status < 300) resolve(request);
      else reject(refusal(request.status, request.responseText, requestIdOf(request)));
    };
    signal.throwIfAborted();
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** @param {XMLHttpRequest} request @returns {import("./types.js").Prediction} */
function predicted(request) {
  const document = parsed(request.responseText);
  if (document?.id) return document;
  throw new ApiError("broken", { requestId: requestIdOf(request) });
}

/** @param {XMLHttpRequest} request */
function requestIdOf(request) {
  return request.getResponseHeader("x-request-id");
}

/** @param {number} milliseconds @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
