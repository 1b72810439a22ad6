/** Counts and areas: two charts and a table. */

import { plotly } from "../../vendor/plotly.js";
import { barChart } from "../figures.js";
import { formatNumber } from "../i18n.js";
import { legendOf } from "../palettes.js";
import { csv, sortRows } from "../table.js";
import { byId, changes, element, whenAtRest } from "./dom.js";
import { colourSwatch, swatchOf } from "./legend.js";

const DIGITS = { squareMetres: 0, hectares: 3, percent: 1 };
const COLUMNS = ["class", "code", "objects", "squareMetres", "hectares", "percent", "score"];

/**
 * @param {import("../state.js").Store} store
 * @param {import("../actions.js").Actions} actions
 */
export function createNumbers(store, actions) {
  const changed = changes();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const atRest = whenAtRest();
  for (const button of byId("units").children)
    button.onclick = () => store.set({ unit: button.value });
  byId("copy").onclick = () => copy(store.get(), actions);

  /** @param {import("../state.js").State} state @param {(key: string, values?: any) => string} t */
  function render(state, t) {
    const { prediction, counts, palette, unit, sort, language, moved } = state;
    byId("moved").hidden = !moved;
    if (!prediction || !changed(counts, palette, unit, sort, language, dark.matches)) return;
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

/** @param {import("../state.js").State} state */
async function drawCharts({ prediction, config, counts, palette, unit, language }) {
  if (!prediction) return;
  /** @param {(count: import("../types.js").Count) => number} pick @param {number} digits */
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

/** @param {any} library @param {string} id @param {import("../figures.js").Figure} figure */
function draw(library, id, { data, layout, config }) {
  return library.react(byId(id), data, layout, config);
}

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { ink: read("--ink-chart"), line: read("--line"), font: read("--font") };
}

/** @param {import("../state.js").State["sort"]} sort @param {string} by */
function nextSort(sort, by) {
  const numeric = by !== "class" && by !== "code";
  return { by, descending: sort.by === by ? !sort.descending : numeric };
}

/** @param {import("../state.js").State} state @returns {import("../table.js").Row[]} */
function rowsOf({ config, counts, palette, language }) {
  return config.classes.map((cover, index) => {
    const { code, colour } = legendOf(cover, palette);
    return {
      ...counts[index],
      class: cover.name[language],
      code: code ?? "",
      colour,
      number: cover.number,
    };
  });
}

/** @param {import("../state.js").State} state @param {(by: string) => void} sortBy @param {(key: string) => string} t */
function renderTable(state, sortBy, t) {
  const { sort, language } = state;
  const rows = sortRows(rowsOf(state), sort, language);
  const focused = /** @type {any} */ (document.activeElement)?.dataset?.sort;
  byId("table").tHead.replaceChildren(
    element("tr", null, ...COLUMNS.map((by) => headCell(by, sort, sortBy, t))),
  );
  byId("table").tBodies[0].replaceChildren(...rows.map((row) => bodyRow(row, language)));
  byId("table").tFoot.replaceChildren(totalRow(rows, language, t));
  if (focused) byId("table").querySelector(`[data-sort="${focused}"]`)?.focus();
}

/** @param {string} by @param {import("../state.js").State["sort"]} sort @param {(by: string) => void} sortBy @param {(key: string) => string} t */
function headCell(by, sort, sortBy, t) {
  const cell = element(
    "th",
    { scope: "col", class: by === "class" || by === "code" ? "text" : "figure" },
    element(
      "button",
      { type: "button", "data-sort": by, onclick: () => sortBy(by) },
      headWords(by, t),
    ),
  );
  if (sort.by === by) cell.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
  return cell;
}

/** @param {string} by @param {(key: string) => string} t */
function headWords(by, t) {
  const units = { squareMetres: "m2", hectares: "ha", percent: "percent" };
  return by in units
    ? t(`numbers.${units[/** @type {keyof typeof units} */ (by)]}`)
    : t(`numbers.${by}`);
}

/** @param {import("../table.js").Row} row @param {import("../types.js").Language} language */
function bodyRow(row, language) {
  const figures = [
    formatNumber(row.objects, language),
    formatNumber(row.squareMetres, language),
    formatNumber(row.hectares, language, 3),
    formatNumber(row.percent, language, 2),
    row.score === null ? "–" : formatNumber(row.score, language, 2),
  ];
  return element(
    "tr",
    { class: row.objects ? "" : "empty" },
    element("th", { scope: "row" }, colourSwatch(swatchOf(), row.colour), row.class),
    element("td", null, row.code || "–"),
    ...figures.map((text) => element("td", { class: "figure" }, text)),
  );
}

/** @param {import("../table.js").Row[]} rows @param {import("../types.js").Language} language @param {(key: string) => string} t */
function totalRow(rows, language, t) {
  const sum = (/** @type {"objects" | "squareMetres" | "hectares" | "percent"} */ key) =>
    rows.reduce((total, row) => total + row[key], 0);
  const figures = [
    formatNumber(sum("objects"), language),
    formatNumber(sum("squareMetres"), language),
    formatNumber(sum("hectares"), language, 3),
    formatNumber(sum("percent"), language, 2),
    "",
  ];
  return element(
    "tr",
    null,
    element("th", { scope: "row", colSpan: 2 }, t("numbers.total")),
    ...figures.map((text) => element("td", { class: "figure" }, text)),
  );
}

/** @param {import("../state.js").State} state @param {import("../actions.js").Actions} actions */
async function copy(state, actions) {
  try {
    await navigator.clipboard.writeText(csv(sortRows(rowsOf(state), state.sort, state.language)));
    actions.say("numbers.copied");
  } catch {
    actions.say("numbers.copyFailed");
  }
}
