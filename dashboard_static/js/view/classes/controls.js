/** What holds for all classes: threshold, opacity, palette and style. */

import { formatNumber } from "../../i18n/i18n.js";
import { byId, whenRead } from "../dom.js";

/**
 * @import {Actions} from "../../actions/index.js"
 * @import {Palette} from "../../scene/palettes.js"
 * @import {State, Store} from "../../state.js"
 * @import {Translate} from "../../types.js"
 */

/** @param {Store} store @param {Actions} actions */
export function createControls(store, actions) {
  byId("show-all").onclick = () => actions.showAll();
  byId("show-none").onclick = () => actions.showOnly();
  byId("threshold-reset").onclick = () => actions.resetThresholds();
  on("threshold", "input", ({ value }) => actions.setEveryThreshold(Number(value)));
  on("opacity", "input", ({ value }) => store.set({ opacity: Number(value) }));
  on("per-class", "change", ({ checked }) => store.set({ perClass: checked }));
  on("palette", "change", ({ value }) => store.set({ palette: /** @type {Palette} */ (value) }));
  on("style", "change", ({ value }) => store.set({ style: /** @type {State["style"]} */ (value) }));
  return whenRead((state, t) => {
    renderThreshold(state, t);
    renderLook(state);
  });
}

/** @param {string} id @param {"input" | "change"} event @param {(field: HTMLInputElement) => void} act */
function on(id, event, act) {
  byId(id).addEventListener(event, () => act(byId(id)));
}

/** @param {State} state @param {Translate} t */
function renderThreshold({ thresholds, moved, perClass, language }, t) {
  const values = Object.values(thresholds);
  const same = values.every((value) => value === values[0]);
  byId("threshold").value = same ? values[0] : values.reduce((a, b) => a + b, 0) / values.length;
  const words = same ? formatNumber(values[0], language, 2) : t("legend.mixed");
  byId("threshold-value").textContent = words;
  byId("threshold").setAttribute("aria-valuetext", words);
  byId("threshold-reset").disabled = !moved;
  byId("per-class").checked = perClass;
}

/** @param {State} state */
function renderLook({ opacity, palette, style }) {
  const percent = `${Math.round(opacity * 100)} %`;
  byId("opacity").value = opacity;
  byId("opacity-value").textContent = percent;
  byId("opacity").setAttribute("aria-valuetext", percent);
  byId("palette").value = palette;
  byId("style").value = style;
}
