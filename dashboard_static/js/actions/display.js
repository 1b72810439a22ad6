/** Look at a prediction in other ways. */

import { inLanguage } from "../scene/palettes.js";
import { recount } from "../scene/recount.js";
import { bitmapOf } from "../service/api.js";
import { mayPass } from "../service/transport.js";
import { rememberLanguage } from "../storage/preferences.js";

/**
 * @import {Look} from "../router.js"
 * @import {Api} from "../service/api.js"
 * @import {State, Store} from "../state.js"
 * @import {Language} from "../types.js"
 */

/** @param {Store} store @param {Api} api */
export function createLookActions(store, api) {
  let loading = new AbortController();

  /** @param {string} view */
  async function setView(view) {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    const { prediction } = store.get();
    store.set({ view });
    if (!prediction) return;
    try {
      const base = await bitmapOf(await api.image(prediction.id, view, signal));
      const { prediction: now, base: old } = store.get();
      if (now !== prediction || signal.aborted) return base.close();
      old?.close();
      store.set({ base, baseView: view, problem: null });
    } catch (problem) {
      if (!signal.aborted) tellFailure(problem, () => setView(view));
    }
  }

  /** @param {string} url @param {(blob: Blob) => void} save */
  async function takeAway(url, save) {
    try {
      save(await api.file(url));
      store.set({ problem: null, said: "files.saved", saidValues: {} });
    } catch (problem) {
      tellFailure(problem, () => takeAway(url, save));
    }
  }

  /** @param {unknown} problem @param {() => void} retry */
  function tellFailure(problem, retry) {
    store.set({ problem, retry: mayPass(problem) ? retry : null });
  }

  return {
    setView,

    /** Save a file of the service. */
    takeAway,

    /** See the prediction as an address says. @param {Look} look */
    see({ view, thresholds, selection, hidden, ...look }) {
      const { prediction, view: seen } = store.get();
      store.set(look);
      store.set(
        recount(store.get(), { ...prediction?.thresholds, ...spread(thresholds, store.get()) }),
      );
      store.set({ hidden, selection: existing(selection, { ...store.get(), hidden }) });
      if (view !== seen) setView(view);
    },

    /** @param {Language} language */
    setLanguage(language) {
      rememberLanguage(language);
      store.set(inLanguage(store.get(), language));
    },

    /** Tell a screen reader. @param {string} said @param {Record<string, string | number>} [saidValues] */
    say: (said, saidValues = {}) => store.set({ said, saidValues }),
  };
}

/**
 * @param {number | Record<string, number> | undefined} thresholds of an address
 * @param {State} state
 * @returns {Record<string, number>}
 */
export function spread(thresholds, { config }) {
  if (typeof thresholds !== "number") return thresholds ?? {};
  return Object.fromEntries(config.classes.map(({ key }) => [key, thresholds]));
}

/**
 * @param {State["selection"]} selection
 * @param {State} state
 * @returns {State["selection"]} null where there is no such object, or it is hidden
 */
export function existing(selection, { layers, hidden }) {
  if (!selection || hidden.has(selection.key)) return null;
  return layers.get(selection.key)?.pixels[selection.label] ? selection : null;
}
