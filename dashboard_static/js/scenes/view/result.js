/** A scene's head, facts, files and the question before it is deleted. */

import { formatBytes, formatDate, formatNumber, hasWords, translateSaid } from "../../i18n/i18n.js";
import { recallName } from "../../storage/preferences.js";
import { byId, element, whenRead } from "../../view/dom.js";
import { areaText, costText, durationText, factList } from "./texts.js";

/**
 * @import {Language, Translate} from "../../types.js"
 * @import {SceneApi} from "../service.js"
 * @import {ScenesStore, Session} from "../session.js"
 * @import {Scene} from "../types.js"
 * @import {Seen} from "./draft.js"
 */

const FILES = [
  "classes.tif",
  "masks.tif",
  "scores.tif",
  "polygons.parquet",
  "polygons.fgb",
  "table.csv",
  "summary.json",
  "style.qml",
  "item.json",
];
const ACTIVE = ["queued", "processing"];

/** @param {ScenesStore} store @param {Session} session @param {SceneApi} api */
export function createResultView(store, session, api) {
  const ask = createQuestion();
  byId("scene-share").onclick = async () => {
    await navigator.clipboard.writeText(location.href).catch(() => {});
    byId("scene-share").ariaLive = "polite";
    byId("scene-share").textContent = byId("scene-share").dataset.done;
  };
  byId("scene-remove").onclick = () => {
    const { scene } = store.get();
    if (!scene) return;
    if (ACTIVE.includes(scene.state)) session.remove(scene.id);
    else ask(() => session.remove(scene.id));
  };
  const parts = [
    whenRead(renderWords),
    whenRead(renderHead),
    whenRead(renderFacts),
    whenRead(createFiles(api)),
    createFocus(),
  ];
  return (/** @type {Seen} */ state, /** @type {Translate} */ t) => {
    for (const render of parts) render(state, t);
  };
}

/** @param {Seen} _ @param {Translate} t */
function renderWords(_, t) {
  const words = {
    "scene-new": "scene.new",
    "scene-files-title": "scene.files",
    "scene-facts-title": "scene.facts",
    "scene-confirm-title": "scene.delete.title",
    "scene-confirm-text": "scene.delete.text",
    "scene-confirm-keep": "scene.delete.keep",
    "scene-confirm-yes": "scene.delete.confirm",
  };
  for (const [id, key] of Object.entries(words)) byId(id).textContent = t(key);
}

/** @param {Seen} state @param {Translate} t */
function renderHead(state, t) {
  const { scene, draft } = state;
  const name = scene?.name ?? draft?.name;
  byId("scene-title").textContent = name ?? t("scene.title");
  if (name) document.title = `${name} · Tesela`;
  byId("scene-state").textContent = scene ? t(`scene.state.${scene.state}`) : "";
  byId("scene-share").hidden = !scene;
  byId("scene-share").textContent = t("scene.link");
  byId("scene-share").dataset.done = t("scene.linkCopied");
  // What has no name here is somebody else's, as far as this browser knows.
  const mayEnd = scene && scene.state !== "cancelling" && recallName(scene.id);
  byId("scene-remove").hidden = !mayEnd;
  byId("scene-remove").textContent = t(
    scene && ACTIVE.includes(scene.state) ? "scene.cancel" : "scene.delete",
  );
}

/** @param {Seen} state @param {Translate} t */
function renderFacts(state, t) {
  const { scene, language } = state;
  byId("scene-about").hidden = !scene;
  if (!scene) return;
  byId("scene-facts").replaceChildren(...factList(linesOf(scene, language, t)));
  const warnings = scene.facts?.warnings ?? [];
  const said = warnings.map((warning) => translateSaid("warning", warning, language));
  byId("scene-warnings").replaceChildren(
    ...said.map(({ text, language: lang }) => element("li", { lang }, text)),
  );
}

/** @param {Scene} scene @param {Language} language @param {Translate} t @returns {[string, string][]} */
function linesOf({ created, size, source, facts }, language, t) {
  /** @type {[string, string][]} */
  const always = [
    [t("scene.created"), formatDate(created, language)],
    [t("preview.file"), formatBytes(size, language)],
    ...(source ? [/** @type {[string, string]} */ ([t("scene.source"), source])] : []),
  ];
  if (!facts) return always;
  const { width, height, crs, area_km2: km2, pixel_size_m: pixel, estimate } = facts;
  return [
    [t("scene.area"), areaText(km2, language)],
    [t("scene.size"), `${formatNumber(width, language)} × ${formatNumber(height, language)} px`],
    [t("scene.pixel"), `${formatNumber(Math.max(...pixel), language, 2)} m`],
    [t("result.crs"), crs],
    [t("scene.time"), durationText(estimate.cpu_s, t)],
    [t("scene.cost"), costText(estimate.usd, language, t)],
    ...always,
  ];
}

/** @param {SceneApi} api */
function createFiles(api) {
  return (/** @type {Seen} */ state, /** @type {Translate} */ t) => {
    const { scene } = state;
    const links = scene?.links ?? {};
    const names = Object.keys(links).filter((name) => name !== "self");
    const known = FILES.filter((name) => names.includes(name));
    const all = [...known, ...names.filter((name) => !FILES.includes(name))];
    byId("scene-files-section").hidden = !all.length;
    byId("scene-files").replaceChildren(
      ...all.map((name) => element("li", null, fileLink(name, links[name], api, t))),
    );
  };
}

/** @param {string} name @param {string} href @param {SceneApi} api @param {Translate} t */
function fileLink(name, href, api, t) {
  const key = `scene.file.${name}`;
  const texts = hasWords(key)
    ? [element("strong", null, t(key)), element("span", { class: "muted small" }, t(`${key}.hint`))]
    : [element("strong", null, name)];
  const onclick = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser's own ways
    event.preventDefault();
    take(/** @type {HTMLElement} */ (event.currentTarget), href, name, api);
  };
  return element("a", { class: "file", "data-form": name, href, onclick }, ...texts);
}

/** Straight from S3: a file may be larger than the tab's memory. @param {HTMLElement} clicked @param {string} href @param {string} name @param {SceneApi} api */
async function take(clicked, href, name, api) {
  clicked.ariaBusy = "true";
  const url = await api.resolve(href).catch(() => href);
  clicked.ariaBusy = "false";
  element("a", { href: url, download: name }).click();
}

/** @returns {(act: () => void) => void} */
function createQuestion() {
  const dialog = byId("scene-confirm");
  byId("scene-confirm-keep").onclick = () => dialog.close();
  return (act) => {
    byId("scene-confirm-yes").onclick = () => {
      dialog.close();
      act();
    };
    dialog.showModal();
  };
}

/** Another scene takes the focus along and starts at the top. */
function createFocus() {
  let shown = "";
  return (/** @type {Seen} */ state) => {
    const { scene, draft } = state;
    const now = scene?.id ?? draft?.name ?? "";
    if (now === shown) return;
    shown = now;
    if (!now) return;
    byId("scene-title").focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
}
