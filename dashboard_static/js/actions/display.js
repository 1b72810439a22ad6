/** Look at a prediction in other ways. */

import { middleOf, stepped } from "../scene/objects.js";
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

  /** A hidden class has no selected object. @param {ReadonlySet<string>} hidden */
  function hide(hidden) {
    store.set({ hidden, selection: existing(store.get().selection, { ...store.get(), hidden }) });
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

    /** @param {string} key @param {boolean} shown */
    showClass(key, shown) {
      const hidden = new Set(store.get().hidden);
      if (shown) hidden.delete(key);
      else hidden.add(key);
      hide(hidden);
    },

    /** The same class again shows all. @param {string} [key] without it, none */
    showOnly(key) {
      const { config, hidden } = store.get();
      const others = config.classes.map((cover) => cover.key).filter((each) => each !== key);
      const already = key && !hidden.has(key) && hidden.size === others.length;
      hide(new Set(already ? [] : others));
    },

    /**
     * Select the next object of a class, or the one before; the map follows where it is zoomed in.
     *
     * @param {1 | -1} by
     * @param {string} [key] without it, that of the selection, or of the class that covers most
     */
    stepObject(by, key = store.get().selection?.key ?? largest(store.get())) {
      const { layers, selection, hidden, place, prediction } = store.get();
      const layer = key ? layers.get(key) : undefined;
      const next = key ? stepped(layer, key, selection, by) : null;
      if (!layer || !next || !prediction) return;
      if (hidden.has(next.key)) this.showClass(next.key, true);
      const middle = middleOf(layer, prediction.image.width, next.label);
      store.set({ selection: next, place: place && { ...place, ...middle } });
    },

    showAll() {
      store.set({ hidden: new Set() });
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

/** @param {State} state @returns {string | undefined} key of the visible class that covers most */
function largest({ counts, hidden }) {
  const shown = counts.filter(({ key, objects }) => objects && !hidden.has(key));
  return shown.sort((a, b) => b.percent - a.percent)[0]?.key;
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
