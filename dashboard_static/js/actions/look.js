/** Look at a prediction in other ways. */

import { rememberLanguage } from "../memory.js";
import { recount } from "../recount.js";

/** @param {import("../state.js").Store} store @param {import("../api.js").Api} api */
export function createLookActions(store, api) {
  /** @param {string} view */
  async function setView(view) {
    const { prediction } = store.get();
    store.set({ view });
    if (!prediction) return;
    try {
      const base = await createImageBitmap(await api.image(prediction.id, view));
      const { prediction: now, view: wanted, base: old } = store.get();
      if (now !== prediction || wanted !== view) return base.close();
      old?.close();
      store.set({ base, problem: null });
    } catch (problem) {
      store.set({ problem, retry: () => setView(view) });
    }
  }

  return {
    setView,

    /**
     * A file of the service's; a failure is told.
     *
     * @param {string} url
     * @param {(blob: Blob) => void} save
     */
    async takeAway(url, save) {
      try {
        save(await api.file(url));
        store.set({ problem: null, said: "files.saved", saidValues: {} });
      } catch (problem) {
        store.set({ problem, retry: null });
      }
    },

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
