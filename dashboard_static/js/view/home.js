/** The start: earlier predictions to open. Bringing an image is in `bring.js`. */

import { formatDate } from "../i18n/i18n.js";
import { recallName } from "../storage/preferences.js";
import { shownName } from "../upload/names.js";
import { byId, changes, element } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api} from "../service/api.js"
 * @import {State} from "../state.js"
 * @import {Config, Language, Prediction, Translate} from "../types.js"
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
  byId("history-more").onclick = () => actions.listHistory({ more: true });
  for (const name of /** @type {const} */ (["landCover", "since", "until"])) {
    byId(`filter-${name}`).onchange = (/** @type {any} */ { target }) =>
      actions.listHistory({ filter: { [name]: target.value } });
  }

  /** @param {State} state @param {Translate} t */
  return ({ history, language, config, prediction }, t) => {
    byId("home").hidden = Boolean(prediction);
    if (filterChanged(language)) fillFilter(config, language, history.filter.landCover, t);
    if (!changed(history, language)) return;
    const note = historyNote(history);
    byId("history-note").hidden = !note;
    byId("history-note").textContent = note ? t(note) : "";
    byId("history-more").hidden = !history.next;
    byId("history-list").replaceChildren(
      ...history.items.map((item) => pastCard(item, language, t, thumbnails, askDelete)),
    );
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

/**
 * @param {Prediction} item
 * @param {Language} language
 * @param {Translate} t
 * @param {(image: any, item: Prediction) => void} thumbnails
 * @param {(id: string) => void} askDelete
 */
function pastCard(item, language, t, thumbnails, askDelete) {
  const objects = item.classes.reduce((sum, each) => sum + each.polygons, 0);
  const date = formatDate(item.created, language);
  const name = recallName(item.id);
  const image = element("img", { alt: "", width: 64, height: 64 });
  thumbnails(image, item);
  return element(
    "li",
    { class: "past-item" },
    element(
      "a",
      { class: "card", href: `#/p/${item.id}` },
      image,
      element(
        "span",
        null,
        element("strong", null, name ? shownName(name, t) : date),
        element(
          "span",
          { class: "muted small" },
          name ? date : `${item.image.width} × ${item.image.height} px`,
        ),
        element("span", { class: "muted small" }, t("history.objects", { n: objects })),
      ),
    ),
    name && // else it is somebody else's, as far as this browser knows
      element(
        "button",
        {
          type: "button",
          class: "quiet remove",
          title: t("history.delete", { date }),
          "aria-label": t("history.delete", { date }),
          onclick: () => askDelete(item.id),
        },
        "×",
      ),
  );
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
