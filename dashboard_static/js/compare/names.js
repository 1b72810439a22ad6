/** How a comparison calls its sides, and writes its numbers. */

import { formatDate, formatNumber } from "../i18n/i18n.js";
import { titleOf } from "../view/result.js";

/** @import {Language, Prediction, Translate} from "../types.js" */

/** @param {Prediction} each @param {Language} language @param {Translate} t */
export function nameOf(each, language, t) {
  const title = titleOf(each, each, t);
  return title === t("result.title") ? formatDate(each.created, language) : title;
}

/** @param {number} value @param {Language} language */
export function signed(value, language) {
  const text = formatNumber(Math.abs(value), language, 2);
  const nothing = formatNumber(0, language, 2);
  return text === nothing ? text : `${value < 0 ? "−" : "+"}${text}`;
}
