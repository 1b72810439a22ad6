/** Rows of the table: sorted, and as a spreadsheet takes them from the clipboard. */

import { legendOf } from "./palettes.js";
import { mainTest } from "./trust.js";

/**
 * @import {State} from "../state.js"
 * @import {Count} from "../types.js"
 */

/** @typedef {Count & {class: string, code: string, colour: string, number: number, tested: number | null}} Row */

/** @param {State} state @returns {Row[]} in the catalogue's order */
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

/** @param {Row[]} rows @param {{by: string, descending: boolean}} sort @param {string} language @returns {Row[]} */
export function sortRows(rows, { by, descending }, language) {
  const sign = descending ? -1 : 1;
  return [...rows].sort(
    (a, b) => sign * compare(a, b, /** @type {keyof Row} */ (by), language) || a.number - b.number,
  );
}

/** @param {Row} a @param {Row} b @param {keyof Row} by @param {string} language */
function compare(a, b, by, language) {
  const [one, other] = [a[by], b[by]];
  if (typeof one === "string") return one.localeCompare(String(other), language, { numeric: true });
  return (one ?? -1) - /** @type {number} */ (other ?? -1);
}

/**
 * Cells divided by tabs, which a spreadsheet puts into columns; decimals as the language writes them.
 *
 * @param {Row[]} rows
 * @param {string} language
 * @returns {string}
 */
export function tsv(rows, language) {
  const number = (/** @type {number | null} */ value, /** @type {number} */ digits) => {
    if (value === null) return "";
    const text = value.toFixed(digits);
    return language === "es" ? text.replace(".", ",") : text;
  };
  const lines = rows.map((row) => [
    row.number,
    row.key,
    row.class,
    row.code,
    row.objects,
    number(row.squareMetres, 2),
    number(row.hectares, 6),
    number(row.percent, 4),
    number(row.score, 4),
  ]);
  return [HEAD, ...lines].map((line) => line.join("\t")).join("\r\n");
}

const HEAD = [
  "number",
  "key",
  "class",
  "code",
  "objects",
  "area_m2",
  "area_ha",
  "area_percent",
  "mean_score",
];
