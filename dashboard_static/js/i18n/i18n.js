/** Words and numbers in the reader's language. */

import en from "./en.js";
import es from "./es.js";

/** @import {Language, LandCover} from "../types.js" */
/** @typedef {keyof typeof en} Key */

/** @type {Record<Language, Record<string, string>>} */
export const WORDS = { en, es };

/** Words of a part of the page that is fetched later. @param {Record<Language, Record<string, string>>} more */
export function addWords(more) {
  Object.assign(WORDS.en, more.en);
  Object.assign(WORDS.es, more.es);
}

/**
 * The service names classes by their keys; a reader knows them by their names.
 *
 * @param {LandCover[]} classes
 */
export function addClassNames(classes) {
  for (const { key, name } of classes) WORDS.es[`value.${key}`] = name.es.toLocaleLowerCase("es");
}

/** @param {string} key */
export const hasWords = (key) => key in WORDS.en;

/** @param {Language} language */
export function translator(language) {
  const words = WORDS[language];
  const plural = new Intl.PluralRules(language);

  /** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
  return function t(key, values = {}) {
    const form = typeof values.n === "number" ? `${key}.${plural.select(values.n)}` : key;
    const text = words[form] ?? words[`${key}.other`] ?? words[key];
    if (text === undefined) throw new Error(`no words for ${key} in ${language}`);
    return text.replace(/\{(\w+)\}/g, (whole, name) => show(values[name], language) ?? whole);
  };
}

/**
 * What the service says, by its code: in the reader's language where the code has words there, else
 * as it came, in English.
 *
 * @param {"problem" | "warning"} kind
 * @param {{code?: string, values?: Record<string, unknown>, text: string}} said
 * @param {Language} language
 * @returns {{text: string, language: Language}}
 */
export function translateSaid(kind, { code, values = {}, text }, language) {
  const words = WORDS[language][`${kind}.${code}`];
  const blanks = [...(words ?? "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (words === undefined || blanks.some((name) => values[name] == null))
    return { text, language: "en" };
  const fill = (/** @type {string} */ _, /** @type {string} */ name) =>
    showValue(values[name], language);
  return { text: words.replace(/\{(\w+)\}/g, fill), language };
}

const MOMENT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}/; // as Python writes it

/** @param {unknown} value of a problem or warning @param {Language} language @returns {string} */
function showValue(value, language) {
  if (typeof value === "number") return formatPlainly(value, language);
  if (Array.isArray(value)) {
    const list = new Intl.ListFormat(language, { type: "conjunction" });
    return list.format(value.map((each) => showValue(each, language)));
  }
  const text = String(value);
  if (MOMENT.test(text)) return formatDate(text.replace(" ", "T"), language);
  return WORDS[language][`value.${text}`] ?? text;
}

/** @param {string | number | undefined} value @param {Language} language */
function show(value, language) {
  return typeof value === "number" ? formatNumber(value, language) : value;
}

/**
 * @param {number} value
 * @param {Language} language
 * @param {number} [digits] behind the decimal mark
 */
export function formatNumber(value, language, digits = 0) {
  const key = `${language} ${digits}`;
  if (!formats.has(key)) formats.set(key, numberFormat(language, digits));
  return /** @type {Intl.NumberFormat} */ (formats.get(key)).format(value);
}

/** @type {Map<string, Intl.NumberFormat>} made once, as making one takes longer than a frame allows */
const formats = new Map();

/** @param {Language} language @param {number} digits */
function numberFormat(language, digits) {
  return new Intl.NumberFormat(regional(language), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: "always", // Spanish leaves four figures ungrouped, which misleads in a column
  });
}

/** With no more digits than tell something: `2,048`, `1.24`, `0.0041`. @param {number} value @param {Language} language */
function formatPlainly(value, language) {
  const digits = value % 1 === 0 ? 0 : Math.abs(value) >= 0.1 ? 2 : 4;
  return formatNumber(value, language, digits);
}

const UNITS = /** @type {const} */ ([
  [1e9, "GB", 2],
  [1e6, "MB", 1],
  [1e3, "kB", 0],
  [1, "B", 0],
]);

/** @param {number} bytes @param {Language} language @returns {string} `28 kB`, `1.2 MB`, `1.07 GB` */
export function formatBytes(bytes, language) {
  const [size, unit, digits] = UNITS.find(([least]) => bytes >= least) ?? UNITS[3];
  return `${formatNumber(bytes / size, language, digits)}\u00a0${unit}`;
}

/** @param {number} squareMetres @param {Language} language @returns {string} `640 m²`, `3.94 ha`, `13.0 ha` */
export function formatArea(squareMetres, language) {
  const hectares = squareMetres / 10_000;
  if (hectares < 0.1) return `${formatNumber(squareMetres, language)}\u00a0m²`;
  const digits = hectares >= 100 ? 0 : hectares >= 10 ? 1 : 2;
  return `${formatNumber(hectares, language, digits)}\u00a0ha`;
}

/** @param {number} metres @param {Language} language @returns {string} `640 m`, `2.31 km` */
export function formatLength(metres, language) {
  if (metres < 1000) return `${formatNumber(metres, language)}\u00a0m`;
  return `${formatNumber(metres / 1000, language, 2)}\u00a0km`;
}

/** @param {string} iso @param {Language} language */
export function formatDate(iso, language) {
  const style = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" });
  const text = new Date(iso).toLocaleString(regional(language), style);
  return text.replace(/\s(?=[ap]\.|m\.)/g, "\u00a0"); // "p. m." stays on one line
}

/** @param {Language} language @returns {string} as the reader's region writes it, where the browser states one */
function regional(language) {
  const preferred = globalThis.navigator?.languages ?? [];
  return preferred.find((tag) => tag.startsWith(language)) ?? language;
}
