/** The start: earlier predictions to open. Bringing an image is in `bring.js`. */

import { formatDate, formatNumber } from "../i18n/i18n.js";
import { comparisonHash } from "../router.js";
import { isSamePlace, lonLatAt } from "../scene/place.js";
import { recallName } from "../storage/preferences.js";
import { shownName } from "../upload/names.js";
import { byId, changes, element, whenAtRest } from "./dom.js";
import { placeText } from "./place.js";
import { titleOf } from "./result.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api} from "../service/api.js"
 * @import {Picking, State} from "../state.js"
 * @import {ClassResult, Config, FieldEvent, Language, Prediction, Translate} from "../types.js"
 */

const THUMBNAIL_MOST_PIXELS = 1 << 20; // larger ones are not fetched for a thumbnail

/**
 * @param {Actions} actions
 * @param {Api} api
 * @param {(id: string) => void} askDelete
 */
export function createHome(actions, api, askDelete) {
  const changed = changes();
  const filterChanged = changes();
  const thumbnails = createThumbnails(api);
  const atRest = whenAtRest();
  const footprints = createFootprints();
  byId("picking-end").onclick = () => actions.stopPicking();
  byId("filter-words").oninput = (/** @type {FieldEvent} */ { target }) =>
    atRest(() => actions.listHistory({ filter: { words: target.value } }));
  byId("history-more").onclick = () => actions.listHistory({ more: true });
  for (const name of /** @type {const} */ (["landCover", "since", "until"])) {
    byId(`filter-${name}`).onchange = (/** @type {FieldEvent} */ { target }) =>
      actions.listHistory({ filter: { [name]: target.value } });
  }

  /** @param {State} state @param {Translate} t */
  return ({ history, language, config, prediction, scene, picking, comparison }, t) => {
    byId("home").hidden = Boolean(prediction || scene || comparison);
    if (filterChanged(language)) fillFilter(config, language, history.filter.landCover, t);
    if (!changed(history, language, picking)) return;
    byId("picking").hidden = !picking;
    byId("picking-text").textContent = picking
      ? t("history.pick", { name: titleOf(picking, picking, t) })
      : "";
    const note = historyNote(history);
    byId("history-note").hidden = !note;
    byId("history-note").textContent = note ? t(note) : "";
    byId("history-more").hidden = !history.next;
    byId("history-list").replaceChildren(
      ...history.items.map((item) => pastCard(item, picking, language, t, thumbnails, askDelete)),
    );
    footprints(history.items, picking, language, t);
  };
}

/** @param {Config} config @param {Language} language @param {string} chosen @param {Translate} t */
function fillFilter(config, language, chosen, t) {
  const options = config.classes.map(({ key, name }) =>
    element("option", { value: key }, name[language]),
  );
  byId("filter-landCover").replaceChildren(
    element("option", { value: "" }, t("history.any")),
    ...options,
  );
  byId("filter-landCover").value = chosen;
}

/** @param {State["history"]} history */
function historyNote({ items, status, filter }) {
  if (status === "failed") return "history.failed";
  if (status === "offline") return "history.offline";
  if (status === "loading" || items.length) return null;
  return Object.values(filter).some(Boolean) ? "history.none" : "history.empty";
}

/** Where the listed results lie; the module is fetched when a reader opens the map. */
function createFootprints() {
  /** @type {(() => void) | null} */
  let draw = null;
  byId("footprints").ontoggle = () => draw?.();
  /** @param {Prediction[]} items @param {Picking | null} picking @param {Language} language @param {Translate} t */
  return (items, picking, language, t) => {
    draw = async () => {
      if (!byId("footprints").open) return;
      const { drawFootprints } = await import("./footprints.js");
      drawFootprints(byId("footprint-map"), items, (item) => addressOf(item, picking), language, t);
    };
    draw();
  };
}

/** @param {Prediction} item @param {Picking | null} picking @returns {string} where a click on a result leads */
function addressOf({ id }, picking) {
  if (!picking) return `#/p/${id}`;
  return comparisonHash({ a: picking.id, b: id, thresholds: picking.drawnAt });
}

