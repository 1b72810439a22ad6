/** Learn about the model. */

/**
 * @import {Api} from "../service/api.js"
 * @import {Store} from "../state.js"
 */

/** @param {Store} store @param {Api} api */
export function createAboutActions(store, api) {
  return {
    /** @returns {Promise<boolean>} whether it is known now */
    async learnModel() {
      try {
        if (!store.get().model) store.set({ model: await api.model() });
        return true;
      } catch (problem) {
        store.set({ problem, retry: null });
        return false;
      }
    },
  };
}
