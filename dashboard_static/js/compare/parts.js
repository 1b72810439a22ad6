/** The pieces around the pictures of a comparison. */

import { element } from "../view/dom.js";
import { nameOf } from "./names.js";

/**
 * @import {Language, Translate} from "../types.js"
 * @import {Comparison, Loaded, Look} from "./types.js"
 */

/** @param {Translate} t @returns {Record<string, any>} elements */
export function createFrame(t) {
  const canvas = element("canvas", { class: "compare-canvas", id: "compare-canvas" });
  const line = element("div", { class: "swipe-line" });
  const hint = element("p", { class: "hint", "aria-hidden": "true" }, t("map.wheel"));
  const help = element("p", { class: "hidden-visually", id: "compare-help" }, t("compare.help"));
  const frame = element(
    "div",
    {
      class: "frame",
      id: "compare-frame",
      tabIndex: 0,
      role: "application",
      "aria-label": t("compare.frame"),
      "aria-describedby": "compare-help",
    },
    canvas,
    hint,
    line,
    help,
  );
  const range = element("input", {
    type: "range",
    class: "swipe",
    id: "compare-at",
    min: "0",
    max: "1",
    step: "0.01",
    "aria-label": t("compare.position"),
  });
  return { frame, canvas, line, hint, range };
}

/** Which class the map of changes shows, and its colours. @param {Comparison} comparison @param {Language} language @param {Translate} t */
export function createLegend({ classes, colours }, language, t) {
  const entries = /** @type {const} */ (["gained", "lost", "kept"]).map((name) => {
    const swatch = element("span", { class: "compare-swatch" });
    swatch.style.background = colours[name];
    return element("span", null, swatch, t(`compare.${name}`));
  });
  const of = element("strong", { id: "compare-of" });
  const about = { class: "compare-legend small", id: "compare-legend" };
  const node = element("p", about, of, ...entries);
  return {
    node,

    /** @param {Look} look */
    render({ mode, key }) {
      node.hidden = mode === "swipe";
      const shown = classes.find((each) => each.key === key);
      of.textContent = t("compare.of", { name: shown?.name[language] ?? "" });
    },
  };
}

/** @param {Look} look @param {() => void} paint @param {Translate} t */
export function modesOf(look, paint, t) {
  const buttons = /** @type {const} */ (["swipe", "map"]).map((mode) => {
    const about = { type: "button", value: mode, "aria-pressed": String(look.mode === mode) };
    const choose = () => {
      look.mode = mode;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each.value === mode));
      paint();
    };
    return element("button", { ...about, onclick: choose }, t(`compare.${mode}`));
  });
  const about = { class: "segments", role: "group", "aria-label": t("compare.mode") };
  return element("div", { ...about, id: "compare-modes" }, ...buttons);
}

/** @param {Loaded} loaded @param {Language} language @param {Translate} t which side is which */
export function sidesOf({ a, b }, language, t) {
  const names = [a, b].map((each, index) =>
    element("span", null, element("strong", null, "AB"[index]), ` ${nameOf(each, language, t)}`),
  );
  return element("p", { class: "compare-sides small" }, ...names);
}

/** @param {string} sign @param {string} label @param {() => void} onclick */
export function iconButton(sign, label, onclick) {
  const about = { type: "button", class: "button icon", title: label, "aria-label": label };
  return element("button", { ...about, onclick }, sign);
}
