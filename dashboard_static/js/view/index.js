/** Draws the whole page from a state; drawing the same state again changes nothing. */

import { translator } from "../i18n/i18n.js";
import { createAbout } from "./about.js";
import { createActivity, createProblem } from "./activity.js";
import { byId, changes } from "./dom.js";
import { createHome } from "./home.js";
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
    createAbout(actions),
    createLater(store, async () => (await import("./shown.js")).createShown(store, actions, api)),
    createAnnouncer(),
    createFocus(),
  ];

  /** @param {State} state */
  return (state) => {
    const t = translator(state.language);
    for (const render of parts) render(state, t);
  };
}

/**
 * A part of the page that its start does without: fetched once the page has loaded, or before, when a
 * prediction is on its way.
 *
 * @param {Store} store
 * @param {() => Promise<(state: State, t: Translate) => void>} load
 */
function createLater(store, load) {
  /** @type {((state: State, t: Translate) => void) | null} */
  let render = null;
  let loading = false;
  const changed = changes();

  async function fetchOnce() {
    if (loading) return;
    loading = true;
    try {
      render = await load();
      const state = store.get();
      render(state, translator(state.language));
    } catch (error) {
      loading = false; // the next prediction tries again
      console.info(error);
      if (store.get().prediction)
        store.set({ problem: { key: "error.offline" }, retry: fetchOnce });
    }
  }
  whenLoaded(fetchOnce);

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    const isAsked = Boolean(state.activity || state.prediction);
    if (render) render(state, t);
    else if (changed(isAsked) && isAsked) fetchOnce();
  };
}

/** @param {() => void} act */
function whenLoaded(act) {
  if (document.readyState === "complete") setTimeout(act);
  else addEventListener("load", act, { once: true });
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

/** A new result takes the focus along and starts at the top; the way back leads to where it began, or to what asks for another one. */
function createFocus() {
  const changed = changes();
  changed(null, false);
  let top = 0; // of the start, while something else is shown
  addEventListener("scroll", () => {
    if (!byId("home").hidden) top = scrollY;
  });
  /** @param {State} state */
  return ({ prediction, scene, comparison, picking }) => {
    const other = Boolean(scene || comparison); // those take the focus themselves
    if (!changed(prediction, other) || other) return;
    if (!prediction && picking) return byId("picking").focus(); // it is far below
    byId(prediction ? "result-title" : "main").focus({ preventScroll: true });
    scrollTo({ top: prediction ? 0 : top });
  };
}
