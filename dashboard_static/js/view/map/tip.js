/** What lies under the pointer: every visible class there, with score and area. */

import { formatNumber, translator } from "../../i18n/i18n.js";
import { legendOf } from "../../scene/palettes.js";
import { byId, element } from "../dom.js";
import { colourSwatch, swatchOf } from "../swatch.js";

/**
 * @import {State} from "../../state.js"
 * @import {Point} from "./gestures.js"
 */

const GAP_PX = 14;

export function createTip() {
  /**
   * @param {Point | null} point
   * @param {{pixel: {column: number, row: number} | null, objects: any[]} | null} found
   * @param {State} state
   */
  return (point, found, state) => {
    const tip = byId("tip");
    tip.hidden = !point || !found?.pixel;
    if (!point || !found?.pixel) return;
    const t = translator(state.language);
    const { column, row } = found.pixel;
    const lines = found.objects.map((object) => line(object, state));
    tip.replaceChildren(
      ...(lines.length ? lines : [element("p", { class: "muted" }, t("map.nothing"))]),
      element("p", { class: "muted small" }, t("map.pixel", { x: String(column), y: String(row) })),
    );
    place(tip, point);
  };
}

/** @param {any} object @param {State} state */
function line({ cover, pixels, score }, { language, palette, prediction }) {
  const area = pixels * (prediction?.image.pixel_area_m2 ?? 0);
  return element(
    "p",
    { class: "tip-line" },
    colourSwatch(swatchOf(), legendOf(cover, palette).colour),
    element("strong", null, cover.name[language]),
    element(
      "span",
      null,
      `${formatNumber(score, language, 2)} · ${formatNumber(area, language)} m²`,
    ),
  );
}

/** @param {HTMLElement} tip @param {Point} point beside the pointer, inside the frame */
function place(tip, { x, y }) {
  const { clientWidth, clientHeight } = /** @type {HTMLElement} */ (tip.parentElement);
  const left =
    x + GAP_PX + tip.offsetWidth > clientWidth ? x - GAP_PX - tip.offsetWidth : x + GAP_PX;
  const top = Math.min(y + GAP_PX, clientHeight - tip.offsetHeight - 4);
  tip.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`;
}
