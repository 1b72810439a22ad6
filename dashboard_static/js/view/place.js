/** A place in degrees, as a reader writes it. */

import { formatNumber } from "../i18n/i18n.js";

/**
 * @import {LonLat} from "../scene/place.js"
 * @import {Language, Translate} from "../types.js"
 */

const DIGITS = 5; // about a metre

/** @param {LonLat} place @param {Language} language @param {Translate} t @param {number} [digits] */
export function placeText({ lon, lat }, language, t, digits = DIGITS) {
  const degrees = (/** @type {number} */ value, /** @type {"N" | "S" | "E" | "W"} */ side) =>
    `${formatNumber(Math.abs(value), language, digits)}°\u00a0${t(`map.${side}`)}`;
  return `${degrees(lat, lat < 0 ? "S" : "N")}, ${degrees(lon, lon < 0 ? "W" : "E")}`;
}
