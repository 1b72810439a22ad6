/** A part of the page that many readers never open: its module is fetched when they do. */

import { byId } from "./dom.js";

/**
 * @import {State} from "../state.js"
 * @import {Translate} from "../types.js"
 *
 * @typedef {(state: State, t: Translate) => void} Render
 */

/**
 * @param {string} id of a `details` element
 * @param {() => Promise<Render>} load
 * @returns {Render}
 */
export function createDrawer(id, load) {
  const details = byId(id);
  /** @type {Promise<Render> | null} */
  let loading = null;
  /** @type {[State, Translate] | null} */
  let latest = null;

  async function draw() {
    if (!details.open || !latest) return;
    try {
      loading ??= load();
      const render = await loading;
      render(...latest);
    } catch (error) {
      loading = null; // the next opening tries again
      console.warn(error);
    }
  }

  details.addEventListener("toggle", draw);
  return (state, t) => {
    latest = [state, t];
    if (state.prediction) draw();
  };
}
