/** What lies under the pointer: the objects there, every class's score, the index, and the place. */

import { formatNumber, translator } from "../../i18n/i18n.js";
import { legendOf } from "../../scene/palettes.js";
import { indexOf, lonLatAt, scoresAt } from "../../scene/place.js";
import { byId, element } from "../dom.js";
import { placeText } from "../place.js";
import { colourSwatch, swatchOf } from "../swatch.js";

/**
 * @import {State} from "../../state.js"
 * @import {LandCover, Language, Picture, Translate} from "../../types.js"
 * @import {Point} from "./gestures.js"
 *
 * @typedef {{column: number, row: number}} Pixel
 * @typedef {{cover: LandCover, label: number, pixels: number, score: number}} Found an object under the pointer
 */

const GAP_PX = 14;

/**
 * @param {Point | null} point
 * @param {{pixel: Pixel | null, objects: Found[]} | null} found
 * @param {State} state
 */
export function renderTip(point, found, state) {
  const tip = byId("tip");
  const { prediction, language } = state;
  tip.hidden = !point || !found?.pixel || !prediction;
  if (!point || !found?.pixel || !prediction) return;
  const t = translator(language);
  const lines = found.objects.map((object) => objectLine(object, state));
  tip.replaceChildren(
    ...(lines.length ? lines : [element("p", { class: "muted" }, t("map.nothing"))]),
    scoreList(found.pixel, state),
    element("p", { class: "muted small" }, whereText(found.pixel, prediction.image, language, t)),
    ...indexLine(found.pixel, state, t),
  );
  place(tip, point);
}

/** @param {Found} object @param {State} state */
function objectLine({ cover, pixels, score }, { language, palette, prediction }) {
  const area = pixels * (prediction?.image.pixel_area_m2 ?? 0);
  const numbers = `${formatNumber(score, language, 2)} · ${formatNumber(area, language)} m²`;
  return element(
    "p",
    { class: "tip-line" },
    colourSwatch(swatchOf(), legendOf(cover, palette).colour),
    element("strong", null, cover.name[language]),
    element("span", null, numbers),
  );
}

/** @param {Pixel} pixel @param {State} state the pixel's own scores, where an object has the mean of its pixels */
function scoreList({ column, row }, { scores, prediction, config, language }) {
  if (!scores || !prediction) return null;
  const values = scoresAt(scores, prediction.image, column, row);
  const items = config.classes.map((cover, index) => {
    const value = element("span", null, formatNumber(values[index], language, 2));
    return element("li", null, element("span", null, cover.name[language]), value);
  });
  return element("ul", { class: "tip-scores" }, ...items);
}

/** @param {Pixel} pixel @param {Picture} image @param {Language} language @param {Translate} t */
function whereText({ column, row }, image, language, t) {
  const at = t("map.pixel", { x: String(column), y: String(row) });
  const here = lonLatAt(image, column + 0.5, row + 0.5);
  if (!here) return at;
  return `${placeText(here, language, t)} · ${at}`;
}

/** @param {Pixel} pixel @param {State} state @param {Translate} t */
function indexLine({ column, row }, { baseView, config, language }, t) {
  const ramp = config.ramps[baseView];
  if (!ramp) return [];
  const { data } = byId("base").getContext("2d").getImageData(column, row, 1, 1);
  if (!data[3]) return [];
  const value = formatNumber(indexOf(data, ramp), language, 2);
  return [element("p", { class: "small" }, `${t(`map.${baseView}`)} ${value}`)];
}

/** @param {HTMLElement} tip @param {Point} point beside the pointer, inside the frame */
function place(tip, { x, y }) {
  const { clientWidth, clientHeight } = /** @type {HTMLElement} */ (tip.parentElement);
  const left =
    x + GAP_PX + tip.offsetWidth > clientWidth ? x - GAP_PX - tip.offsetWidth : x + GAP_PX;
  const top = Math.min(y + GAP_PX, clientHeight - tip.offsetHeight - 4);
  tip.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`;
}
