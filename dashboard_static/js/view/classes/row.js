/** One class: its switch, its colour, its numbers, and the way to its objects. */

import { formatNumber } from "../../i18n/i18n.js";
import { legendOf } from "../../scene/palettes.js";
import { mainTest, trust } from "../../scene/trust.js";
import { element } from "../dom.js";
import { colourSwatch, swatchOf } from "../swatch.js";
import { UNITS } from "./units.js";

/**
 * @import {Actions} from "../../actions/index.js"
 * @import {State, Store} from "../../state.js"
 * @import {LandCover, Translate} from "../../types.js"
 */

/** @param {LandCover} cover @param {Store} store @param {Actions} actions */
export function createRow(cover, store, actions) {
  const parts = createParts(cover, actions);
  const { node } = parts;
  const point = () => store.set({ pointed: { key: cover.key, on: "list" } });
  const leave = () => store.set({ pointed: null });
  node.onpointerenter = point;
  node.onpointerleave = leave;
  node.addEventListener("focusin", point);
  node.addEventListener("focusout", leave);

  /** @param {State} state @param {number} index @param {Translate} t */
  function render(state, index, t) {
    renderRow(node, cover, state, index);
    renderName(parts, cover, state, t);
    renderFigures(parts, state, index, t);
    renderOwn(parts, cover, state, t);
  }
  return { node, render };
}

/** @param {LandCover} cover @param {Actions} actions @returns {Record<string, any>} elements */
function createParts({ key }, actions) {
  const box = element("input", {
    type: "checkbox",
    id: `show-${key}`,
    onchange: () => actions.showClass(key, box.checked),
  });
  const swatch = swatchOf();
  const quiet = { type: "button", class: "quiet" };
  const name = element("button", { ...quiet, class: "quiet class-name" });
  name.onclick = () => actions.stepObject(1, key);
  const solo = element("button", { ...quiet, class: "quiet small solo" });
  solo.onclick = () => actions.showOnly(key);
  const slider = element("input", { type: "range", min: 0.05, max: 0.95, step: 0.01 });
  slider.oninput = () => actions.setThresholds({ [key]: Number(slider.value) });
  const value = element("output", { class: "small" });
  const own = element("div", { class: "own-threshold" }, slider, value);
  const label = element("label", { class: "class-switch" }, box, swatch);
  const line = element("div", { class: "class-line" }, label, name, solo);
  const [objects, area, score] = [0, 1, 2].map(() => element("td", { class: "figure" }));
  const badge = element("span");
  const tested = element("td", null, badge);
  const head = element("th", { scope: "row" }, line, own);
  const node = element("tr", { "data-class": key }, head, objects, area, score, tested);
  return { node, box, swatch, name, solo, slider, value, own, objects, area, score, badge };
}

/** @param {HTMLElement} node @param {LandCover} cover @param {State} state @param {number} index */
function renderRow(node, { key }, { counts, hidden, perClass, selection, pointed }, index) {
  const { classList } = node;
  node.hidden = !counts[index]?.objects && !perClass; // named below the table instead
  classList.toggle("off", hidden.has(key));
  classList.toggle("selected", selection?.key === key);
  classList.toggle("pointed", pointed?.key === key);
}

/** @param {Record<string, any>} parts @param {LandCover} cover @param {State} state @param {Translate} t */
function renderName({ box, swatch, name, solo }, cover, { hidden, palette, language, config }, t) {
  const { colour, code, label } = legendOf(cover, palette);
  const words = cover.name[language];
  const alone = !hidden.has(cover.key) && hidden.size === config.classes.length - 1;
  box.checked = !hidden.has(cover.key);
  box.ariaLabel = t("legend.show", { name: words });
  colourSwatch(swatch, colour);
  name.textContent = words;
  name.title = t("legend.colourOf", { label: [code, label[language]].filter(Boolean).join(" ") });
  solo.textContent = t(alone ? "legend.allAgain" : "legend.solo");
  solo.ariaLabel = alone ? null : t("legend.soloOf", { name: words });
}

/** @param {Record<string, any>} parts @param {State} state @param {number} index @param {Translate} t */
function renderFigures(parts, { counts, unit, model, prediction, language }, index, t) {
  const count = counts[index];
  if (!count) return;
  const { objects, area, score, badge } = parts;
  objects.textContent = formatNumber(count.objects, language);
  area.textContent = formatNumber(count[unit], language, UNITS[unit].digits);
  score.textContent = count.score === null ? "–" : formatNumber(count.score, language, 2);
  const word = trust(model ? mainTest(model).classes[count.key] : undefined);
  const doubtful = prediction?.confidence?.level === "low";
  const shown = doubtful ? "doubtful" : word; // tests say little of an image unlike theirs
  badge.className = model ? `trust ${shown}` : "";
  badge.textContent = model ? t(`trust.${shown}`) : "";
}

/** @param {Record<string, any>} parts @param {LandCover} cover @param {State} state @param {Translate} t */
function renderOwn({ own, slider, value }, { key, name }, { perClass, thresholds, language }, t) {
  own.hidden = !perClass;
  slider.value = thresholds[key];
  slider.ariaLabel = t("legend.thresholdOf", { name: name[language] });
  value.textContent = formatNumber(thresholds[key], language, 2);
  slider.setAttribute("aria-valuetext", value.textContent);
}
