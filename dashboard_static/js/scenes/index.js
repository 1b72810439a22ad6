/** Whole scenes on the page: their state, what is done with them, and what is seen. */

import { addWords, translator } from "../i18n/i18n.js";
import { whenHistoryMayHaveChanged } from "../storage/tabs.js";
import { createStore } from "../store.js";
import { byId } from "../view/dom.js";
import { createSceneApi } from "./service.js";
import { createSession } from "./session.js";
import { createDraftView } from "./view/draft.js";
import { createListView } from "./view/list.js";
import { createMapView } from "./view/map.js";
import { createProgressView } from "./view/progress.js";
import { createResultView } from "./view/result.js";
import { sceneSkeleton } from "./view/skeleton.js";
import { createTableView } from "./view/table.js";
import en from "./words/en.js";
import es from "./words/es.js";

/**
 * @import {Outside} from "../service/transport.js"
 * @import {State, Store} from "../state.js"
 * @import {ScenesStore} from "./session.js"
 * @import {ScenesState} from "./types.js"
 */

/** @type {ScenesState} */
const FIRST = {
  draft: null,
  scores: false,
  scene: null,
  sending: null,
  palette: null,
  hidden: new Set(),
  opacity: 1,
  map: "loading",
  found: null,
  note: "none",
  list: { items: [], next: null },
};

/**
 * @param {Store} page
 * @param {Outside} outside
 * @returns {(state: State) => void} called whenever the page changes
 */
export function createScenes(page, outside) {
  addWords({ en, es });
  const store = createStore(FIRST);
  const api = createSceneApi(page.get().config.apiUrl, outside);
  const session = createSession(store, page, api);
  byId("main").append(sceneSkeleton());
  const views = [
    createDraftView(store, session, page.get().config),
    createResultView(store, session, api),
    createProgressView(store, session),
    createMapView(store, session, api, page.get().config),
    createTableView(store, page.get().config),
    createListView(session),
  ];

  function render() {
    const { language, scene } = page.get();
    const t = translator(language);
    byId("scene").hidden = !scene;
    for (const view of views) view({ ...store.get(), language }, t);
  }
  store.subscribe(render);
  warnBeforeLeaving(store);
  session.listScenes();
  whenHistoryMayHaveChanged(session.listScenes);
  const follow = createFollower(page, session);
  return (state) => {
    follow(state);
    render();
  };
}

/** @param {Store} page @param {ReturnType<typeof createSession>} session */
function createFollower(page, session) {
  /** @type {State["scene"]} */
  let shown = null;
  return (/** @type {State} */ { scene }) => {
    if (scene === shown) return;
    shown = scene;
    if (!scene) session.close();
    else if ("id" in scene) session.open(scene.id);
    else session.propose(scene);
    if (!scene) session.listScenes();
    page.set({ problem: null, retry: null });
  };
}

/** @param {ScenesStore} store */
function warnBeforeLeaving(store) {
  addEventListener("beforeunload", (event) => {
    const { sending } = store.get();
    if (sending && sending.phase !== "paused") event.preventDefault();
  });
}
