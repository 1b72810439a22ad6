/** How far a scene is: its upload, and the stages of its processing. */

import { formatBytes, translateSaid } from "../../i18n/i18n.js";
import { byId, element, whenRead } from "../../view/dom.js";
import { sizeOf } from "../upload/parts.js";
import { durationText } from "./texts.js";

/**
 * @import {FieldEvent, Language, Translate} from "../../types.js"
 * @import {ScenesStore, Session} from "../session.js"
 * @import {Draft, Scene, Sending} from "../types.js"
 * @import {Seen} from "./draft.js"
 */

const STAGES = ["plan", "blocks", "seams", "assembly"];

/** @param {ScenesStore} store @param {Session} session */
export function createProgressView(store, session) {
  return whenRead((/** @type {Seen} */ state, t) => {
    const { scene, draft, sending, language } = state;
    const own = belongs(sending, scene, draft) ? sending : null;
    const parts = own
      ? uploadOf(own, session, language, t)
      : scene
        ? partsOf(scene, session, language, t)
        : [];
    byId("scene-progress").hidden = !parts.length;
    byId("scene-card").hidden = !parts.length && !draft;
    keepFocus(byId("scene-progress"), parts);
    byId("scene-progress").ariaBusy = String(store.get().scene?.state === "processing");
  });
}

/**
 * The upload of another scene may be under way while this one is looked at.
 *
 * @param {Sending | null} sending
 * @param {Scene | null} scene
 * @param {Draft | null} draft
 */
export function belongs(sending, scene, draft) {
  return sending !== null && (sending.id ? sending.id === scene?.id : draft !== null);
}

/** A button that is drawn again stays focused. @param {HTMLElement} box @param {Node[]} parts */
function keepFocus(box, parts) {
  const id = box.contains(document.activeElement) ? document.activeElement?.id : "";
  box.replaceChildren(...parts);
  if (id) document.getElementById(id)?.focus();
}

/** @param {Sending} sending @param {Session} session @param {Language} language @param {Translate} t */
function uploadOf({ files, phase, bytes, speed }, session, language, t) {
  const size = sizeOf(files);
  const [done, all] = [formatBytes(bytes, language), formatBytes(size, language)];
  const share = bytes / size;
  const words = {
    sum: t("scene.sum", { percent: Math.floor(100 * share) }),
    send: t("scene.send", { done, all }),
    paused: t("scene.paused", { done, all }),
  };
  const left = speed ? durationText((size - bytes) / speed, t) : "";
  const pace = left
    ? `${t("scene.speed", { speed: formatBytes(speed, language) })} · ${t("scene.left", { duration: left })}`
    : "";
  const hint = { sum: t("scene.sumHint"), send: pace, paused: "" }[phase];
  return [
    title(words[phase]),
    bar(share),
    element("p", { class: "muted small" }, hint),
    element("p", { class: "small" }, phase === "paused" ? "" : t("scene.backgroundUpload")),
    element(
      "div",
      { class: "actions" },
      phase === "paused"
        ? button("scene-resume", t("scene.resume"), () => session.resume(), "primary")
        : button("scene-pause", t("scene.pause"), () => session.pause()),
    ),
  ];
}

/** @param {Scene} scene @param {Session} session @param {Language} language @param {Translate} t */
function partsOf(scene, session, language, t) {
  switch (scene.state) {
    case "uploading":
      return unfinished(scene, session, t);
    case "done":
      return [];
    case "failed":
    case "cancelled":
      return ended(scene, session, language, t);
    default:
      return processing(scene, t);
  }
}

/** @param {Scene} scene @param {Session} session @param {Translate} t */
function unfinished({ name }, session, t) {
  const onchange = (/** @type {FieldEvent} */ { target }) =>
    target.files?.length && session.resume([...target.files]);
  const input = element("input", {
    type: "file",
    multiple: true,
    class: "hidden-visually",
    id: "scene-file",
    accept: ".tif,.tiff,image/tiff",
    onchange,
  });
  return [
    title(t("scene.unfinished", { name })),
    element("label", { class: "button primary" }, t("scene.choose", { name }), input),
  ];
}

/** @param {Scene} scene @param {Session} session @param {Language} language @param {Translate} t */
function ended({ state, problem }, session, language, t) {
  const said = problem && translateSaid("problem", { ...problem, text: problem.detail }, language);
  return [
    title(t(state === "failed" ? "scene.failed" : "scene.state.cancelled")),
    ...(said ? [element("p", { lang: said.language }, said.text)] : []),
    element(
      "div",
      { class: "actions" },
      button("scene-again", t("scene.again"), () => session.again(), "primary"),
    ),
  ];
}

/** @param {Scene} scene @param {Translate} t */
function processing({ state, progress }, t) {
  const now = progress ? STAGES.indexOf(progress.stage) : 0;
  const share = progress ? shareOf(progress) : null;
  return [
    title(t(`scene.state.${state}`)),
    element(
      "ol",
      { class: "scene-stages", "aria-label": t("scene.stages") },
      ...STAGES.map((stage, index) => stageItem(stage, index - now, progress, t)),
    ),
    bar(share),
    element("p", { class: "small muted" }, t("scene.background")),
  ];
}

/** Blocks take nearly all of the time. @param {NonNullable<Scene["progress"]>} progress */
function shareOf({ stage, blocks_done: done, blocks }) {
  return { blocks: 0.02 + (0.9 * done) / blocks, seams: 0.93, assembly: 0.96 }[stage];
}

/** @param {string} stage @param {number} distance before, at or after the present one @param {Scene["progress"]} progress @param {Translate} t */
function stageItem(stage, distance, progress, t) {
  const counted = stage === "blocks" && progress;
  const words = counted
    ? t("scene.stage.blocksOf", {
        done: String(progress.blocks_done),
        all: String(progress.blocks),
      })
    : t(`scene.stage.${stage}`);
  const item = element("li", { class: ["done", "now", "next"][Math.sign(distance) + 1] }, words);
  if (distance === 0) item.setAttribute("aria-current", "step");
  return item;
}

/** @param {string} text */
const title = (text) => element("p", { class: "scene-now", id: "scene-now" }, text);

/** @param {number | null} share */
function bar(share) {
  const progress = element("progress", { max: 1, "aria-labelledby": "scene-now" });
  if (share !== null) progress.value = share;
  return progress;
}

/** @param {string} id @param {string} text @param {() => void} onclick @param {string} [kind] */
function button(id, text, onclick, kind = "") {
  return element("button", { type: "button", class: `button ${kind}`, id, onclick }, text);
}
