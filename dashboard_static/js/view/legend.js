/** The classes: what is shown, in which colour, from which score on. */

import { formatNumber } from "../i18n/i18n.js";
import { legendOf } from "../scene/palettes.js";
import { byId, changes, element } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {State, Store} from "../state.js"
 * @import {Count, LandCover, Translate} from "../types.js"
 */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function createLegend(store, actions) {
  const rows = store.get().config.classes.map((cover) => createRow(cover, actions));
  byId("legend").replaceChildren(...rows.map((row) => row.node));
  wireControls(store, actions);
  const changed = changes();

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    const { prediction, hidden, palette, thresholds, counts, perClass, opacity, style, language } =
      state;
    if (!prediction) return;
    if (!changed(hidden, palette, thresholds, counts, perClass, opacity, style, language)) return;
    for (const [index, row] of rows.entries()) row.render(state, counts[index], t);
    renderControls(state, t);
  };
}

/** @param {LandCover} cover @param {Actions} actions */
function createRow(cover, actions) {
  const { key } = cover;
  const box = element("input", {
    type: "checkbox",
    id: `show-${key}`,
    onchange: () => actions.showClass(key, box.checked),
  });
  const swatch = swatchOf();
  const name = element("span", { class: "legend-name" });
  const code = element("span", { class: "muted small" });
  const objects = element("strong");
  const percent = element("span", { class: "muted small" });
  const figures = element("span", { class: "legend-figures" }, objects, percent);
  const solo = element("button", {
    type: "button",
    class: "quiet small solo",
    onclick: () => actions.showOnly(key),
  });
  const slider = element("input", {
    type: "range",
    min: 0.05,
    max: 0.95,
    step: 0.01,
    oninput: () => actions.setThresholds({ [key]: Number(slider.value) }),
  });
  const value = element("output", { class: "small" });
  const own = element("div", { class: "own-threshold" }, slider, value);
  const label = element(
    "label",
    { class: "legend-label", htmlFor: box.id },
    swatch,
    element("span", null, name, code),
  );
  const node = element("li", { "data-class": key }, box, label, solo, figures, own);

  /** @param {State} state @param {Count} count @param {Translate} t */
  function render({ hidden, palette, thresholds, perClass, language }, count, t) {
    const nomenclature = legendOf(cover, palette);
    const words = cover.name[language];
    box.checked = !hidden.has(key);
    node.classList.toggle("empty", !count?.objects);
    colourSwatch(swatch, nomenclature.colour);
    name.textContent = words;
    code.textContent = nomenclature.code
      ? `${nomenclature.code} ${nomenclature.label[language]}`
      : nomenclature.label[language];
    label.title = code.textContent;
    objects.textContent = formatNumber(count?.objects ?? 0, language);
    percent.textContent = `${formatNumber(count?.percent ?? 0, language, 1)} %`;
    solo.textContent = t("legend.solo");
    solo.ariaLabel = t("legend.soloOf", { name: words });
    own.hidden = !perClass;
    slider.value = thresholds[key];
    slider.ariaLabel = t("legend.thresholdOf", { name: words });
    value.textContent = formatNumber(thresholds[key], language, 2);
    slider.setAttribute("aria-valuetext", value.textContent);
  }
  return { node, render };
}

/** @param {Store} store @param {Actions} actions */
function wireControls(store, actions) {
  byId("show-all").onclick = () => actions.showAll();
  byId("show-none").onclick = () => actions.showOnly();
  byId("threshold").oninput = (/** @type {any} */ { target }) =>
    actions.setEveryThreshold(Number(target.value));
  byId("threshold-reset").onclick = () => actions.resetThresholds();
  byId("per-class").onchange = (/** @type {any} */ { target }) =>
    store.set({ perClass: target.checked });
  byId("opacity").oninput = (/** @type {any} */ { target }) =>
    store.set({ opacity: Number(target.value) });
  byId("palette").onchange = (/** @type {any} */ { target }) =>
    store.set({ palette: target.value });
  byId("style").onchange = (/** @type {any} */ { target }) => store.set({ style: target.value });
}

/** @param {State} state @param {Translate} t */
function renderControls({ thresholds, moved, perClass, opacity, palette, style, language }, t) {
  const values = Object.values(thresholds);
  const same = values.every((value) => value === values[0]);
  byId("threshold").value = same ? values[0] : values.reduce((a, b) => a + b, 0) / values.length;
  byId("threshold-value").textContent = same
    ? formatNumber(values[0], language, 2)
    : t("legend.mixed");
  byId("threshold").setAttribute("aria-valuetext", byId("threshold-value").textContent);
  byId("threshold-reset").disabled = !moved;
  byId("per-class").checked = perClass;
  byId("opacity").value = opacity;
  byId("opacity-value").textContent = `${Math.round(opacity * 100)} %`;
  byId("opacity").setAttribute("aria-valuetext", byId("opacity-value").textContent);
  byId("palette").value = palette;
  byId("style").value = style;
}

export function swatchOf() {
  return element("span", { class: "swatch", "aria-hidden": "true" });
}

/** @param {any} swatch @param {string} colour by the style's own interface, as the CSP forbids the attribute */
export function colourSwatch(swatch, colour) {
  swatch.style.backgroundColor = colour;
  return swatch;
}
