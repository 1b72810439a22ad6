/** The square in a class's colour. */

import { element } from "./dom.js";

export function swatchOf() {
  return element("span", { class: "swatch", "aria-hidden": "true" });
}

/** @param {any} swatch @param {string} colour by the style's own interface, as the CSP forbids the attribute */
export function colourSwatch(swatch, colour) {
  swatch.style.backgroundColor = colour;
  return swatch;
}
