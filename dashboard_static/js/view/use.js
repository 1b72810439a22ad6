/** How to use a result from Python, curl and QGIS: lines to copy. Fetched when its drawer is opened. */

import { movedOf, snippets } from "../scene/snippets.js";
import { recallToken } from "../service/token.js";
import { byId, element, whenRead } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Translate} from "../types.js"
 * @import {Render} from "./drawer.js"
 */

/** @type {("python" | "curl" | "qgis")[]} */
const KINDS = ["python", "curl", "qgis"];

/** @param {Actions} actions @returns {Render} */
export function createUse(actions) {
  return whenRead(({ prediction, thresholds, config }, t) => {
    if (!prediction) return;
    const lines = snippets({
      apiUrl: new URL(config.apiUrl, location.href).href.replace(/\/$/, ""),
      id: prediction.id,
      thresholds: movedOf(thresholds, prediction.thresholds),
      closed: recallToken() !== null,
    });
    byId("use-body").replaceChildren(...KINDS.map((kind) => block(kind, lines[kind], actions, t)));
  });
}

/** @param {string} kind @param {string} text @param {Actions} actions @param {Translate} t */
function block(kind, text, actions, t) {
  const title = t(`use.${kind}`);
  const copy = element("button", { type: "button", class: "button" }, t("use.copy"));
  copy.ariaLabel = t("use.copyOf", { title });
  copy.onclick = () => copied(text, actions);
  const lines = element("pre", { tabIndex: 0, role: "group" }, element("code", null, text));
  lines.ariaLabel = title;
  return element(
    "div",
    { class: "snippet", "data-kind": kind },
    element("div", { class: "head" }, element("h3", null, title), copy),
    element("p", { class: "muted small" }, t(`use.${kind}.hint`)),
    lines,
  );
}

/** @param {string} text @param {Actions} actions */
async function copied(text, actions) {
  try {
    await navigator.clipboard.writeText(text);
    actions.say("use.copied");
  } catch {
    actions.say("numbers.copyFailed");
  }
}
