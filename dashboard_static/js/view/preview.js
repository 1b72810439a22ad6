/** A file before it is sent: its picture, what it is, and why the service would refuse it. */

import { formatBytes, formatNumber } from "../i18n/i18n.js";
import { byId, changes, element } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Preview, State} from "../state.js"
 * @import {Language, Translate} from "../types.js"
 * @import {Facts} from "../upload/facts.js"
 */

/** @param {Actions} actions */
export function createPreview(actions) {
  const changed = changes();
  const fileChanged = changes();
  byId("preview-send").onclick = () => actions.submitChosen(byId("preview-name").value.trim());
  byId("preview-drop").onclick = () => actions.discard();

  /** @param {State} state @param {Translate} t */
  return ({ preview, activity, language }, t) => {
    if (!changed(preview, activity, language)) return;
    byId("preview").hidden = !preview;
    byId("drop").hidden = Boolean(preview);
    if (!preview) return fileChanged(null);
    const { file, name, others, facts, faults, picture, reading } = preview;
    byId("preview-title").textContent = name;
    byId("preview-facts").replaceChildren(...(facts ? list(factLines(facts, language, t)) : []));
    byId("preview-faults").replaceChildren(
      ...faults.map(({ key, values }) => element("li", null, t(key, values))),
    );
    byId("preview-faults").hidden = !faults.length;
    byId("preview-name").labels[0].hidden = faults.length > 0; // nothing of it will be kept
    byId("preview-kept").hidden = faults.length > 0;
    byId("preview-note").textContent = t(note(preview));
    byId("preview-others").hidden = !others;
    byId("preview-others").textContent = others ? t("preview.others", { n: others }) : "";
    byId("preview-send").disabled = reading || faults.length > 0 || Boolean(activity);
    byId("preview").classList.toggle("reading", reading);
    byId("preview").classList.toggle("bare", !reading && !picture);
    drawPicture(picture);
    if (!fileChanged(file)) return;
    byId("preview-name").value = "";
    byId("preview-title").focus();
  };
}

/** @param {Preview} preview @returns {string} key of the words */
function note({ reading, facts, faults, picture }) {
  if (reading) return "preview.reading";
  if (faults.length) return "preview.refused";
  if (picture) return "preview.ready";
  return facts ? "preview.noPicture" : "preview.unreadable";
}

/** @param {Facts} facts @param {Language} language @param {Translate} t */
function factLines(facts, language, t) {
  const { bytes, width, height, bands, pages, crs, metres } = facts;
  const count = pages > 1 ? t("preview.paged", { bands, pages }) : String(bands);
  const lines = [
    ["result.size", `${width} × ${height} px`],
    ["preview.pixel", metres ? pixelText(metres, language) : t("preview.unknown")],
    ["preview.bands", count],
    ["preview.dtype", typeOf(facts, t)],
    ["result.crs", crs ?? t("result.noCrs")],
    ["preview.file", formatBytes(bytes, language)],
  ];
  return lines.map(([key, value]) => [t(key), value]);
}

/** @param {number} metres @param {Language} language */
const pixelText = (metres, language) => `${formatNumber(metres, language, metres < 0.1 ? 3 : 2)} m`;

/** @param {Facts} facts @param {Translate} t */
function typeOf({ dtype, bits, compression }, t) {
  const packed = dtype === "uint16" && bits < 16 ? ` (${t("preview.bits", { bits })})` : "";
  return dtype + packed + (compression === "NONE" ? "" : `, ${compression}`);
}

/** @param {string[][]} lines */
function list(lines) {
  return lines.map(([term, value]) =>
    element("div", null, element("dt", null, term), element("dd", null, value)),
  );
}

/** @param {ImageBitmap | null} picture */
function drawPicture(picture) {
  const canvas = byId("preview-picture");
  canvas.hidden = !picture;
  if (!picture) return;
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0);
}
