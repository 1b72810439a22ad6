/** Wires the page: configuration, state, service, view, and the address bar. */

import { createActions } from "./actions.js";
import { createApi, loadConfig } from "./api.js";
import { chooseLanguage, translator } from "./i18n.js";
import { recallLanguage } from "./memory.js";
import { formatHash, parseHash, VIEWS } from "./permalink.js";
import { firstState } from "./state.js";
import { createStore } from "./store.js";
import { recallToken } from "./token.js";
import { byId, whenAtRest } from "./view/dom.js";
import { createTokenDialog } from "./view/token.js";
import { createView } from "./view.js";

const address = parseHash(location.hash);
const language = chooseLanguage(
  [address.language, recallLanguage(), ...navigator.languages].filter((tag) => tag != null),
);

start().catch(showBrokenSetup);

async function start() {
  const config = await loadConfig();
  const api = createApi(config.apiUrl, { token: recallToken, askToken: createTokenDialog() });
  const store = createStore(firstState(config, language));
  const actions = createActions(store, api);
  store.subscribe(createView(store, actions, api, askDelete(store, actions)));
  store.subscribe(createAddressBar(store));
  addEventListener("hashchange", () => follow(store, actions));
  wireHeader(store, actions);
  follow(store, actions);
  actions.listHistory();
  store.set({});
  navigator.serviceWorker?.register("sw.js").catch(console.info); // absent over plain HTTP
}

/** @param {import("./state.js").Store} store @param {import("./actions.js").Actions} actions */
function follow(store, actions) {
  const { id, view, palette, thresholds, hidden, language } = parseHash(location.hash);
  if (language) store.set({ language: /** @type {any} */ (language) });
  if (id === (store.get().prediction?.id ?? null)) return;
  if (!id) {
    actions.leave();
    actions.listHistory();
    return;
  }
  actions.open(id, {
    view: view ?? VIEWS[0],
    palette: palette ?? store.get().palette,
    hidden: new Set(hidden),
    thresholds: spread(thresholds, store.get().config),
  });
}

/** @param {number | Record<string, number> | undefined} thresholds @param {import("./types.js").Config} config */
function spread(thresholds, { classes }) {
  if (typeof thresholds !== "number") return thresholds ?? {};
  return Object.fromEntries(classes.map(({ key }) => [key, thresholds]));
}

/**
 * Keep the address bar at what is seen: a step in the history for a prediction, none for a slider.
 *
 * @param {import("./state.js").Store} store
 */
function createAddressBar(store) {
  /** @type {string | null} */
  let written = null;
  const atRest = whenAtRest(); // Safari refuses more than a few hundred changes a minute

  function write() {
    const state = store.get();
    if (state.prediction && parseHash(location.hash).id === state.prediction.id) {
      history.replaceState(null, "", formatHash(addressOf(state)));
    }
  }

  /** @param {import("./state.js").State} state */
  return (state) => {
    const id = state.prediction?.id ?? null;
    const isNew = id && id !== written && id !== parseHash(location.hash).id;
    if (isNew) history.pushState(null, "", formatHash(addressOf(state)));
    else atRest(write);
    written = id;
  };
}

/** @param {import("./state.js").State} state @returns {import("./permalink.js").Address} */
function addressOf({ prediction, view, palette, thresholds, hidden, moved, language }) {
  const values = Object.values(thresholds);
  const same = values.every((value) => value === values[0]);
  const id = /** @type {import("./types.js").Prediction} */ (prediction).id;
  return {
    id,
    view,
    palette,
    hidden: [...hidden],
    thresholds: moved ? (same ? values[0] : thresholds) : undefined,
    language,
  };
}

/** @param {import("./state.js").State} state @returns {string} */
function linkTo(state) {
  return new URL(formatHash(addressOf(state)), location.href).href;
}

/** @param {import("./state.js").Store} store @param {import("./actions.js").Actions} actions */
function wireHeader(store, actions) {
  for (const button of byId("languages").children)
    button.onclick = () => actions.setLanguage(button.value);
  byId("skip").onclick = (/** @type {Event} */ event) => {
    event.preventDefault(); // the address bar belongs to predictions
    byId("main").focus();
  };
  byId("share").onclick = async () => {
    try {
      await navigator.clipboard.writeText(linkTo(store.get()));
      actions.say("result.linkCopied");
    } catch {
      actions.say("result.linkShown");
    }
  };
  byId("delete").onclick = () => askDelete(store, actions)(store.get().prediction?.id ?? "");
}

/** @param {import("./state.js").Store} store @param {import("./actions.js").Actions} actions */
function askDelete(store, actions) {
  const dialog = byId("confirm");
  return (/** @type {string} */ id) => {
    const [keep, remove] = dialog.querySelectorAll("button");
    keep.onclick = () => dialog.close();
    remove.onclick = async () => {
      dialog.close();
      if (!(await actions.remove(id))) return;
      if (store.get().prediction?.id === id) location.hash = "#/";
      else actions.listHistory();
    };
    dialog.showModal();
  };
}

/** @param {unknown} error */
function showBrokenSetup(error) {
  console.warn(error);
  const problem = byId("problem");
  problem.textContent = translator(language)("error.config");
  problem.hidden = false;
}
