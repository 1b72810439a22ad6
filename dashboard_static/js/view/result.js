/** A prediction's title, facts, notes and confidence. */

import { formatArea, formatDate, formatNumber, translateSaid } from "../i18n/i18n.js";
import { lonLatAt } from "../scene/place.js";
import { recallName } from "../storage/preferences.js";
import { crsName, shownName } from "../upload/names.js";
import { byId, element, whenRead } from "./dom.js";
import { placeText } from "./place.js";

/**
 * @import {State} from "../state.js"
 * @import {Confidence, Language, Prediction, Translate} from "../types.js"
 */

export function createResult() {
  byId("print").onclick = () => print();
  const parts = [whenRead(renderTitle), whenRead(renderFacts), whenRead(renderNotes)];
  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    byId("result").hidden = !state.prediction;
    for (const render of parts) render(state, t);
  };
}

/** @param {State} state @param {Translate} t */
function renderTitle({ prediction, label, readonly, offline, scene, comparison }, t) {
  if (!prediction && !scene && !comparison) document.title = t("page.title"); // those name themselves
  if (!prediction) return;
  document.title = `${titleOf(prediction, label, t)} · Tesela`;
  byId("result-title").textContent = titleOf(prediction, label, t);
  byId("result-note").textContent = label.note ?? "";
  byId("result-note").hidden = !label.note;
  // What has no name here is somebody else's, as far as this browser knows.
  const mayEdit = recallName(prediction.id) && !readonly;
  byId("delete").hidden = !mayEdit;
  byId("rename").hidden = !mayEdit || offline;
  byId("correct").hidden = readonly || offline;
}

/** @param {Prediction} prediction @param {State["label"]} label @param {Translate} t */
export function titleOf({ id }, { name }, t) {
  const local = recallName(id);
  return name || (local ? shownName(local, t) : t("result.title"));
}

/** @param {State} state @param {Translate} t */
function renderFacts(state, t) {
  const { prediction, language } = state;
  if (!prediction) return;
  const { created, image, model } = prediction;
  const [width, height] = [String(image.width), String(image.height)];
  const area = image.width * image.height * image.pixel_area_m2;
  const middle = lonLatAt(image, image.width / 2, image.height / 2);
  const known = [
    ["result.created", formatDate(created, language)],
    ...(middle ? [["result.place", placeText(middle, language, t)]] : []),
    ["result.size", t("result.pixels", { width, height, dtype: image.dtype })],
    ["result.ground", formatArea(area, language)],
    ["result.crs", image.crs ? crsName(image.crs) : t("result.noCrs")],
    ["result.model", `${model.name} ${model.version}`],
    ["result.thresholds", thresholdsText(state)],
  ];
  byId("facts").replaceChildren(
    ...known.map(([key, value]) =>
      element("div", null, element("dt", null, t(key)), element("dd", null, value)),
    ),
  );
}

/** @param {State} state */
function thresholdsText({ config, thresholds, language }) {
  const each = config.classes.map(({ key, name }) =>
    thresholds[key] === undefined
      ? ""
      : `${name[language].toLocaleLowerCase(language)}\u00a0${formatNumber(thresholds[key], language, 2)}`,
  );
  return each.filter(Boolean).join("; ");
}

/** @param {State} state @param {Translate} t */
function renderNotes({ prediction, offline, language }, t) {
  if (!prediction) return;
  const { warnings, saved, confidence } = prediction;
  const notes = warnings.map((warning) =>
    translateSaid("warning", typeof warning === "string" ? { text: warning } : warning, language),
  );
  if (offline) notes.unshift({ text: t("result.offline"), language });
  if (saved === "objects") notes.push({ text: t("result.savedObjects"), language });
  byId("notes").hidden = !notes.length;
  byId("warnings").replaceChildren(
    ...notes.map(({ text, language: lang }) => element("li", { lang }, text)),
  );
  renderConfidence(confidence, language, t);
}

/**
 * How far to trust the result of this image, and why not further.
 *
 * @param {Confidence | null | undefined} confidence
 * @param {Language} language
 * @param {Translate} t
 */
function renderConfidence(confidence, language, t) {
  byId("confidence").hidden = !confidence; // predictions of older versions have none
  if (!confidence) return;
  const { level, expected_jaccard: jaccard, reasons } = confidence;
  const expected = jaccard === null ? "" : formatNumber(100 * jaccard, language);
  byId("confidence").className = `confidence ${level}`;
  byId("confidence").replaceChildren(
    element("span", { class: `trust ${level}` }, t(`confidence.${level}`)),
    whyButton(t),
    level === "low" ? element("strong", null, ` ${t("confidence.beware")}`) : "",
    ...reasons.flatMap((reason) => {
      const { text, language: lang } = translateSaid("warning", reason, language);
      return [" ", element("span", { lang }, text)];
    }),
    expected && element("span", { class: "muted" }, ` ${t("confidence.expected", { expected })}`),
  );
}

/** @param {Translate} t */
function whyButton(t) {
  const label = t("confidence.means");
  const button = element(
    "button",
    { type: "button", class: "why", title: label, "aria-label": label },
    "?",
  );
  button.setAttribute("popovertarget", "why-confidence");
  return button;
}