/**
 * @param {Prediction} item
 * @param {Picking | null} picking
 * @param {Language} language
 * @param {Translate} t
 * @param {(image: HTMLImageElement, item: Prediction) => void} thumbnails
 * @param {(id: string) => void} askDelete
 */
function pastCard(item, picking, language, t, thumbnails, askDelete) {
  const own = recallName(item.id);
  const name = item.name || (own && shownName(own, t));
  const image = element("img", { alt: "", width: 72, height: 72 });
  thumbnails(image, item);
  const lines = cardLines(item, name, language, t);
  if (picking && (picking.id === item.id || !isSamePlace(picking.image, item.image))) {
    lines.append(element("span", { class: "muted small" }, t("history.elsewhere")));
    const card = element("div", { class: "card elsewhere" }, image, lines);
    return element("li", { class: "past-item", hidden: picking.id === item.id }, card);
  }
  const card = element("a", { class: "card", href: addressOf(item, picking) }, image, lines);
  // What has no name here is somebody else's, as far as this browser knows.
  const remove = own && !picking ? removeButton(item, language, t, askDelete) : null;
  return element("li", { class: "past-item" }, card, remove);
}

/** @param {Prediction} item @param {string | undefined} name @param {Language} language @param {Translate} t */
function cardLines({ created, image, classes, note }, name, language, t) {
  const date = formatDate(created, language);
  const objects = classes.reduce((sum, each) => sum + each.polygons, 0);
  const size = `${image.width} × ${image.height} px`;
  const middle = lonLatAt(image, image.width / 2, image.height / 2);
  const muted = { class: "muted small" };
  return element(
    "span",
    null,
    element("strong", { title: note ?? "" }, name ?? date),
    element("span", { class: "small" }, mostCover(classes, language, t)),
    element("span", muted, `${name ? date : size} · ${t("history.objects", { n: objects })}`),
    middle ? element("span", muted, placeText(middle, language, t, PLACE_DIGITS)) : null,
  );
}

const PLACE_DIGITS = 3; // about a hundred metres

const COVERS = 2;

/** @param {ClassResult[]} classes @param {Language} language @param {Translate} t @returns {string} `42 % crops, 38 % trees` */
function mostCover(classes, language, t) {
  const found = classes.filter((each) => each.area_percent >= 0.5);
  const first = found.sort((a, b) => b.area_percent - a.area_percent).slice(0, COVERS);
  const parts = first.map(({ name, area_percent }) =>
    t("answer.next", {
      percent: formatNumber(area_percent, language),
      name: name[language].toLocaleLowerCase(language),
    }),
  );
  return parts.join(", ");
}

/** @param {Prediction} item @param {Language} language @param {Translate} t @param {(id: string) => void} askDelete */
function removeButton({ id, created }, language, t, askDelete) {
  const label = t("history.delete", { date: formatDate(created, language) });
  const about = { type: "button", class: "quiet remove", title: label, "aria-label": label };
  return element("button", { ...about, onclick: () => askDelete(id) }, "×");
}

/** Fetch a thumbnail when it comes into sight, and keep it while the page lives.
 *
 * @param {Api} api
 */
function createThumbnails(api) {
  /** @type {Map<string, Promise<string>>} */
  const known = new Map();
  const sight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      sight.unobserve(target);
      show(/** @type {HTMLImageElement} */ (target));
    }
  });
  /** @param {HTMLImageElement} image */
  async function show(image) {
    const id = image.dataset.id ?? "";
    if (!known.has(id)) known.set(id, api.image(id, "true-colour").then(shrink));
    image.src = await /** @type {Promise<string>} */ (known.get(id)?.catch(() => ""));
  }
  return (/** @type {HTMLImageElement} */ image, /** @type {Prediction} */ item) => {
    if (item.image.width * item.image.height > THUMBNAIL_MOST_PIXELS) return;
    image.dataset.id = item.id;
    sight.observe(image);
  };
}

/** @param {Blob} blob @returns {Promise<string>} a small picture as data, so that nothing must be revoked */
async function shrink(blob) {
  const bitmap = await createImageBitmap(blob, { resizeWidth: 128, resizeQuality: "high" });
  const canvas = element("canvas", { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.toDataURL("image/webp", 0.8);
}
