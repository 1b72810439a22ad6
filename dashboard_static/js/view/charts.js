/** Bars of objects and of area, by Plotly. */

import { plotly } from "../../vendor/plotly.js";
import { formatNumber } from "../i18n/i18n.js";
import { barChart } from "../scene/figures.js";
import { legendOf } from "../scene/palettes.js";
import { byId } from "./dom.js";

/**
 * @import {Figure} from "../scene/figures.js"
 * @import {State} from "../state.js"
 * @import {Count} from "../types.js"
 */

const DIGITS = { squareMetres: 0, hectares: 3, percent: 1 };

/** @param {State} state */
export async function drawCharts({ prediction, config, counts, palette, unit, language }) {
  if (!prediction) return;
  /** @param {(count: Count) => number} pick @param {number} digits */
  const bars = (pick, digits) =>
    config.classes.map((cover, index) => ({
      label: cover.name[language],
      value: pick(counts[index]),
      text: formatNumber(pick(counts[index]), language, digits),
      colour: legendOf(cover, palette).colour,
    }));
  const theme = readTheme();
  try {
    const library = await plotly();
    await draw(
      library,
      "chart-objects",
      barChart(
        bars((count) => count.objects, 0),
        theme,
      ),
    );
    await draw(
      library,
      "chart-area",
      barChart(
        bars((count) => count[unit], DIGITS[unit]),
        theme,
      ),
    );
    byId("charts-failed").hidden = true;
  } catch (error) {
    console.warn(error);
    byId("charts-failed").hidden = false;
  }
}

/** @param {any} library @param {string} id @param {Figure} figure */
function draw(library, id, { data, layout, config }) {
  return library.react(byId(id), data, layout, config);
}

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { ink: read("--ink-chart"), line: read("--line"), font: read("--font") };
}
