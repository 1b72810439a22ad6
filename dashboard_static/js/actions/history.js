/** List earlier predictions, and delete one. */

/** @param {import("../state.js").Store} store @param {import("../api.js").Api} api */
export function createHistoryActions(store, api) {
  /** @param {{more?: boolean, landCover?: string}} [page] */
  async function listHistory({ more = false, landCover = store.get().history.landCover } = {}) {
    const { items: shown, next: cursor } = store.get().history;
    store.set({ history: { ...store.get().history, landCover, status: "loading" } });
    try {
      const { items, next } = await api.predictions({ cursor: more ? cursor : null, landCover });
      if (store.get().history.landCover !== landCover) return; // another list was asked for since
      const all = more ? [...shown, ...items] : items;
      store.set({ history: { items: all, next, landCover, status: "ready" } });
    } catch (problem) {
      const history = /** @type {const} */ ({ ...store.get().history, status: "failed" });
      store.set({ history, problem, retry: () => listHistory({ more, landCover }) });
    }
  }

  return {
    listHistory,

    /** @param {string} id @returns {Promise<boolean>} whether it is gone */
    async remove(id) {
      try {
        await api.remove(id);
        store.set({ said: "delete.done", saidValues: {} });
        return true;
      } catch (problem) {
        store.set({ problem, retry: null });
        return false;
      }
    },
  };
}
