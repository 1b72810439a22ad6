/** Counts and areas: two charts and a table. */

import { sortRows, tsv } from "../scene/table.js";
import { drawCharts } from "./charts.js";
import { byId, changes, whenAtRest } from "./dom.js";
import { nextSort, renderTable, rowsOf } from "./table.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {State, Store} from "../state.js"
 * @import {Translate} from "../types.js"
 */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function createNumbers(store, actions) {
  const changed = changes();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const atRest = whenAtRest();
  for (const button of byId("units").children)
    button.onclick = () => store.set({ unit: button.value });
  byId("copy").onclick = () => copy(store.get(), actions);

  /** @param {State} state @param {Translate} t */
  function render(state, t) {
    const { prediction, counts, palette, unit, sort, language, moved, model } = state;
    byId("moved").hidden = !moved;
    if (!prediction || !changed(counts, palette, unit, sort, language, model, dark.matches)) return;
    for (const button of byId("units").children)
      button.setAttribute("aria-pressed", String(button.value === unit));
    const { valid_pixels, width, height } = prediction.image;
    byId("valid").textContent = t("numbers.valid", { n: valid_pixels, total: width * height });
    atRest(() => {
      renderTable(state, (by) => store.set({ sort: nextSort(sort, by) }), t);
      drawCharts(state);
    });
  }
  dark.addEventListener("change", () => store.set({}));
  return render;
}

/** @param {State} state @param {Actions} actions */
async function copy(state, actions) {
  try {
    const { sort, language } = state;
    await navigator.clipboard.writeText(tsv(sortRows(rowsOf(state), sort, language), language));
    actions.say("numbers.copied");
  } catch {
    actions.say("numbers.copyFailed");
  }
}
