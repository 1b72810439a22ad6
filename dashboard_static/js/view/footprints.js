/** Where results lie: their outlines on a grid of degrees, each a link. */

import { formatDate, formatNumber } from "../i18n/i18n.js";
import { boundsOf } from "../scene/place.js";
import { element } from "./dom.js";

/**
 * @import {Language, Prediction, Translate} from "../types.js"
 * @typedef {[number, number][]} Corners longitude and latitude
 */

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 300;
const MARGIN = 34; // for the degrees
const MIN_SIDE = 9; // of an outline that would be too small to hit
const LINES = 4; // of the grid, about
const MAX_LAT = 85;

/**
 * @param {HTMLElement} place
 * @param {Prediction[]} items
 * @param {(item: Prediction) => string} addressOf
 * @param {Language} language
 * @param {Translate} t
 */
export function drawFootprints(place, items, addressOf, language, t) {
  const placed = items.filter(({ image }) => image.corners);
  if (!placed.length) {
    return place.replaceChildren(element("p", { class: "muted" }, t("history.mapNone")));
  }
  const view = viewOf(placed);
  const about = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group" };
  const map = svg("svg", { ...about, "aria-label": t("history.mapLabel") });
  map.append(...gridOf(view, language, t));
  map.append(...placed.map((item) => outlineOf(item, addressOf(item), view, language)));
  place.replaceChildren(map);
}

/** @typedef {ReturnType<typeof viewOf>} View */

/** The smallest frame around all of them, with the scale of its middle latitude. @param {Prediction[]} items */
export function viewOf(items) {
  const first = boundsOf(/** @type {Corners} */ (items[0].image.corners)).west;
  const bounds = items.map(({ image }) => {
    const each = boundsOf(/** @type {Corners} */ (image.corners));
    const turn = 360 * Math.round((first - each.west) / 360); // the short way around the globe
    return { ...each, west: each.west + turn, east: each.east + turn };
  });
  const west = Math.min(...bounds.map((each) => each.west));
  const east = Math.max(...bounds.map((each) => each.east));
  const south = Math.min(...bounds.map((each) => each.south));
  const north = Math.max(...bounds.map((each) => each.north));
  const middle = { lon: (west + east) / 2, lat: (south + north) / 2 };
  const narrowing = Math.cos((Math.min(Math.abs(middle.lat), MAX_LAT) * Math.PI) / 180);
  const room = { width: WIDTH - 2 * MARGIN, height: HEIGHT - 2 * MARGIN };
  const scale =
    0.9 * Math.min(room.width / ((east - west) * narrowing), room.height / (north - south));
  return {
    scale, // units of the drawing per degree of latitude
    x: (/** @type {number} */ lon) =>
      WIDTH / 2 + (near(lon, middle.lon) - middle.lon) * narrowing * scale,
    y: (/** @type {number} */ lat) => HEIGHT / 2 - (lat - middle.lat) * scale,
    lon: (/** @type {number} */ x) => middle.lon + (x - WIDTH / 2) / (narrowing * scale),
    lat: (/** @type {number} */ y) => middle.lat - (y - HEIGHT / 2) / scale,
  };
}

/** @param {number} lon @param {number} middle */
const near = (lon, middle) => lon - 360 * Math.round((lon - middle) / 360);

/** @param {Prediction} item @param {string} href @param {View} view @param {Language} language */
function outlineOf({ image, name, created }, href, view, language) {
  const corners = /** @type {Corners} */ (image.corners);
  const points = corners.map(([lon, lat]) => [view.x(lon), view.y(lat)]);
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const side = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const middle = [xs, ys].map((values) => (Math.min(...values) + Math.max(...values)) / 2);
  const shape =
    side < MIN_SIDE
      ? svg("circle", { cx: middle[0], cy: middle[1], r: MIN_SIDE / 2 })
      : svg("polygon", { points: points.map((point) => point.map(round).join()).join(" ") });
  const label = [name, formatDate(created, language)].filter(Boolean).join(", ");
  const link = svg("a", { href, "aria-label": label }, svg("title", {}), shape);
  link.firstElementChild.textContent = label;
  return link;
}

/** @param {View} view @param {Language} language @param {Translate} t */
function gridOf(view, language, t) {
  const across = stepsOf(view.lon(MARGIN), view.lon(WIDTH - MARGIN));
  const down = stepsOf(view.lat(HEIGHT - MARGIN), view.lat(MARGIN));
  return [
    ...across.values.flatMap((lon) => {
      const x = view.x(lon);
      const text = degrees(near(lon, 0), "EW", across.digits, language, t);
      return [
        svg("line", { x1: x, x2: x, y1: MARGIN / 2, y2: HEIGHT - MARGIN }),
        label(text, { x, y: HEIGHT - MARGIN + 16, "text-anchor": "middle" }),
      ];
    }),
    ...down.values.flatMap((lat) => {
      const y = view.y(lat);
      const text = degrees(lat, "NS", down.digits, language, t);
      return [
        svg("line", { x1: MARGIN, x2: WIDTH - MARGIN / 2, y1: y, y2: y }),
        label(text, { x: MARGIN, y: y - 4 }),
      ];
    }),
  ];
}

/** Round degrees between two values. @param {number} from @param {number} to */
export function stepsOf(from, to) {
  const rough = (to - from) / LINES;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((each) => each * decade >= rough) ?? 10) * decade;
  const first = Math.ceil(from / step);
  const values = Array.from(
    { length: Math.floor(to / step) - first + 1 },
    (_, at) => (first + at) * step,
  );
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step))) };
}

/** @param {number} value @param {"EW" | "NS"} sides @param {number} digits @param {Language} language @param {Translate} t */
function degrees(value, sides, digits, language, t) {
  const side = t(`map.${sides[value < 0 ? 1 : 0]}`);
  return `${formatNumber(Math.abs(value), language, digits)}° ${side}`;
}

/** @param {string} text @param {Record<string, string | number>} about */
function label(text, about) {
  const made = svg("text", about);
  made.textContent = text;
  return made;
}

/** @param {number} value */
const round = (value) => Math.round(10 * value) / 10;

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...any} children @returns {any} */
function svg(tag, attributes, ...children) {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(typeof value === "number" ? round(value) : value));
  }
  made.append(...children);
  return made;
}
