/** A prediction's facts and notes. */

import { formatDate, formatNumber, translateSaid } from "../i18n/i18n.js";
import { recallName } from "../storage/preferences.js";
import { crsName, shownName } from "../upload/names.js";
import { byId, changes, element } from "./dom.js";

/**
 * @import {State} from "../state.js"
 * @import {Confidence, Language, Prediction, Translate} from "../types.js"
 */

export function createResult() {
  const changed = changes();
  const titleChanged = changes();

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    const { prediction, language, offline } = state;
    byId("result").hidden = !prediction;
    if (titleChanged(prediction, language)) document.title = titleOf(prediction, t);
    if (!prediction) return;
    if (changed(prediction, offline, language)) {
      const name = recallName(prediction.id);
      byId("result-title").textContent = name ? shownName(name, t) : t("result.title");
      byId("delete").hidden = !name; // it is somebody else's, as far as this browser knows
      byId("facts").replaceChildren(...facts(prediction, language, t));
      renderNotes(prediction, offline, language, t);
      renderConfidence(prediction.confidence, language, t);
    }
  };
}

/** @param {Prediction | null} prediction @param {Translate} t */
function titleOf(prediction, t) {
  if (!prediction) return t("page.title");
  const name = recallName(prediction.id);
  return `${name ? shownName(name, t) : t("result.title")} · Tesela`;
}

/** @param {Prediction} prediction @param {Language} language @param {Translate} t */
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
    ["result.crs", image.crs ? crsName(image.crs) : t("result.noCrs")],
    ["result.model", `${model.name} ${model.version}`],
  ];
  return known.map(([key, value]) =>
    element("div", null, element("dt", null, t(key)), element("dd", null, value)),
  );
}

/** @param {Prediction} prediction @param {boolean} offline @param {Language} language @param {Translate} t */
function renderNotes({ warnings, saved }, offline, language, t) {
  const notes = warnings.map((warning) =>
    translateSaid("warning", typeof warning === "string" ? { text: warning } : warning, language),
  );
  if (offline) notes.unshift({ text: t("result.offline"), language });
  if (saved === "objects") notes.push({ text: t("result.savedObjects"), language });
  byId("notes").hidden = !notes.length;
  byId("warnings").replaceChildren(
    ...notes.map(({ text, language: lang }) => element("li", { lang }, text)),
  );
}

/**
 * One line: how far to trust the result of this image, and why not further.
 *
 * @param {Confidence | null | undefined} confidence
 * @param {Language} language
 * @param {Translate} t
 */
function renderConfidence(confidence, language, t) {
  const line = byId("confidence");
  line.hidden = !confidence; // predictions of older versions have none
  byId("result").classList.toggle("doubtful", confidence?.level === "low");
  if (!confidence) return;
  const { level, expected_jaccard: jaccard, reasons } = confidence;
  const why = { type: "button", class: "why", "aria-label": t("confidence.means") };
  const button = element("button", { ...why, title: t("confidence.means") }, "?");
  button.setAttribute("popovertarget", "why-confidence");
  const expected = jaccard === null ? "" : formatNumber(100 * jaccard, language);
  line.replaceChildren(
    element("span", { class: `trust ${level}` }, t(`confidence.${level}`)),
    button,
    ...reasons.map((reason) => {
      const { text, language: lang } = translateSaid("warning", reason, language);
      return element("span", { lang }, ` ${text}`);
    }),
    expected && element("span", { class: "muted" }, ` ${t("confidence.expected", { expected })}`),
    level === "low" ? element("strong", null, ` ${t("confidence.beware")}`) : "",
  );
}
