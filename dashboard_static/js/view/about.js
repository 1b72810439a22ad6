/** About the model: what it was trained on, how each class did in its tests, and its limits. */

import { formatNumber } from "../i18n/i18n.js";
import { mainTest, trust } from "../scene/trust.js";
import { byId, changes, element } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {State} from "../state.js"
 * @import {LandCover, Language, Model, Score, Test, Translate} from "../types.js"
 */

const KNOWN_TESTS = ["dstl", "imgwv2", "vegas", "naip", "simulated"];

/** @param {Actions} actions */
export function createAbout(actions) {
  const changed = changes();
  const dialog = byId("about");
  byId("about-open").onclick = async () => {
    if (await actions.learnModel()) dialog.showModal();
  };
  byId("about-close").onclick = () => dialog.close();

  /** @param {State} state @param {Translate} t */
  return ({ model, config, language }, t) => {
    if (!model || !changed(model, language)) return;
    const { name, version, sha256, trained_on, calibrated, scores } = model;
    const main = mainTest(model);
    const others = main === scores ? scores.others : { [scores.source]: scores, ...scores.others };
    byId("about-version").textContent = t("about.version", { name, version });
    byId("about-hash").textContent = sha256;
    byId("about-trained").textContent = trained_on;
    byId("about-split").textContent = scores.split;
    byId("about-mean").textContent = t("about.mean", { mean: figure(main.mean_iou, language) });
    byId("about-unseen").textContent = unseen(model, t);
    byId("about-surest").textContent = surest(model, config.classes, language, t);
    byId("about-scores").textContent = t(calibrated ? "about.calibrated" : "about.uncalibrated");
    const rows = config.classes.map((cover) => classRow(cover, main, others, language, t));
    byId("about-table").replaceChildren(
      element("thead", null, headRow(others, t)),
      element("tbody", null, ...rows),
    );
  };
}

/** @param {Model} model @param {Translate} t */
function unseen({ out_of_fold: found }, t) {
  return found?.classes ? t("about.unseen", { n: found.terrains ?? 0 }) : "";
}

/**
 * @param {Model} model
 * @param {LandCover[]} classes
 * @param {Language} language
 * @param {Translate} t
 */
function surest({ surest: keys = [] }, classes, language, t) {
  const names = classes.filter(({ key }) => keys.includes(key)).map(({ name }) => name[language]);
  if (!names.length) return "";
  const list = new Intl.ListFormat(language, { type: "conjunction" }).format(names);
  return t("about.surest", { classes: list });
}

/** @param {Record<string, Test>} others @param {Translate} t */
function headRow(others, t) {
  const names = ["class", "trust", "iou", "precision", "recall"].map((key) => t(`about.${key}`));
  const tests = Object.keys(others).map((key) => testName(key, t));
  const cells = [...names, ...tests].map((name, index) =>
    element("th", { scope: "col", class: index > 1 ? "figure" : "" }, name),
  );
  return element("tr", null, ...cells);
}

/** @param {string} key @param {Translate} t */
function testName(key, t) {
  return KNOWN_TESTS.includes(key) ? t(`about.test.${key}`) : key;
}

/**
 * @param {LandCover} cover
 * @param {Test} main
 * @param {Record<string, Test>} others
 * @param {Language} language
 * @param {Translate} t
 */
function classRow({ key, name }, { classes }, others, language, t) {
  const score = classes[key];
  const word = trust(score);
  const parts = [score?.precision, score?.recall].map((value) => figure(value, language));
  const rest = Object.values(others).map((test) => figure(test.classes[key]?.iou, language));
  const figures = [withInterval(score, language), ...parts, ...rest].map((text) =>
    element("td", { class: "figure" }, text),
  );
  return element(
    "tr",
    null,
    element("th", { scope: "row" }, name[language]),
    element("td", null, element("span", { class: `trust ${word}` }, t(`trust.${word}`))),
    ...figures,
  );
}

/** @param {Score} score @param {Language} language */
function withInterval(score, language) {
  const { iou, low, high } = score ?? {};
  const ends = [low, high].map((end) => figure(end, language)).join("–\u2060"); // no line ends inside
  return figure(iou, language) + (low == null || high == null ? "" : ` (${ends})`);
}

/** @param {number | null | undefined} value @param {Language} language */
function figure(value, language) {
  return value == null ? "–" : formatNumber(value, language, 2);
}
