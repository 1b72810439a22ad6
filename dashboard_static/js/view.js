/** Draws the whole page from a state; drawing the same state again changes nothing. */

import { translator } from "./i18n.js";
import { createAbout } from "./view/about.js";
import { createActivity, createProblem } from "./view/activity.js";
import { createBands } from "./view/bands.js";
import { wireBring } from "./view/bring.js";
import { byId, changes } from "./view/dom.js";
import { createFiles } from "./view/files.js";
import { createHome } from "./view/home.js";
import { createLegend } from "./view/legend.js";
import { createMap } from "./view/map.js";
import { createNumbers } from "./view/numbers.js";
import { savePicture } from "./view/picture.js";
import { createPreview } from "./view/preview.js";
import { createResult } from "./view/result.js";
import { createTexts } from "./view/texts.js";

const TOAST_MS = 3000;
const SHOWN_ELSEWHERE = ["result.announce", "map.select"];

/**
 * @param {import("./state.js").Store} store
 * @param {import("./actions.js").Actions} actions
 * @param {import("./api.js").Api} api
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
    createBands(actions),
    createAbout(actions),
    createMap(store, actions),
    createLegend(store, actions),
    createNumbers(store, actions),
    createAnnouncer(),
    createFocus(),
  ];

  /** @param {import("./state.js").State} state */
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
  /** @param {import("./state.js").State} state @param {(key: string, values?: any) => string} t */
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
  /** @param {import("./state.js").State} state */
  return ({ prediction }) => {
    if (!changed(prediction)) return;
    byId(prediction ? "result-title" : "main").focus({ preventScroll: true });
    scrollTo({ top: prediction ? 0 : top });
  };
}
