/** Choose what of the image is seen: one of the views, or any three bands. */

import { isBands } from "../../router.js";
import { byId, changes, element } from "../dom.js";

/**
 * @import {Actions} from "../../actions/index.js"
 * @import {State} from "../../state.js"
 * @import {Translate} from "../../types.js"
 */

const CHANNELS = ["red", "green", "blue"];
const FIRST = "7,6,4"; // near infrared, red edge, yellow: kinds of plants
const COUNT = 8;

/** @param {Actions} actions */
export function createBands(actions) {
  const changed = changes();
  let last = FIRST;
  const selects = CHANNELS.map((channel) => byId(`band-${channel}`));
  const chosen = () => selects.map((select) => select.value).join();
  for (const select of selects) select.onchange = () => actions.setView(chosen());
  for (const button of byId("views").children) {
    button.onclick = () => actions.setView(button.value === "bands" ? last : button.value);
  }

  /** @param {State} state @param {Translate} t */
  return ({ view, language }, t) => {
    if (!changed(view, language)) return;
    const bands = isBands(view);
    if (bands) last = view;
    byId("bands").hidden = !bands;
    for (const button of byId("views").children) {
      const pressed = button.value === (bands ? "bands" : view);
      button.setAttribute("aria-pressed", String(pressed));
    }
    for (const [index, select] of selects.entries()) {
      select.replaceChildren(...options(t));
      select.value = last.split(",")[index];
    }
  };
}

/** @param {Translate} t */
function options(t) {
  return Array.from({ length: COUNT }, (_, index) =>
    element("option", { value: String(index + 1) }, `${index + 1} ${t(`band.${index + 1}`)}`),
  );
}
