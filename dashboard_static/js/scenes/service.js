/** The addresses of whole scenes; `service/api.js` has all others. */

import { asBytes, asJson, asNothing, createTransport } from "../service/transport.js";

/**
 * @import {Outside} from "../service/transport.js"
 * @import {Part, Scene} from "./types.js"
 *
 * @typedef {{size: number, parts: string[]}} Summed a file and the SHA-256 of its parts
 * @typedef {{name: string, area_km2?: number} & (Summed | {files: Summed[]} | {source: string})} Order
 */

/** @param {string} apiUrl @param {Outside} [outside] */
export function createSceneApi(apiUrl, outside) {
  const base = `${apiUrl.replace(/\/$/, "")}/scenes`;
  const at = (/** @type {string} */ id) => `${base}/${encodeURIComponent(id)}`;
  const { call, get, put } = createTransport(outside);

  return {
    /**
     * Safe to repeat: the same content and options are the same scene.
     *
     * @param {Order} order
     * @param {boolean} scores
     * @param {AbortSignal} [signal]
     * @returns {Promise<Scene>}
     */
    order: (order, scores, signal) =>
      get(`${base}${scores ? "?scores=true" : ""}`, asJson, {
        method: "POST",
        body: JSON.stringify(order),
        signal,
      }),

    /** @param {Part} part @param {Blob} body @param {(share: number) => void} onProgress @param {AbortSignal} signal */
    putPart: (part, body, onProgress, signal) =>
      put(part.url, body, { onProgress, signal }, part.headers),

    /** @param {string} id @returns {Promise<Scene>} */
    complete: (id) => get(`${at(id)}/complete`, asJson, { method: "POST" }),

    /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Scene>} */
    scene: (id, signal) => get(at(id), asJson, { signal }),

    /** @param {number} limit @param {string | null} [cursor] @returns {Promise<{items: Scene[], next: string | null}>} */
    scenes: (limit, cursor) =>
      get(`${base}?limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`, asJson),

    /** Not to be repeated: the first call cancels, a second one removes. @param {string} id */
    remove: (id) => call(at(id), asNothing, { method: "DELETE" }),

    /** Class numbers of a finished block. @param {string} id @param {string} name @returns {Promise<Uint8Array>} */
    async block(id, name) {
      const packed = await get(`${at(id)}/blocks/${name}`, asBytes);
      const stream = new Blob([/** @type {any} */ (packed)])
        .stream()
        .pipeThrough(new DecompressionStream("deflate"));
      return new Uint8Array(await new Response(stream).arrayBuffer());
    },

    /** The scene's STAC Item. @param {string} url @returns {Promise<{properties: Record<string, any>}>} */
    item: (url) => get(url, asJson),

    /**
     * The temporary address behind a link, which needs no token and takes ranges. The answer must not
     * be cached: S3 allows it to the origin `null`, which a redirect leaves, and to no other one.
     *
     * @param {string} url
     * @returns {Promise<string>}
     */
    resolve: (url) => get(url, addressOf, { cache: "no-store" }),
  };
}

/** @typedef {ReturnType<typeof createSceneApi>} SceneApi */

/** A file may be larger than memory: its address is known before its body comes. @param {Response} response */
async function addressOf(response) {
  await response.body?.cancel();
  return response.url;
}
