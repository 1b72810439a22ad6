/** The palettes: which code, label and colour a class has in each. */

/** @import {LandCover, Nomenclature} from "../types.js" */

/** @typedef {"corine" | "ideam" | "safe" | "ds4a"} Palette */

/** @type {Palette[]} */
export const PALETTES = ["corine", "ideam", "safe", "ds4a"];

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
