/** The service. This module alone knows its addresses. */

import { formatThresholds, isBands } from "../router.js";
import {
  ApiError,
  asBlob,
  asBytes,
  asJson,
  asNothing,
  CREATED,
  createTransport,
} from "./transport.js";

/**
 * @import {Palette} from "../scene/palettes.js"
 * @import {Filter, Label} from "../state.js"
 * @import {Config, Correction, Export, Language, Model, Page, Prediction} from "../types.js"
 * @import {Outside, Upload} from "./transport.js"
 */

const MOST_BODY_BYTES = 4_500_000; // Lambda takes 6 MB as base64; what is longer goes through S3

const PALETTE_NAMES = { corine: "corine", ideam: "ideam", safe: "colour-blind-safe", ds4a: "ds4a" };

/**
 * @typedef {object} Seen how a prediction is seen
 * @property {Record<string, number>} [thresholds]
 * @property {Palette} [palette]
 * @property {string} [view]
 * @property {Language} [language]
 */

/** @returns {Promise<Config>} */
export async function loadConfig() {
  const response = await fetch("config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return response.json();
}

/**
 * @param {{apiUrl: string, exports: Export[]}} config
 * @param {Outside} [outside]
 */
export function createApi({ apiUrl, exports }, outside) {
  const base = apiUrl.replace(/\/$/, "");
  const at = (/** @type {string} */ id) => `${base}/predictions/${encodeURIComponent(id)}`;
  const { call, get, put, upload } = createTransport(outside);

  /** @param {string} id @param {string} form @param {Seen} [seen] */
  function fileUrl(id, form, seen = {}) {
    const follows = exports.find(({ name }) => name === form)?.follows ?? [];
    const query = follows.map((option) => parameter(option, seen));
    const asked = query.filter(Boolean).join("&");
    return `${at(id)}/${form}${asked && "?"}${asked}`;
  }

  /** @param {string} a @param {string} b @param {string} form empty for JSON @param {Seen} [seen] */
  function compareUrl(a, b, form, seen = {}) {
    const follows = form === "changes.csv" ? ["thresholds", "locale"] : ["thresholds"];
    const query = [`a=${a}`, `b=${b}`, ...follows.map((option) => parameter(option, seen))];
    return `${base}/compare${form && "/"}${form}?${query.filter(Boolean).join("&")}`;
  }

  return {
    docsUrl: `${base}/docs`,
    fileUrl,

    /** @param {string} url of a file @returns {Promise<Blob>} */
    file: (url) => get(url, asBlob),

    /** @returns {Promise<Model>} */
    model: () => get(`${base}/model`, asJson),

    /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Prediction>} */
    prediction: (id, signal) => get(at(id), asJson, { signal }),

    /**
     * @param {{limit?: number, cursor?: string | null} & Partial<Filter>} [page]
     * @returns {Promise<Page>}
     */
    predictions({ limit = 12, cursor, words, landCover, since, until } = {}) {
      const query = new URLSearchParams({ limit: String(limit) });
      if (cursor) query.set("cursor", cursor);
      if (words?.trim()) query.set("q", words.trim());
      if (landCover) query.set("class", landCover);
      if (since) query.set("since", startOfDay(since));
      if (until) query.set("until", startOfDay(until, 1));
      return get(`${base}/predictions?${query}`, asJson);
    },

    /** @param {string} id @param {string} view @param {AbortSignal} [signal] @returns {Promise<Blob>} */
    image: (id, view, signal) => get(fileUrl(id, "image.png", { view }), asBlob, { signal }),

    /** @param {string} id @param {number} size bytes expected @param {AbortSignal} [signal] @returns {Promise<Uint8Array>} */
    async scores(id, size, signal) {
      const bytes = await get(fileUrl(id, "scores"), asBytes, { signal });
      if (bytes.length === size) return bytes;
      throw new ApiError("broken", { detail: `${bytes.length} scores came, not ${size}.` });
    },

    /** @param {string} a @param {string} b @param {Seen} [seen] @param {AbortSignal} [signal] @returns {Promise<any>} */
    compare: (a, b, seen, signal) => get(compareUrl(a, b, "", seen), asJson, { signal }),

    compareUrl,

    /** @param {string} id @param {Label} label null removes @returns {Promise<Prediction>} */
    relabel(id, label) {
      return call(at(id), asJson, { method: "PATCH", body: JSON.stringify(label) });
    },

    /** @param {string} id */
    corrections: (id) => get(`${at(id)}/corrections`, asTagged),

    /** @param {string} id @param {Correction[]} corrections @param {string} tag of the version that was seen */
    saveCorrections: (id, corrections, tag) =>
      call(`${at(id)}/corrections`, asTagged, {
        method: "PUT",
        headers: { "content-type": "application/json", "if-match": tag },
        body: JSON.stringify({ corrections }),
      }),

    /** @param {string} id */
    remove: (id) => call(at(id), asNothing, { method: "DELETE" }),

    /**
     * Safe to repeat: the same image gives the same prediction.
     *
     * @param {Blob} file
     * @param {Upload & {name?: string}} options `name` is kept with the result
     * @returns {Promise<Prediction>}
     */
    async predict(file, { name, ...options }) {
      const named = name ? `name=${encodeURIComponent(name)}` : "";
      const address = `${base}/predictions`;
      if (file.size <= MOST_BODY_BYTES) {
        return predicted(await upload(named ? `${address}?${named}` : address, file, options));
      }
      const post = { method: "POST", signal: options.signal };
      const link = await get(`${base}/uploads?size=${file.size}`, asJson, post);
      const { onCreated, ...sending } = options;
      await put(link.url, file, sending);
      const made = (/** @type {Response} */ response) => {
        if (response.status === CREATED) onCreated?.();
        return response.json();
      };
      return predicted(
        await get(`${address}?upload=${link.upload}${named && `&${named}`}`, made, post),
      );
    },
  };
}

/** @param {Response} response @returns {Promise<{tag: string, corrections: Correction[]}>} */
async function asTagged(response) {
  const { corrections } = await response.json();
  return { tag: response.headers.get("etag") ?? "", corrections };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * A picture that the browser cannot decode is a broken answer.
 *
 * @param {Blob} picture
 * @returns {Promise<ImageBitmap>}
 */
export async function bitmapOf(picture) {
  try {
    return await createImageBitmap(picture);
  } catch {
    throw new ApiError("broken");
  }
}

/** @param {string} option @param {Seen} seen @returns {string} empty where it is the service's default */
function parameter(option, { thresholds, palette = "corine", view, language = "en" }) {
  switch (option) {
    case "thresholds":
      return thresholds ? `thresholds=${formatThresholds(thresholds)}` : "";
    case "palette":
      return palette === "corine" ? "" : `palette=${PALETTE_NAMES[palette]}`;
    case "language":
      return language === "en" ? "" : `lang=${language}`;
    case "locale":
      return language === "en" ? "" : `locale=${language}`;
    case "view":
      return view && !isBands(view) ? `view=${view}` : "";
    case "bands":
      return view && isBands(view) ? `bands=${view}` : "";
    default:
      return ""; // an option that this page does not know stays at its default
  }
}

/** @param {string} day `2026-11-24`, of the reader's clock @param {number} [later] days @returns {string} ISO 8601 */
function startOfDay(day, later = 0) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** @param {any} document @returns {Prediction} */
function predicted(document) {
  if (document?.id) return document;
  throw new ApiError("broken");
}
