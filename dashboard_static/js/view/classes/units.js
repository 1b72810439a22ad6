/** The units of an area: the words for each, its decimals, and what it is of so many pixels. */

/** @import {Picture} from "../../types.js" */

const SQUARE_METRES_PER_HECTARE = 10_000;

/** @typedef {{words: string, digits: number, of: (pixels: number, image: Picture) => number}} Unit */

/** @type {Record<"squareMetres" | "hectares" | "percent", Unit>} */
export const UNITS = {
  squareMetres: {
    words: "numbers.m2",
    digits: 0,
    of: (pixels, image) => pixels * image.pixel_area_m2,
  },
  hectares: {
    words: "numbers.ha",
    digits: 3,
    of: (pixels, image) => (pixels * image.pixel_area_m2) / SQUARE_METRES_PER_HECTARE,
  },
  percent: {
    words: "numbers.percent",
    digits: 2,
    of: (pixels, image) => (100 * pixels) / image.valid_pixels,
  },
};
