/** Which classes are shown, from which score on, and one object after the other. */

import { middleOf, stepped } from "../scene/objects.js";
import { recount } from "../scene/recount.js";
import { existing } from "./display.js";

/** @import {State, Store} from "../state.js" */

/** @param {Store} store */
export function createClassActions(store) {
  const keys = store.get().config.classes.map(({ key }) => key);

  /** A hidden class has no selected object. @param {ReadonlySet<string>} hidden */
  function hide(hidden) {
    store.set({ hidden, selection: existing(store.get().selection, { ...store.get(), hidden }) });
  }

  /** @param {string} key @param {boolean} shown */
  function showClass(key, shown) {
    const hidden = new Set(store.get().hidden);
    if (shown) hidden.delete(key);
    else hidden.add(key);
    hide(hidden);
  }

  /** @param {Record<string, number>} thresholds those that change, by class key */
  const setThresholds = (thresholds) => store.set(recount(store.get(), thresholds));

  return {
    showClass,
    showAll: () => store.set({ hidden: new Set() }),

    /** The same class again shows all. @param {string} [key] without it, none */
    showOnly(key) {
      const { hidden } = store.get();
      const others = keys.filter((each) => each !== key);
      const already = key && !hidden.has(key) && hidden.size === others.length;
      hide(new Set(already ? [] : others));
    },

    setThresholds,

    /** @param {number} value for every class */
    setEveryThreshold: (value) =>
      setThresholds(Object.fromEntries(keys.map((key) => [key, value]))),

    resetThresholds: () => setThresholds(store.get().prediction?.thresholds ?? {}),

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
      if (hidden.has(next.key)) showClass(next.key, true);
      const middle = middleOf(layer, prediction.image.width, next.label);
      store.set({ selection: next, place: place && { ...place, ...middle } });
    },
  };
}

/** @param {State} state @returns {string | undefined} key of the visible class that covers most */
function largest({ counts, hidden }) {
  const shown = counts.filter(({ key, objects }) => objects && !hidden.has(key));
  return shown.sort((a, b) => b.percent - a.percent)[0]?.key;
}
