/** Bars of objects and of area, by Plotly. The table has the numbers; a bar leads to its class. */

import { plotly } from "../../vendor/plotly.js";
import { barAt, barChart } from "../scene/figures.js";
import { legendOf } from "../scene/palettes.js";
import { byId, whenAtRest, whenRead } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Bar, Figure} from "../scene/figures.js"
 * @import {State, Store} from "../state.js"
 * @import {Count, LandCover} from "../types.js"
 */

/** @type {Record<string, (count: Count) => number>} */
const CHARTS = {
  "chart-objects": ({ objects }) => objects,
  "chart-area": ({ squareMetres }) => squareMetres,
};

/** @param {Store} store @param {Actions} actions */
export function createCharts(store, actions) {
  const atRest = whenAtRest();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => atRest(() => draw(barsOf(store.get()), store.get())));
  for (const id of Object.keys(CHARTS)) wireChart(id, store, actions);
  const drawBars = whenRead((state) => {
    const charts = barsOf(state);
    if (state.prediction) atRest(() => draw(charts, store.get()));
  });
  const mark = whenRead((state) => markBars(state));

  /** @type {typeof drawBars} */
  return (state, t) => {
    drawBars(state, t);
    mark(state, t);
  };
}

/** @param {string} id @param {Store} store @param {Actions} actions */
function wireChart(id, store, actions) {
  const chart = byId(id);
  const coverAt = (/** @type {PointerEvent} */ event) =>
    drawn(store.get())[barAt(event.clientY - chart.getBoundingClientRect().top)];
  chart.onpointermove = (/** @type {PointerEvent} */ event) => {
    const key = coverAt(event)?.key;
    if (key !== store.get().pointed?.key) store.set({ pointed: key ? { key, on: "list" } : null });
  };
  chart.onpointerleave = () => store.set({ pointed: null });
  chart.onclick = (/** @type {PointerEvent} */ event) => {
    const cover = coverAt(event);
    if (cover) actions.stepObject(1, cover.key);
  };
}

/** @param {State} state @returns {LandCover[]} the classes that have a bar: those that were found */
function drawn({ config, counts }) {
  return config.classes.filter((_, index) => counts[index]?.objects);
}

/** @param {State} state @returns {[id: string, bars: Bar[]][]} */
function barsOf(state) {
  const { config, counts, palette, language } = state;
  return Object.entries(CHARTS).map(([id, pick]) => [
    id,
    drawn(state).map((cover) => ({
      label: cover.name[language],
      value: pick(counts[config.classes.indexOf(cover)]),
      colour: legendOf(cover, palette).colour,
    })),
  ]);
}

/** @param {ReturnType<typeof barsOf>} charts @param {State} state */
async function draw(charts, state) {
  const theme = readTheme();
  try {
    const library = await plotly();
    for (const [id, bars] of charts) await show(library, id, barChart(bars, theme));
    markBars(state);
    byId("charts-failed").hidden = true;
  } catch (error) {
    console.warn(error);
    byId("charts-failed").hidden = false;
  }
}

/** @param {any} library @param {string} id @param {Figure} figure */
function show(library, id, { data, layout, config }) {
  return library.react(byId(id), data, layout, config);
}

/** @param {State} state */
function markBars(state) {
  const { pointed } = state;
  const at = pointed ? drawn(state).findIndex(({ key }) => key === pointed.key) : -1;
  for (const id of Object.keys(CHARTS)) {
    for (const [index, bar] of byId(id).querySelectorAll(".bars .point").entries())
      bar.classList.toggle("faded", at >= 0 && index !== at);
  }
}

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { ink: read("--ink-chart"), line: read("--line"), font: read("--font") };
}
