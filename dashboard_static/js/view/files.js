/** A prediction's files to take away, by purpose. */

import { hasWords } from "../i18n/i18n.js";
import { byId, changes, element, whenAtRest } from "./dom.js";
import { fileName, save } from "./download.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api, Seen} from "../service/api.js"
 * @import {State} from "../state.js"
 * @import {Export, Translate} from "../types.js"
 */

/** @typedef {{id: string, name?: string | null}} Named */

/** @type {Export["purpose"][]} */
const PURPOSES = ["map", "table", "picture", "data"];

/**
 * @param {Api} api
 * @param {Actions} actions
 * @param {() => void} savePicture
 */
export function createFiles(api, actions, savePicture) {
  const changed = changes();
  const atRest = whenAtRest();

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    const { prediction, language, thresholds, moved, view, palette, config, label } = state;
    byId("files-moved").hidden = !moved;
    if (!prediction || !changed(prediction, language, thresholds, view, palette, label)) return;
    const seen = { view, palette, language, thresholds: moved ? thresholds : undefined };
    const named = { id: prediction.id, name: label.name };
    atRest(() => render(named, config.exports, seen, t));
  };

  /** @param {Named} named @param {Export[]} exports @param {Seen} seen @param {Translate} t */
  function render(named, exports, seen, t) {
    const groups = PURPOSES.map((purpose) => {
      const links = exports
        .filter((each) => each.purpose === purpose)
        .map((each) => link(named, each, seen, t));
      if (purpose === "picture") links.push(pictureButton(t));
      const items = links.map((each) => element("li", null, each));
      const head = element("h3", null, t(`files.${purpose}`));
      return element("div", null, head, element("ul", { class: "file-list" }, ...items));
    });
    byId("files").replaceChildren(...groups);
  }

  /** @param {Named} named @param {Export} each @param {Seen} seen @param {Translate} t */
  function link({ id, name: called }, { name, summary }, seen, t) {
    const href = api.fileUrl(id, name, seen);
    const onclick = (/** @type {MouseEvent} */ event) =>
      take(event, href, fileName(id, name, called));
    const texts = hasWords(`files.${name}`) ? words(name, t) : named(name, summary);
    return element("a", { class: "file", "data-form": name, href, onclick }, ...texts);
  }

  /** @param {Translate} t */
  function pictureButton(t) {
    const about = { type: "button", class: "file", "data-form": "view.png" };
    return element("button", { ...about, onclick: savePicture }, ...words("view.png", t));
  }

  /** @param {MouseEvent} event @param {string} href @param {string} name */
  async function take(event, href, name) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser's own ways
    event.preventDefault();
    const clicked = /** @type {HTMLElement} */ (event.currentTarget);
    clicked.ariaBusy = "true";
    await actions.takeAway(href, (blob) => save(blob, name));
    clicked.ariaBusy = "false";
  }
}

/** An export that is newer than this page's words. @param {string} name @param {string} summary */
function named(name, summary) {
  return [
    element("strong", null, name),
    element("span", { class: "muted small", lang: "en" }, summary),
  ];
}

/** @param {string} form @param {Translate} t */
function words(form, t) {
  return [
    element("strong", null, t(`files.${form}`)),
    element("span", { class: "muted small" }, t(`files.${form}.hint`)),
  ];
}
