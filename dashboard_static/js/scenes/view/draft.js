/** A scene before it is ordered: what it is, what it takes, and why the service would refuse it. */

import { formatBytes, formatNumber } from "../../i18n/i18n.js";
import { byId, element, whenRead } from "../../view/dom.js";
import { placeText } from "../../view/place.js";
import { estimate } from "../estimate.js";
import { placing } from "../ground.js";
import { sizeOf } from "../upload/parts.js";
import { belongs } from "./progress.js";
import { areaText, costText, durationText, factList } from "./texts.js";

/**
 * @import {FieldEvent, Language, SceneRates, Translate} from "../../types.js"
 * @import {Facts} from "../../upload/facts.js"
 * @import {ScenesStore, Session} from "../session.js"
 * @import {Draft, ScenesState} from "../types.js"
 *
 * @typedef {ScenesState & {language: Language}} Seen
 */

/**
 * @param {ScenesStore} store
 * @param {Session} session
 * @param {{scene: SceneRates, bands: string[], scenes?: {max_km2: number} | null}} config
 */
export function createDraftView(store, session, config) {
  return whenRead((/** @type {Seen} */ state, t) => {
    const { draft, sending, scores, language } = state;
    const isOpen = draft !== null && !belongs(sending, null, draft);
    byId("scene-draft").hidden = !isOpen;
    if (!draft || !isOpen) return byId("scene-draft").replaceChildren();
    const faults = draft.facts ? faultsOf(draft.facts, config, language, t) : [];
    byId("scene-draft").replaceChildren(
      element("p", null, t(draft.source ? "scene.sourceFound" : "scene.found")),
      element("dl", { class: "facts" }, ...factList(linesOf(draft, config.scene, language, t))),
      element(
        "ul",
        { class: "preview-faults", hidden: !faults.length },
        ...faults.map((text) => element("li", null, text)),
      ),
      element(
        "p",
        { class: "muted small" },
        t(draft.source ? "scene.sourceHint" : "scene.timeHint"),
      ),
      element("p", { class: "muted small" }, t("preview.kept")),
      ...(draft.files.length > 1 ? [bandList(draft.files, config.bands, t)] : []),
      scoresSwitch(store, scores, t),
      element(
        "div",
        { class: "actions" },
        element("a", { class: "button", href: "#/" }, t("scene.other")),
        element(
          "button",
          {
            type: "button",
            class: "button primary",
            id: "scene-begin",
            disabled: faults.length > 0,
            onclick: () => session.begin(),
          },
          t(draft.source ? "scene.beginSource" : "scene.begin"),
        ),
      ),
    );
  });
}

/** Which file is taken for which band. @param {File[]} files @param {string[]} bands @param {Translate} t */
function bandList(files, bands, t) {
  const items = files.map(({ name }, index) =>
    element("li", null, `${t(`scene.band.${bands[index]}`)}: ${name}`),
  );
  return element("ol", { class: "scene-bands small" }, ...items);
}

/** @param {ScenesStore} store @param {boolean} checked @param {Translate} t */
function scoresSwitch(store, checked, t) {
  const onchange = (/** @type {FieldEvent} */ { target }) => store.set({ scores: target.checked });
  const box = element("input", { type: "checkbox", id: "scene-scores", checked, onchange });
  return element("label", { class: "check small" }, box, t("scene.scores"));
}

/**
 * @param {Draft} draft
 * @param {SceneRates} rates
 * @param {Language} language
 * @param {Translate} t
 * @returns {[string, string][]}
 */
function linesOf({ facts, files, source }, rates, language, t) {
  if (!facts) return source ? [[t("scene.source"), source]] : [];
  const { width, height, metres, bands, pages, dtype, compression, crs } = facts;
  const type = dtype + (compression === "NONE" ? "" : `, ${compression}`);
  /** @type {[string, string][]} */
  const known = [
    [t("result.size"), `${formatNumber(width, language)} × ${formatNumber(height, language)} px`],
    [t("preview.bands"), String(bands * pages * files.length)],
    [t("preview.dtype"), type],
    [t("result.crs"), crs ?? t("result.noCrs")],
    [t("preview.file"), formatBytes(sizeOf(files), language)],
  ];
  if (metres === null) return known;
  const { km2, cpuSeconds, usd } = estimate({ width, height, metres }, rates);
  const kilometres = [width, height].map((side) => (side * metres) / 1000);
  const digits = Math.min(...kilometres) < 0.05 ? 3 : 1;
  const sides = kilometres.map((side) => formatNumber(side, language, digits));
  const middle = middleOf(facts);
  return [
    [t("scene.area"), areaText(km2, language)],
    [t("scene.extent"), `${sides.join(" × ")} km`],
    ...(middle
      ? [/** @type {[string, string]} */ ([t("scene.middle"), placeText(middle, language, t)])]
      : []),
    [t("scene.time"), durationText(cpuSeconds, t)],
    [t("scene.cost"), costText(usd, language, t)],
    [t("scene.pixel"), `${formatNumber(metres, language, 2)} m`],
    ...known,
  ];
}

/** @param {Facts} facts */
function middleOf({ epsg, affine, width, height }) {
  return placing(epsg, affine)?.toLonLat(width / 2, height / 2) ?? null;
}

/**
 * @param {Facts} facts
 * @param {{scenes?: {max_km2: number} | null}} config
 * @param {Language} language
 * @param {Translate} t
 * @returns {string[]}
 */
function faultsOf({ width, height, metres }, { scenes }, language, t) {
  const faults = [];
  const km2 = (width * height * (metres ?? 0) ** 2) / 1e6;
  const limit = scenes?.max_km2 ?? Number.POSITIVE_INFINITY;
  if (km2 > limit) {
    const blanks = { km2: formatNumber(km2, language, 1), limit: formatNumber(limit, language) };
    faults.push(t("scene.fault.large", blanks));
  }
  if (!globalThis.crypto?.subtle) faults.push(t("scene.fault.sums"));
  return faults;
}
