/** The palettes: which code, label and colour a class has in each. */

/** @typedef {"corine" | "ideam" | "safe"} Palette */

/** @type {Palette[]} */
export const PALETTES = ["corine", "ideam", "safe"];

/**
 * @param {import("./types.js").LandCover} cover
 * @param {Palette} palette the colour-blind-safe one keeps CORINE's codes
 * @returns {import("./types.js").Nomenclature}
 */
export function legendOf(cover, palette) {
  if (palette === "safe") return { ...cover.corine, colour: cover.colour_blind_safe };
  return cover[palette];
}
