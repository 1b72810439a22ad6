/** The button of the map around the image; its module and tiles are fetched when a reader presses it. */

import { byId } from "../dom.js";

/**
 * @import {State, Store} from "../../state.js"
 * @import {createBasemap} from "./basemap.js"
 * @import {Viewer} from "./viewer.js"
 */

/** @param {Store} store @param {() => Viewer} viewer */
export function createBasemapDoor(store, viewer) {
  /** @type {ReturnType<typeof createBasemap> | null} */
  let map = null;

  async function toggle() {
    const { config, basemap } = store.get();
    if (!config.basemap) return;
    store.set({ basemap: !basemap });
    if (basemap) return viewer().fit();
    if (!map) {
      const { createBasemap: create } = await import("./basemap.js");
      map = create(config.basemap, viewer(), () => {
        store.set({ said: "map.basemapFailed", saidValues: {} });
      });
    }
    map.schedule();
  }
  byId("basemap-toggle").onclick = toggle;

  return {
    moved() {
      if (store.get().basemap) map?.schedule();
    },

    /** @param {State} state */
    render({ basemap, config, prediction }) {
      const offered = Boolean(config.basemap && prediction?.image.corners);
      byId("basemap-toggle").hidden = !offered;
      byId("basemap-toggle").setAttribute("aria-pressed", String(basemap));
      byId("basemap").hidden = byId("basemap-owner").hidden = !(offered && basemap);
      byId("basemap-owner").textContent = config.basemap?.attribution ?? "";
    },
  };
}
