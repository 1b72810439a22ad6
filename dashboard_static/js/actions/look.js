/** Look at a prediction in other ways. */

import { bitmapOf } from "../api.js";
import { rememberLanguage } from "../memory.js";
import { recount } from "../recount.js";
import { mayPass } from "../transport.js";

/** @param {import("../state.js").Store} store @param {import("../api.js").Api} api */
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
      store.set({ base, problem: null });
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

    /** @param {Record<string, number>} thresholds those that change, by class key */
    setThresholds: (thresholds) => store.set(recount(store.get(), thresholds)),

    /** @param {number} value for every class */
    setEveryThreshold(value) {
      const keys = store.get().config.classes.map(({ key }) => key);
      store.set(recount(store.get(), Object.fromEntries(keys.map((key) => [key, value]))));
    },

    resetThresholds() {
      store.set(recount(store.get(), store.get().prediction?.thresholds ?? {}));
    },

    /** @param {string} key @param {boolean} shown */
    showClass(key, shown) {
      const hidden = new Set(store.get().hidden);
      if (shown) hidden.delete(key);
      else hidden.add(key);
      store.set({ hidden });
    },

    /** @param {string} [key] without it, none */
    showOnly(key) {
      const keys = store.get().config.classes.map((cover) => cover.key);
      store.set({ hidden: new Set(keys.filter((each) => each !== key)) });
    },

    showAll() {
      store.set({ hidden: new Set() });
    },

    /** @param {import("../types.js").Language} language */
    setLanguage(language) {
      rememberLanguage(language);
      store.set({ language });
    },

    /** Tell a screen reader. @param {string} said @param {Record<string, string | number>} [saidValues] */
    say: (said, saidValues = {}) => store.set({ said, saidValues }),
  };
}
