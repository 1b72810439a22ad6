/** What a reader can do. Each action calls the service where it must, and sets the state. */

import { createClassActions } from "./classes.js";
import { createLookActions } from "./display.js";
import { createHistoryActions } from "./history.js";
import { createAboutActions } from "./model.js";
import { createPredictionActions } from "./prediction.js";
import { createBringActions } from "./upload.js";

/**
 * @import {Api} from "../service/api.js"
 * @import {Store} from "../state.js"
 */

/**
 * @param {Store} store
 * @param {Api} api
 */
export function createActions(store, api) {
  const prediction = createPredictionActions(store, api);
  return {
    ...prediction,
    ...createBringActions(store, prediction.submit),
    ...createLookActions(store, api),
    ...createClassActions(store),
    ...createHistoryActions(store, api),
    ...createAboutActions(store, api),
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */
