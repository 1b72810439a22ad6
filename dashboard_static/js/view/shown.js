/** What is seen of a prediction below its title: map, classes, charts and files. Fetched after the start. */

import { createAnswer } from "./answer.js";
import { createCharts } from "./charts.js";
import { createClasses } from "./classes/index.js";
import { createDrawer } from "./drawer.js";
import { createFiles } from "./files.js";
import { createLengths } from "./lengths.js";
import { createBands } from "./map/bands.js";
import { createMap } from "./map/map.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api} from "../service/api.js"
 * @import {State, Store} from "../state.js"
 * @import {Translate} from "../types.js"
 */

/** @param {Store} store @param {Actions} actions @param {Api} api */
export function createShown(store, actions, api) {
  const parts = [
    createFiles(api, actions, async () => {
      const { savePicture } = await import("./map/picture.js");
      await savePicture(store.get());
    }),
    createDrawer("correct", async () => {
      const [{ createCorrectActions }, { createCorrect }] = await Promise.all([
        import("../actions/correct.js"),
        import("./correct.js"),
      ]);
      return createCorrect(createCorrectActions(store, api), api);
    }),
    createDrawer("use", async () => (await import("./use.js")).createUse(actions)),
    createBands(actions),
    createMap(store, actions),
    createAnswer(),
    createClasses(store, actions),
    createLengths(),
    createCharts(store, actions),
  ];

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    for (const render of parts) render(state, t);
  };
}
