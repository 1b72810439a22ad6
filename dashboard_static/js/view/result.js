/** A prediction's facts, notes and files. */

import { FORMS } from "../api.js";
import { formatDate, formatNumber } from "../i18n.js";
import { translate } from "../locales/service.js";
import { recallName } from "../memory.js";
import { shownName } from "../names.js";
import { byId, changes, element, whenAtRest } from "./dom.js";
import { fileName, save } from "./download.js";

/**
 * @param {import("../api.js").Api} api
 * @param {import("../actions.js").Actions} actions
 * @param {() => void} savePicture
 */
export function createResult(api, actions, savePicture) {
  const changed = changes();
  const filesChanged = changes();
  const atRest = whenAtRest();

  /** @param {import("../state.js").State} state @param {(key: string, values?: any) => string} t */
  return (state, t) => {
    const { prediction, language, thresholds, moved, view } = state;
    byId("result").hidden = !prediction;
    if (!prediction) return;
    if (changed(prediction, language)) {
      const name = recallName(prediction.id);
      byId("result-title").textContent = name ? shownName(name, t) : t("result.title");
      byId("facts").replaceChildren(...facts(prediction, language, t));
      renderNotes(prediction, language, t);
    }
    byId("files-moved").hidden = !moved;
    if (filesChanged(prediction, language, thresholds, view)) {
      atRest(() => renderFiles(state, api, actions, savePicture, t));
    }
  };
}

/** @param {import("../types.js").Prediction} prediction @param {import("../types.js").Language} language @param {(key: string, values?: any) => string} t */
function facts({ created, image, model }, language, t) {
  const hectares = (image.width * image.height * image.pixel_area_m2) / 10_000;
  const known = [
    ["result.created", formatDate(created, language)],
    [
      "result.size",
      t("result.pixels", {
        width: String(image.width),
        height: String(image.height),
        dtype: image.dtype,
      }),
    ],
    ["result.ground", `${formatNumber(hectares, language, 2)} ha`],
    ["result.crs", image.crs ?? t("result.noCrs")],
    ["result.model", `${model.name} ${model.version}`],
  ];
  return known.map(([key, value]) =>
    element("div", null, element("dt", null, t(key)), element("dd", null, value)),
  );
}

/** @param {import("../types.js").Prediction} prediction @param {import("../types.js").Language} language @param {(key: string) => string} t */
function renderNotes({ warnings, saved }, language, t) {
  const notes = warnings.map((warning) => translate(warning, language));
  if (saved === "objects") notes.push({ text: t("result.savedObjects"), language });
  byId("notes").hidden = !notes.length;
  byId("warnings").replaceChildren(
    ...notes.map(({ text, language: lang }) => element("li", { lang }, text)),
  );
}

/**
 * @param {import("../state.js").State} state
 * @param {import("../api.js").Api} api
 * @param {import("../actions.js").Actions} actions
 * @param {() => void} savePicture
 * @param {(key: string) => string} t
 */
function renderFiles({ prediction, thresholds, moved, view }, api, actions, savePicture, t) {
  if (!prediction) return;
  const seen = { view, thresholds: moved ? thresholds : undefined };
  const forms = /** @type {import("../api.js").Form[]} */ (Object.keys(FORMS));
  const links = forms.map((form) => {
    const href = api.fileUrl(prediction.id, form, seen);
    const name = fileName(prediction.id, form);
    const onclick = (/** @type {MouseEvent} */ event) => take(event, href, name, actions);
    return element("a", { class: "file", "data-form": form, href, onclick }, ...fileWords(form, t));
  });
  const picture = element(
    "button",
    { type: "button", class: "file", "data-form": "view.png", onclick: savePicture },
    ...fileWords("view.png", t),
  );
  byId("files").replaceChildren(...[...links, picture].map((link) => element("li", null, link)));
}

/** @param {MouseEvent} event @param {string} href @param {string} name @param {import("../actions.js").Actions} actions */
async function take(event, href, name, actions) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser's own ways
  event.preventDefault();
  const link = /** @type {HTMLElement} */ (event.currentTarget);
  link.ariaBusy = "true";
  await actions.takeAway(href, (blob) => save(blob, name));
  link.ariaBusy = "false";
}

/** @param {string} form @param {(key: string) => string} t */
function fileWords(form, t) {
  return [
    element("strong", null, t(`files.${form}`)),
    element("span", { class: "muted small" }, t(`files.${form}.hint`)),
  ];
}
