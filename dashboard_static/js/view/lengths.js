/** How long the roads, tracks and waterways are, below the table. */

import { formatLength } from "../i18n/i18n.js";
import { byId, whenAtRest, whenRead } from "./dom.js";

/**
 * @import {Layer} from "../scene/layers.js"
 * @import {State} from "../state.js"
 * @import {Picture, Translate} from "../types.js"
 */

const LONG = ["roads", "tracks", "waterways"];

/** @type {WeakMap<Layer, number>} metres, measured once */
const known = new WeakMap();

export function createLengths() {
  const atRest = whenAtRest();
  /** @type {Worker | null} */
  let measuring = null;

  return whenRead((state, t) => {
    const { prediction } = state;
    const shown = shownOf(state);
    const write = () => writeLengths(shown, state, t);
    atRest(() => {
      measuring?.terminate(); // of layers that are gone
      const missing = shown.map(({ layer }) => layer).filter((layer) => !known.has(layer));
      if (prediction && missing.length) measuring = measure(missing, prediction.image, write);
      else write();
    });
  });
}

/** @param {State} state the long classes that have objects and are not hidden, with their names */
function shownOf({ layers, config, hidden, language }) {
  return config.classes.flatMap(({ key, name }) => {
    const layer = layers.get(key);
    const isShown = LONG.includes(key) && layer && layer.pixels.length > 1 && !hidden.has(key);
    return isShown ? [{ layer, name: name[language].toLocaleLowerCase(language) }] : [];
  });
}

/** @param {{layer: Layer, name: string}[]} shown @param {State} state @param {Translate} t */
function writeLengths(shown, { language }, t) {
  const list = shown.flatMap(({ layer, name }) => {
    const metres = known.get(layer);
    return metres === undefined ? [] : [`${name} ${formatLength(metres, language)}`];
  });
  byId("lengths").hidden = !list.length;
  byId("lengths").textContent = list.length ? t("numbers.lengths", { list: list.join("; ") }) : "";
}

/** @param {Layer[]} layers @param {Picture} image @param {() => void} done whether they could be measured or not */
function measure(layers, { width, pixel_area_m2, pixel_size_m }, done) {
  const address = new URL("../scene/skeleton-worker.js", import.meta.url);
  const worker = new Worker(address, { type: "module" });
  const square = Math.sqrt(pixel_area_m2);
  worker.onmessage = ({ data }) => {
    for (const [at, layer] of layers.entries()) known.set(layer, data[at]);
    worker.terminate();
    done();
  };
  worker.onerror = done;
  worker.postMessage({ layers, width, side: pixel_size_m ?? [square, square] });
  return worker;
}
