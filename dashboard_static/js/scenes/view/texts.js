/** Numbers and names of scenes, in the reader's language. */

import { formatArea, formatNumber } from "../../i18n/i18n.js";
import { element } from "../../view/dom.js";
import { duration } from "../estimate.js";

/** @import {Language, Translate} from "../../types.js" */

/** @param {number} km2 @param {Language} language */
export function areaText(km2, language) {
  if (km2 < 0.1) return formatArea(1e6 * km2, language);
  return `${formatNumber(km2, language, km2 < 10 ? 2 : km2 < 100 ? 1 : 0)}\u00a0km²`;
}

/** @param {number} seconds @param {Translate} t */
export function durationText(seconds, t) {
  const { code, n } = duration(seconds);
  return t(`scene.about.${code}`, { n });
}

/** @param {number} usd @param {Language} language @param {Translate} t */
export function costText(usd, language, t) {
  if (usd < 0.01) return t("scene.usdLess");
  return t("scene.usd", { usd: formatNumber(usd, language, 2) });
}

/** @param {[string, string][]} lines term and what it is */
export function factList(lines) {
  return lines.map(([term, text]) =>
    element("div", null, element("dt", null, term), element("dd", null, text)),
  );
}
