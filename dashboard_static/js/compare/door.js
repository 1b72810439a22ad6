/** The way to the comparison of two results: its modules are fetched when an address asks for one. */

import { addWords } from "../i18n/i18n.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api} from "../service/api.js"
 * @import {State, Store} from "../state.js"
 * @import {createComparison} from "./view.js"
 */

/** @param {Store} store @param {Api} api @param {Actions} actions */
export function createComparisonDoor(store, api, actions) {
  /** @type {Promise<ReturnType<typeof createComparison>> | null} */
  let view = null;

  async function load() {
    const [{ createComparison: create }, { words }] = await Promise.all([
      import("./view.js"),
      import("./words.js"),
    ]);
    addWords(words);
    return create(store, api, actions);
  }

  /** @param {State} state */
  return async (state) => {
    if (!state.comparison && !view) return;
    view ??= load();
    try {
      (await view).render(store.get());
    } catch (problem) {
      view = null;
      store.set({ problem, retry: null });
    }
  };
}
