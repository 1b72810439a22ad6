/** A scene's classes, tile by tile: opened when they are first asked for, and again when a link has expired. */

/**
 * @import {Pyramid, Tile} from "./tiles.js"
 *
 * @typedef {object} Rasters
 * @property {(order: number[] | null) => Promise<Pyramid>} open
 * @property {(tile: Tile, order: number[] | null) => Promise<Uint8Array<ArrayBuffer>>} read class numbers
 * @property {() => void} close
 */

/**
 * @param {(name: string) => Promise<string>} addressOf the temporary address of a file
 * @returns {Rasters}
 */
export function createRasters(addressOf) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  /** @type {Map<string, Promise<Pyramid>>} */
  const opened = new Map();
  let last = 0;
  worker.onmessage = ({ data: { id, result, error } }) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (error) request?.reject(new Error(error));
    else request?.resolve(result);
  };

  /** @param {object} request @returns {Promise<any>} */
  function ask(request) {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...request });
    });
  }

  /** Hidden classes uncover those below, which `classes.tif` does not know. @param {number[] | null} order */
  const productOf = (order) => (order ? "masks.tif" : "classes.tif");

  /** @param {string} product @returns {Promise<Pyramid>} */
  function open(product) {
    const known = opened.get(product);
    if (known) return known;
    const opening = addressOf(product).then((url) => ask({ open: product, url }));
    opened.set(product, opening);
    opening.catch(() => opened.delete(product));
    return opening;
  }

  return {
    open: (order) => open(productOf(order)),

    async read(tile, order) {
      const product = productOf(order);
      const request = { tile, product, order };
      const opening = open(product);
      await opening;
      try {
        return await ask(request);
      } catch {
        if (opened.get(product) === opening) opened.delete(product); // the address may have expired
        await open(product);
        return ask(request);
      }
    },

    close: () => worker.terminate(),
  };
}
