/** Draws the whole page from a state; drawing the same state again changes nothing. */

import { translator } from "../i18n/i18n.js";
import { createAbout } from "./about.js";
import { createActivity, createProblem } from "./activity.js";
import { createAnswer } from "./answer.js";
import { createCharts } from "./charts.js";
import { createClasses } from "./classes/index.js";
import { byId, changes } from "./dom.js";
import { createDrawer } from "./drawer.js";
import { createFiles } from "./files.js";
import { createHome } from "./home.js";
import { createBands } from "./map/bands.js";
import { createMap } from "./map/map.js";
import { savePicture } from "./map/picture.js";
import { createPreview } from "./preview.js";
import { createResult } from "./result.js";
import { createTexts } from "./texts.js";
import { wireBring } from "./upload.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api} from "../service/api.js"
 * @import {State, Store} from "../state.js"
 * @import {Translate} from "../types.js"
 */

const TOAST_MS = 3000;
const SHOWN_ELSEWHERE = ["result.announce", "map.select"];

/**
 * @param {Store} store
 * @param {Actions} actions
 * @param {Api} api
 * @param {(id: string) => void} askDelete
 */
export function createView(store, actions, api, askDelete) {
  wireBring(actions);
  const parts = [
    createTexts(api),
    createProblem(store),
    createActivity(actions),
    createPreview(actions),
    createHome(actions, api, askDelete),
    createResult(),
    createFiles(api, actions, () => savePicture(store.get())),
    createDrawer("correct", async () => {
      const [{ createCorrectActions }, { createCorrect }] = await Promise.all([
        import("../actions/correct.js"),
        import("./correct.js"),
      ]);
      return createCorrect(createCorrectActions(store, api), api);
    }),
    createDrawer("use", async () => (await import("./use.js")).createUse(actions)),
    createBands(actions),
    createAbout(actions),
    createMap(store, actions),
    createAnswer(),
    createClasses(store, actions),
    createCharts(store, actions),
    createAnnouncer(),
    createFocus(),
  ];

  /** @param {State} state */
  return (state) => {
    const t = translator(state.language);
    for (const render of parts) render(state, t);
  };
}

/** Told to screen readers always, and to the eye where nothing else on the page shows it. */
function createAnnouncer() {
  const changed = changes();
  const languageChanged = changes();
  let timer = 0;
  /** @param {State} state @param {Translate} t */
  return ({ said, saidValues, language }, t) => {
    if (languageChanged(language)) byId("announcer").textContent = "";
    if (!said || !changed(said, saidValues)) return;
    byId("announcer").textContent = t(said, saidValues);
    byId("announcer").classList.toggle("toast", !SHOWN_ELSEWHERE.includes(said));
    clearTimeout(timer);
    timer = window.setTimeout(() => byId("announcer").classList.remove("toast"), TOAST_MS);
  };
}

/** A new result takes the focus along and starts at the top; the way back leads to where it began. */
function createFocus() {
  const changed = changes();
  changed(null);
  let top = 0; // of the start, while a result is shown
  addEventListener("scroll", () => {
    if (!byId("home").hidden) top = scrollY;
  });
  /** @param {State} state */
  return ({ prediction }) => {
    if (!changed(prediction)) return;
    byId(prediction ? "result-title" : "main").focus({ preventScroll: true });
    scrollTo({ top: prediction ? 0 : top });
  };
}
