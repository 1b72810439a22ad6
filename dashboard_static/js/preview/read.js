/** Read a file in a worker of its own, which goes with what it decoded. */

const MOST_MS = 20_000;

/**
 * @param {Blob} file
 * @param {import("../types.js").Limits} limits
 * @param {AbortSignal} signal
 * @param {(facts: import("./facts.js").Facts) => void} onFacts told as soon as the header is read
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
