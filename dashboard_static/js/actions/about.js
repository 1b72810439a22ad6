/** Learn about the model. */

/** @param {import("../state.js").Store} store @param {import("../api.js").Api} api */
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
