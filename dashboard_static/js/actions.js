/** What a reader can do. Each action calls the service where it must, and sets the state. */

import { createAboutActions } from "./actions/about.js";
import { createBringActions } from "./actions/bring.js";
import { createHistoryActions } from "./actions/history.js";
import { createLookActions } from "./actions/look.js";
import { createPredictionActions } from "./actions/prediction.js";

/**
 * @param {import("./state.js").Store} store
 * @param {import("./api.js").Api} api
 */
export function createActions(store, api) {
  const prediction = createPredictionActions(store, api);
  return {
    ...prediction,
    ...createBringActions(store, prediction.submit),
    ...createLookActions(store, api),
    ...createHistoryActions(store, api),
    ...createAboutActions(store, api),
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */
