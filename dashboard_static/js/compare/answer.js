/** What changed, in one sentence. */

import { formatNumber } from "../i18n/i18n.js";
import { signed } from "./names.js";

/**
 * @import {Language, Translate} from "../types.js"
 * @import {Change, Comparison} from "./types.js"
 */

const NAMED = 3; // changes in the sentence
const SEEN_HA = 0.005; // less is written as 0.00

/** @param {Comparison} comparison @returns {Change} the class of which most was gained or lost */
export function largestChange({ classes }) {
  const moved = (/** @type {Change} */ { gained_ha, lost_ha }) => gained_ha + lost_ha;
  return [...classes].sort((x, y) => moved(y) - moved(x))[0];
}

/** @param {Comparison} comparison @param {Language} language @param {Translate} t */
export function answerOf({ classes, common_ha }, language, t) {
  const area = formatNumber(common_ha, language, 1);
  const largest = [...classes].sort(
    (x, y) => Math.abs(y.difference_ha) - Math.abs(x.difference_ha),
  );
  const changes = largest
    .slice(0, NAMED)
    .filter(({ difference_ha }) => Math.abs(difference_ha) >= SEEN_HA)
    .map(({ name, difference_ha }) => {
      const lower = name[language].toLocaleLowerCase(language);
      return t("compare.change", { name: lower, difference: signed(difference_ha, language) });
    });
  if (!changes.length) return t("compare.same", { area });
  return t("compare.answer", { area, changes: changes.join("; ") });
}
