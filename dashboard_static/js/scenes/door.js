/** The door to whole scenes: nothing of them is fetched before a reader comes near. */

import { byId, linkStyleSheet } from "../view/dom.js";

/**
 * @import {Outside} from "../service/transport.js"
 * @import {State, Store} from "../state.js"
 */

/**
 * @param {Store} store
 * @param {Outside} outside the token, and who asks for it
 * @returns {(state: State) => void}
 */
export function createSceneDoor(store, outside) {
  /** @type {Promise<(state: State) => void> | undefined} */
  let opened;
  const open = () => {
    opened ??= load(store, outside);
    opened.then((render) => render(store.get())).catch(console.warn);
  };
  if (store.get().config.scenes) {
    byId("file").multiple = true; // a scene may be a file of each band
    byId("home-hint").dataset.i18n = "home.hintScenes";
    byId("link-text").dataset.i18nPlaceholder = "home.linkHintScenes";
    whenSeen("scenes-list", open);
  }

  return ({ config, scene }) => {
    if (opened || (config.scenes && scene)) open();
  };
}

/** @param {Store} store @param {Outside} outside */
async function load(store, outside) {
  linkStyleSheet("scenes.css");
  const { createScenes } = await import("./index.js");
  return createScenes(store, outside);
}

/** @param {string} id of an element below the fold @param {() => void} act */
function whenSeen(id, act) {
  const sight = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    sight.disconnect();
    act();
  });
  const element = document.getElementById(id);
  if (element) sight.observe(element);
}
