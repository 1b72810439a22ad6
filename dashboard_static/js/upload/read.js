/** Read a file in a worker of its own, which goes with what it decoded. */

/**
 * @import {Limits} from "../types.js"
 * @import {Facts} from "./facts.js"
 */

const MOST_MS = 20_000;

/**
 * @param {Blob} file
 * @param {Limits} limits
 * @param {AbortSignal} signal
 * @param {(facts: Facts) => void} onFacts told as soon as the header is read
 * @returns {Promise<ImageBitmap | null>} true colour; null where the browser cannot make it
 */
export function readPreview(file, limits, signal, onFacts) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const done = new Promise((resolve) => {
    worker.onmessage = ({ data: { facts, picture = null } }) =>
      facts ? onFacts(facts) : resolve(picture);
    worker.onerror = () => resolve(null);
    AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]).onabort = () => resolve(null);
  });
  worker.postMessage({ file, limits });
  return done.finally(() => worker.terminate());
}
