/** List earlier predictions, and delete one. */

import { forgetRecent, listRecent } from "../recent.js";

/** @param {import("../state.js").Store} store @param {import("../api.js").Api} api */
export function createHistoryActions(store, api) {
  /** @param {{more?: boolean, filter?: Partial<import("../state.js").Filter>}} [page] */
  async function listHistory({ more = false, filter: change = {} } = {}) {
    const { items: shown, next: cursor, filter: before } = store.get().history;
    const filter = { ...before, ...change };
    store.set({ history: { ...store.get().history, filter, status: "loading" } });
    try {
      const { items, next } = await api.predictions({ cursor: more ? cursor : null, ...filter });
      if (store.get().history.filter !== filter) return; // another list was asked for since
      const all = more ? [...shown, ...items] : items;
      store.set({ history: { items: all, next, filter, status: "ready" } });
    } catch (problem) {
      await tellFailure(problem, () => listHistory({ more, filter: change }));
    }
  }

  /** @param {any} problem @param {() => void} retry */
  async function tellFailure(problem, retry) {
    const { filter } = store.get().history;
    const items = problem.kind === "offline" ? await listRecent() : [];
    const status = items.length ? "offline" : "failed";
    store.set({ history: { items, next: null, filter, status }, problem, retry });
  }

  return {
    listHistory,

    /** @param {string} id @returns {Promise<boolean>} whether it is gone */
    async remove(id) {
      try {
        await api.remove(id);
        await forgetRecent(id);
        store.set({ said: "delete.done", saidValues: {} });
        return true;
      } catch (problem) {
        store.set({ problem, retry: null });
        return false;
      }
    },
  };
}
