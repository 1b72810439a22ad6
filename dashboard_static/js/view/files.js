/** A prediction's files to take away, by purpose. */

import { FORMS } from "../api.js";
import { byId, changes, element, whenAtRest } from "./dom.js";
import { fileName, save } from "./download.js";

/** @typedef {(key: string, values?: any) => string} Words */

/**
 * @param {import("../api.js").Api} api
 * @param {import("../actions.js").Actions} actions
 * @param {() => void} savePicture
 */
export function createFiles(api, actions, savePicture) {
  const changed = changes();
  const atRest = whenAtRest();

  /** @param {import("../state.js").State} state @param {Words} t */
  return (state, t) => {
    const { prediction, language, thresholds, moved, view, palette } = state;
    byId("files-moved").hidden = !moved;
    if (!prediction || !changed(prediction, language, thresholds, view, palette)) return;
    const seen = { view, palette, language, thresholds: moved ? thresholds : undefined };
    atRest(() => render(prediction.id, seen, t));
  };

  /** @param {string} id @param {import("../api.js").Seen} seen @param {Words} t */
  function render(id, seen, t) {
    const groups = Object.entries(FORMS).map(([purpose, forms]) => {
      const links = Object.keys(forms).map((form) => link(id, form, seen, t));
      if (purpose === "picture") links.push(pictureButton(t));
      const items = links.map((each) => element("li", null, each));
      const head = element("h3", null, t(`files.${purpose}`));
      return element("div", null, head, element("ul", { class: "file-list" }, ...items));
    });
    byId("files").replaceChildren(...groups);
  }

  /** @param {string} id @param {string} form @param {import("../api.js").Seen} seen @param {Words} t */
  function link(id, form, seen, t) {
    const href = api.fileUrl(id, form, seen);
    const onclick = (/** @type {MouseEvent} */ event) => take(event, href, fileName(id, form));
    return element("a", { class: "file", "data-form": form, href, onclick }, ...words(form, t));
  }

  /** @param {Words} t */
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

/** @param {string} form @param {Words} t */
function words(form, t) {
  return [
    element("strong", null, t(`files.${form}`)),
    element("span", { class: "muted small" }, t(`files.${form}.hint`)),
  ];
}
