/** The table of counts and areas; each column sorts it. */

import { formatNumber } from "../i18n/i18n.js";
import { covered } from "../scene/layers.js";
import { legendOf } from "../scene/palettes.js";
import { sortRows } from "../scene/table.js";
import { mainTest, trust } from "../scene/trust.js";
import { byId, element } from "./dom.js";
import { colourSwatch, swatchOf } from "./legend.js";

/**
 * @import {Row} from "../scene/table.js"
 * @import {State} from "../state.js"
 * @import {Prediction, Translate} from "../types.js"
 */

const COLUMNS = [
  "class",
  "code",
  "objects",
  "squareMetres",
  "hectares",
  "percent",
  "score",
  "tested",
];
const TEXTS = ["class", "code", "tested"];

/** @param {State["sort"]} sort @param {string} by */
export function nextSort(sort, by) {
  const numeric = by !== "class" && by !== "code";
  return { by, descending: sort.by === by ? !sort.descending : numeric };
}

/** @param {State} state @returns {Row[]} */
export function rowsOf({ config, counts, palette, language, model }) {
  return config.classes.map((cover, index) => {
    const { code, colour } = legendOf(cover, palette);
    return {
      ...counts[index],
      class: cover.name[language],
      code: code ?? "",
      colour,
      number: cover.number,
      tested: (model && mainTest(model).classes[cover.key]?.iou) ?? null,
    };
  });
}

/** @param {State} state @param {(by: string) => void} sortBy @param {Translate} t */
export function renderTable(state, sortBy, t) {
  const { sort, language } = state;
  const rows = sortRows(rowsOf(state), sort, language);
  const focused = /** @type {any} */ (document.activeElement)?.dataset?.sort;
  byId("table").tHead.replaceChildren(
    element("tr", null, ...COLUMNS.map((by) => headCell(by, sort, sortBy, t))),
  );
  byId("table").tBodies[0].replaceChildren(...rows.map((row) => bodyRow(row, state, t)));
  byId("table").tFoot.replaceChildren(totalRow(rows, state, t));
  if (focused) byId("table").querySelector(`[data-sort="${focused}"]`)?.focus();
}

/** @param {string} by @param {State["sort"]} sort @param {(by: string) => void} sortBy @param {Translate} t */
function headCell(by, sort, sortBy, t) {
  const cell = element(
    "th",
    { scope: "col", class: TEXTS.includes(by) ? "text" : "figure" },
    element(
      "button",
      { type: "button", "data-sort": by, onclick: () => sortBy(by) },
      headWords(by, t),
    ),
  );
  if (sort.by === by) cell.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
  return cell;
}

/** @param {string} by @param {Translate} t */
function headWords(by, t) {
  const units = { squareMetres: "m2", hectares: "ha", percent: "percent" };
  return by in units
    ? t(`numbers.${units[/** @type {keyof typeof units} */ (by)]}`)
    : t(`numbers.${by}`);
}

/** @param {Row} row @param {State} state @param {Translate} t */
function bodyRow(row, { language, model }, t) {
  const word = trust(model ? mainTest(model).classes[row.key] : undefined);
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
    element("td", null, model && element("span", { class: `trust ${word}` }, t(`trust.${word}`))),
  );
}

/**
 * The objects of all classes, and the area of their union: classes overlap, so their sum is no area.
 *
 * @param {Row[]} rows
 * @param {State} state
 * @param {Translate} t
 */
function totalRow(rows, { layers, prediction, language }, t) {
  const image = /** @type {Prediction} */ (prediction).image;
  const pixels = covered(layers.values(), image.width * image.height);
  const squareMetres = pixels * image.pixel_area_m2;
  const objects = rows.reduce((sum, row) => sum + row.objects, 0);
  const figures = [
    formatNumber(objects, language),
    formatNumber(squareMetres, language),
    formatNumber(squareMetres / 10_000, language, 3),
    formatNumber((100 * pixels) / image.valid_pixels, language, 2),
    "",
    "",
  ];
  return element(
    "tr",
    null,
    element("th", { scope: "row", colSpan: 2 }, t("numbers.total")),
    ...figures.map((text) => element("td", { class: "figure" }, text)),
  );
}
