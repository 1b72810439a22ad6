/** What each class covers in both results, and the threshold at which they are drawn. */

import { formatNumber } from "../i18n/i18n.js";
import { element } from "../view/dom.js";
import { signed } from "./names.js";

/**
 * @import {Language, Translate} from "../types.js"
 * @import {Change, Comparison, Loaded, Look, Thresholds} from "./types.js"
 */

const COLUMNS = ["class", "a", "b", "difference", "gained", "lost"];
const MIDDLE = 0.5; // where the slider stands while each class has its own

/**
 * @param {Loaded} loaded
 * @param {Look} look
 * @param {{choose: (key: string) => void, redraw: (thresholds: Thresholds) => void}} on
 * @param {Language} language
 * @param {Translate} t
 */
export function createCompareTable({ comparison, thresholds }, look, on, language, t) {
  const heads = COLUMNS.map((name, index) =>
    element("th", { scope: "col", class: index ? "figure" : "" }, t(`compare.${name}`)),
  );
  const rows = comparison.classes.map((change) => rowOf(change, look, on.choose, language, t));
  const table = element(
    "table",
    { id: "compare-table" },
    element("thead", null, element("tr", null, ...heads)),
    element("tbody", null, ...rows),
  );
  const box = { class: "table-box", tabIndex: 0, role: "group", "aria-labelledby": "compare-head" };
  return element(
    "section",
    { class: "panel" },
    element("div", { class: "panel-head" }, headOf(t)),
    thresholdOf(thresholds, on.redraw, language, t),
    element("div", box, table),
    absentOf(comparison, language, t),
  );
}

/** @param {Translate} t */
const headOf = (t) => element("h2", { id: "compare-head" }, t("legend.title"));

/** @param {Change} change @param {Look} look @param {(key: string) => void} choose @param {Language} language @param {Translate} t */
function rowOf(change, look, choose, language, t) {
  const { key, a_ha, b_ha, difference_ha, gained_ha, lost_ha } = change;
  const name = change.name[language];
  const title = t("compare.show", { name });
  const button = { type: "button", class: "quiet", title, onclick: () => choose(key) };
  const plain = (/** @type {number} */ value) => formatNumber(value, language, 2);
  const values = [
    plain(a_ha),
    plain(b_ha),
    signed(difference_ha, language),
    plain(gained_ha),
    plain(lost_ha),
  ];
  const row = element(
    "tr",
    { "data-class": key, hidden: isAbsent(change) },
    element("th", { scope: "row" }, element("button", button, name)),
    ...values.map((value) => element("td", { class: "figure" }, value)),
  );
  row.classList.toggle("chosen", key === look.key);
  return row;
}

/** @param {Change} change */
const isAbsent = ({ a_ha, b_ha }) => !a_ha && !b_ha;

/** @param {Comparison} comparison @param {Language} language @param {Translate} t what no row is shown for */
function absentOf({ classes }, language, t) {
  const names = classes
    .filter(isAbsent)
    .map(({ name }) => name[language].toLocaleLowerCase(language));
  const list = new Intl.ListFormat(language, { type: "conjunction" }).format(names);
  const about = { class: "panel-foot small muted", hidden: !names.length };
  return element("p", about, t("numbers.absent", { classes: list }));
}

/**
 * One threshold for both results; the service draws them anew once the slider is let go.
 *
 * @param {Thresholds} thresholds
 * @param {(thresholds: Thresholds) => void} redraw
 * @param {Language} language
 * @param {Translate} t
 */
function thresholdOf(thresholds, redraw, language, t) {
  const words =
    typeof thresholds === "number" ? formatNumber(thresholds, language, 2) : t("legend.mixed");
  const value = element("output", null, words);
  const slider = element("input", {
    type: "range",
    id: "compare-threshold",
    min: "0.05",
    max: "0.95",
    step: "0.01",
    "aria-valuetext": words,
    value: String(typeof thresholds === "number" ? thresholds : MIDDLE),
    oninput() {
      value.textContent = formatNumber(Number(slider.value), language, 2);
      slider.setAttribute("aria-valuetext", value.textContent);
    },
    onchange: () => redraw(Number(slider.value)),
  });
  const reset = element(
    "button",
    {
      type: "button",
      class: "quiet small",
      id: "compare-reset",
      disabled: thresholds === undefined,
      onclick: () => redraw(undefined),
    },
    t("legend.reset"),
  );
  const label = element("label", { htmlFor: "compare-threshold" }, t("legend.threshold"));
  return element(
    "div",
    { class: "controls" },
    element("div", { class: "control" }, label, slider, value),
    element(
      "div",
      { class: "control-row small" },
      element("span", { class: "muted" }, t("compare.threshold")),
      reset,
    ),
  );
}
