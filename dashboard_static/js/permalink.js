/** The address of what is seen: `#/p/{id}?view=ndvi&palette=ideam&t=0.4&off=trees,crops&lang=es`. */

import { PALETTES } from "./palettes.js";

export const VIEWS = ["true-colour", "false-colour", "ndvi", "ndwi"];

/** @param {string} view @returns {boolean} whether it is three bands, `7,5,3`, rather than a name */
export const isBands = (view) => /^[1-8],[1-8],[1-8]$/.test(view);

/**
 * @typedef {object} Address everything but the id is left out where it is the default
 * @property {string | null} id
 * @property {string} [view]
 * @property {import("./palettes.js").Palette} [palette]
 * @property {number | Record<string, number>} [thresholds] one for all, or those that were moved
 * @property {string[]} [hidden] class keys
 * @property {string} [language]
 */

/** @param {Address} address @returns {string} */
export function formatHash({ id, view, palette, thresholds, hidden, language }) {
  const parts = [
    view && view !== VIEWS[0] && `view=${view}`,
    palette && palette !== PALETTES[0] && `palette=${palette}`,
    thresholds !== undefined && `t=${formatThresholds(thresholds)}`,
    hidden?.length && `off=${hidden.join(",")}`,
    language && `lang=${language}`,
  ].filter(Boolean);
  const query = parts.length ? `?${parts.join("&")}` : "";
  return id ? `#/p/${id}${query}` : `#/${query}`;
}

/** @param {string} hash @returns {Address} unknown values are dropped */
export function parseHash(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const values = new URLSearchParams(query);
  const palette = /** @type {any} */ (values.get("palette"));
  return {
    id: /^\/p\/([\w-]+)$/.exec(path)?.[1] ?? null,
    view: [values.get("view") ?? ""].find((view) => VIEWS.includes(view) || isBands(view)),
    palette: PALETTES.find((each) => each === palette),
    thresholds: parseThresholds(values.get("t")),
    hidden: values.get("off")?.split(",").filter(Boolean),
    language: ["en", "es"].find((each) => each === values.get("lang")),
  };
}

/** @param {number | Record<string, number>} thresholds as the service takes them: `0.4`, `roads:0.6,trees:0.3` */
export function formatThresholds(thresholds) {
  if (typeof thresholds === "number") return String(thresholds);
  return Object.entries(thresholds)
    .map(([key, value]) => `${key}:${value}`)
    .join(",");
}

/** @param {string | null} text */
function parseThresholds(text) {
  if (!text) return undefined;
  if (!text.includes(":")) return unit(text);
  const pairs = text.split(",").map((part) => part.split(":"));
  const known = pairs.filter(([, value]) => unit(value) !== undefined);
  return known.length
    ? Object.fromEntries(known.map(([key, value]) => [key, Number(value)]))
    : undefined;
}

/** @param {string} text @returns {number | undefined} between 0 and 1 */
function unit(text) {
  const value = Number(text);
  return text && value >= 0 && value <= 1 ? value : undefined;
}
