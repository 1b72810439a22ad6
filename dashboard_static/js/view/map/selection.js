/** The object that was clicked: its edge on the image, and what it is, below. */

import { formatNumber } from "../../i18n/i18n.js";
import { bySize } from "../../scene/objects.js";
import { outline, svgPath } from "../../scene/outlines.js";
import { byId } from "../dom.js";

/**
 * @import {State} from "../../state.js"
 * @import {Translate} from "../../types.js"
 */

/** @param {State} state @param {Translate} t */
export function renderSelection(state, t) {
  const { selection, layers, prediction } = state;
  const { width, height } = prediction?.image ?? { width: 1, height: 1 };
  const layer = selection && layers.get(selection.key);
  const d = layer ? svgPath(outline(layer, width, selection.label)) : "";
  byId("selection").setAttribute("viewBox", `0 0 ${width} ${height}`);
  for (const path of byId("selection").children) path.setAttribute("d", d);
  const values = valuesOf(state);
  byId("stepper").hidden = !values;
  byId("selected").textContent = values ? t("map.select", values) : "";
}

/**
 * @param {State} state
 * @returns {Record<string, string> | null} what the words of a selection are filled with
 */
export function valuesOf({ selection, layers, config, prediction, language }) {
  const layer = selection && layers.get(selection.key);
  const cover = config.classes.find(({ key }) => key === selection?.key);
  if (!layer || !cover || !prediction) return null;
  const squareMetres = layer.pixels[selection.label] * prediction.image.pixel_area_m2;
  return {
    name: cover.name[language],
    at: String(bySize(layer).indexOf(selection.label) + 1),
    of: String(layer.pixels.length - 1),
    area: formatNumber(squareMetres, language),
    score: formatNumber(layer.scores[selection.label], language, 2),
  };
}
