/** The result in one sentence, under its title. */

import { formatArea, formatNumber } from "../i18n/i18n.js";
import { answerOf, MIN_PERCENT } from "../scene/answer.js";
import { mainTest, trust } from "../scene/trust.js";
import { byId, element, whenAtRest, whenRead } from "./dom.js";

/**
 * @import {Answer} from "../scene/answer.js"
 * @import {State} from "../state.js"
 * @import {Language, LandCover, Model, Translate} from "../types.js"
 */

export function createAnswer() {
  const atRest = whenAtRest();
  return whenRead(({ prediction, counts, layers, config, language, model }, t) => {
    if (!prediction) return;
    atRest(() => {
      const answer = answerOf(counts, layers, prediction.image);
      byId("answer").replaceChildren(
        sentence(answer, config.classes, language, t),
        element(
          "span",
          { class: "muted" },
          overlapNote(answer, language, t),
          weakNote(answer, model, config.classes, language, t),
        ),
      );
    });
  });
}

/**
 * @param {Answer} answer
 * @param {LandCover[]} classes
 * @param {Language} language
 * @param {Translate} t
 * @returns {string}
 */
export function sentence({ squareMetres, shares, percent }, classes, language, t) {
  const area = formatArea(squareMetres, language);
  if (!shares.length) return t("answer.nothing", { area });
  const parts = shares.map(({ key, percent: share }, index) => {
    const name = nameOf(key, classes, language);
    const values = { percent: percentText(share, language, t), name };
    return t(index ? "answer.next" : "answer.first", values);
  });
  const rest = 100 - percent;
  const none =
    rest < MIN_PERCENT ? "." : t("answer.rest", { percent: percentText(rest, language, t) });
  return t("answer.of", { area, list: parts.join(", ") }) + none;
}

/** @param {Answer} answer @param {Language} language @param {Translate} t why the shares may sum to more than all */
function overlapNote({ overlap }, language, t) {
  if (overlap < MIN_PERCENT) return "";
  return ` ${t("answer.overlap", { percent: percentText(overlap, language, t) })}`;
}

/**
 * @param {Answer} answer
 * @param {Model | null} model
 * @param {LandCover[]} classes
 * @param {Language} language
 * @param {Translate} t
 * @returns {string} which of the classes named did badly in tests, so that nobody takes them for sure
 */
export function weakNote({ shares }, model, classes, language, t) {
  if (!model) return "";
  const tested = mainTest(model).classes;
  const weak = shares.filter(({ key }) => trust(tested[key]) === "weak");
  const names = weak.map(({ key }) => nameOf(key, classes, language));
  const list = new Intl.ListFormat(language, { type: "conjunction" }).format(names);
  return names.length ? ` ${t("answer.weak", { classes: list })}` : "";
}

/** @param {string} key @param {LandCover[]} classes @param {Language} language within a sentence */
function nameOf(key, classes, language) {
  const name = classes.find((cover) => cover.key === key)?.name[language] ?? key;
  return name.toLocaleLowerCase(language);
}

/** @param {number} percent @param {Language} language @param {Translate} t */
function percentText(percent, language, t) {
  const whole = formatNumber(Math.max(percent, 1), language);
  return percent < MIN_PERCENT ? t("answer.under", { percent: whole }) : whole;
}
