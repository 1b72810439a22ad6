/** Wires the page: configuration, state, service, view and address bar. */

import { createActions } from "./actions/index.js";
import { createComparisonDoor } from "./compare/door.js";
import { addClassNames, translator } from "./i18n/i18n.js";
import { createAddressBar, followAddress, linkTo } from "./router.js";
import { createSceneDoor } from "./scenes/door.js";
import { createApi, loadConfig } from "./service/api.js";
import { recallToken } from "./service/token.js";
import { firstState } from "./state.js";
import { createStore } from "./store.js";
import { byId } from "./view/dom.js";
import { createView } from "./view/index.js";
import { createTokenDialog } from "./view/token.js";

/**
 * @import {Actions} from "./actions/index.js"
 * @import {State, Store} from "./state.js"
 * @import {Language} from "./types.js"
 */

const language = /** @type {Language} */ (document.documentElement.lang);

start().catch(showBrokenSetup);

async function start() {
  const config = await loadConfig();
  addClassNames(config.classes);
  const outside = { token: recallToken, askToken: createTokenDialog() };
  const api = createApi(config, outside);
  const store = createStore(firstState(config, language));
  const actions = createActions(store, api);
  store.subscribe(createView(store, actions, api, askDelete(store, actions)));
  store.subscribe(createAddressBar(store));
  store.subscribe(createSceneDoor(store, outside));
  store.subscribe(createComparisonDoor(store, api, actions));
  wireHeader(store, actions);
  followAddress(store, actions);
  store.set({});
  navigator.serviceWorker?.register("sw.js").catch(console.info); // absent over plain HTTP
}

/** @param {Store} store @param {Actions} actions */
function wireHeader(store, actions) {
  for (const button of byId("languages").children)
    button.onclick = () => actions.setLanguage(button.value);
  byId("skip").onclick = (/** @type {Event} */ event) => {
    event.preventDefault(); // the address bar belongs to predictions
    byId("main").focus();
  };
  byId("share").onclick = () => copyLink(store.get(), actions);
  byId("share-readonly").onclick = () => copyLink({ ...store.get(), readonly: true }, actions);
  byId("compare-with").onclick = actions.pickOther;
  wireLabel(store, actions);
  byId("delete").onclick = () => askDelete(store, actions)(store.get().prediction?.id ?? "");
}

/** @param {State} state @param {Actions} actions */
async function copyLink(state, actions) {
  try {
    await navigator.clipboard.writeText(linkTo(state));
    actions.say("result.linkCopied");
  } catch {
    actions.say("result.linkShown");
  }
}

/** @param {Store} store @param {Actions} actions */
function wireLabel(store, actions) {
  const [dialog, name, note] = ["label", "label-name", "label-note"].map(byId);
  byId("rename").onclick = () => {
    const { label } = store.get();
    name.value = label.name ?? "";
    note.value = label.note ?? "";
    dialog.showModal();
  };
  byId("label-cancel").onclick = () => dialog.close();
  byId("label-form").onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const change = { name: name.value.trim() || null, note: note.value.trim() || null };
    dialog.close();
    await actions.relabel(store.get().prediction?.id ?? "", change);
  };
}

/** @param {Store} store @param {Actions} actions */
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
