/** The palettes: which code, label and colour a class has in each. */

/** @import {Language, LandCover, Nomenclature} from "../types.js" */

/** @typedef {"corine" | "ideam" | "safe" | "ds4a"} Palette */

/** @type {Palette[]} */
export const PALETTES = ["corine", "ideam", "safe", "ds4a"];

/** @type {Record<Language, Palette>} Colombians know IDEAM's legend, the others CORINE's */
const OWN = { en: "corine", es: "ideam" };

/** @param {Language} language @returns {Palette} the one that is shown until a reader chooses */
export const defaultPalette = (language) => OWN[language];

/**
 * What changes with the language: a palette that the reader did not choose is that of the language.
 *
 * @param {{language: Language, palette: Palette}} before
 * @param {Language} language
 */
export function inLanguage({ language: before, palette }, language) {
  const chosen = palette !== defaultPalette(before);
  return { language, palette: chosen ? palette : defaultPalette(language) };
}

/**
 * @param {LandCover} cover
 * @param {Palette} palette the colour-blind-safe one and the older project's keep CORINE's codes
 * @returns {Nomenclature}
 */
export function legendOf(cover, palette) {
  if (palette === "safe") return { ...cover.corine, colour: cover.colour_blind_safe };
  if (palette === "ds4a") return { ...cover.corine, colour: cover.ds4a };
  return cover[palette];
}
