/** List earlier predictions, and delete one. */

import { movedThresholds } from "../router.js";
import { forgetRecent, listRecent } from "../storage/offline.js";
import { tellOtherTabs, whenHistoryMayHaveChanged } from "../storage/tabs.js";

/**
 * @import {Api} from "../service/api.js"
 * @import {Filter, Label, Store} from "../state.js"
 */

const PAGE = 12;
const MOST = 100; // that the service lists at once

/** @param {Store} store @param {Api} api */
export function createHistoryActions(store, api) {
  /**
   * @param {object} [page]
   * @param {boolean} [page.more] the next ones, below those that are shown
   * @param {boolean} [page.again] as many as are shown, as some may be new or gone
   * @param {Partial<Filter>} [page.filter]
   */
  async function listHistory({ more = false, again = false, filter: change = {} } = {}) {
    const { items: shown, next: cursor, filter: before } = store.get().history;
    const filter = { ...before, ...change };
    store.set({ history: { ...store.get().history, filter, status: "loading" } });
    try {
      const limit = again ? Math.min(Math.max(shown.length, PAGE), MOST) : PAGE;
      const page = { limit, cursor: more ? cursor : null, ...filter };
      const { items, next } = await api.predictions(page);
      if (store.get().history.filter !== filter) return; // another list was asked for since
      const all = more ? [...shown, ...items] : items;
      store.set({ history: { items: all, next, filter, status: "ready" } });
    } catch (problem) {
      await tellFailure(problem, () => listHistory({ more, again, filter: change }));
    }
  }

  /** @param {any} problem @param {() => void} retry */
  async function tellFailure(problem, retry) {
    const { filter } = store.get().history;
    const items = problem.kind === "offline" ? await listRecent() : [];
    const status = items.length ? "offline" : "failed";
    store.set({ history: { items, next: null, filter, status }, problem, retry });
  }

  function refresh() {
    const { prediction, offline, history } = store.get();
    if (!prediction && history.status === "ready") listHistory({ again: true });
    if (prediction && !offline) refreshLabel(prediction.id);
  }

  /** @param {string} id */
  async function refreshLabel(id) {
    const found = await api.prediction(id).catch(() => null); // the next look may succeed
    if (!found) return;
    const { name, note } = found;
    const { label, prediction } = store.get();
    const same = label.name === name && label.note === note;
    if (prediction?.id === id && !same) store.set({ label: { name, note } });
  }

  whenHistoryMayHaveChanged(refresh);

  return {
    listHistory,

    /** @param {string} id @param {Label} change */
    async relabel(id, change) {
      try {
        const { name, note } = await api.relabel(id, change);
        tellOtherTabs();
        if (store.get().prediction?.id === id) store.set({ label: { name, note } });
        store.set({ problem: null, said: "label.saved", saidValues: {} });
        return true;
      } catch (problem) {
        store.set({ problem, retry: null });
        return false;
      }
    },

    /** Choose another result to compare with the one that is shown. */
    pickOther() {
      const { prediction, label } = store.get();
      const drawnAt = movedThresholds(store.get());
      store.set({ picking: prediction && { ...prediction, ...label, drawnAt } });
      location.hash = "#/";
    },

    stopPicking: () => store.set({ picking: null }),

    /** @param {string} id @returns {Promise<boolean>} whether it is gone */
    async remove(id) {
      try {
        await api.remove(id);
        await forgetRecent(id);
        tellOtherTabs();
        store.set({ said: "delete.done", saidValues: {} });
        return true;
      } catch (problem) {
        store.set({ problem, retry: null });
        return false;
      }
    },
  };
}
