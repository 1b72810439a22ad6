/** Scenes of the service, on the start page. */

import { formatBytes, formatDate } from "../../i18n/i18n.js";
import { byId, element, whenRead } from "../../view/dom.js";
import { areaText } from "./texts.js";

/**
 * @import {Language, Translate} from "../../types.js"
 * @import {Session} from "../session.js"
 * @import {Scene} from "../types.js"
 * @import {Seen} from "./draft.js"
 */

/** @param {Session} session */
export function createListView(session) {
  const box = byId("scenes-list");
  const head = element("h2", { id: "scenes-list-title" });
  const shared = element("p", { class: "muted small under-head" });
  const items = element("ul", { class: "cards past" });
  const more = element("button", {
    type: "button",
    class: "button",
    onclick: session.listMore,
  });
  box.setAttribute("aria-labelledby", head.id);
  box.replaceChildren(element("div", { class: "head" }, head), shared, items, more);

  return whenRead((/** @type {Seen} */ state, t) => {
    const { list, language } = state;
    box.hidden = !list.items.length;
    head.textContent = t("scene.list");
    shared.textContent = t("scene.shared");
    items.replaceChildren(...list.items.map((scene) => card(scene, language, t)));
    more.hidden = !list.next;
    more.textContent = t("scene.listMore");
  });
}

/** @param {Scene} scene @param {Language} language @param {Translate} t */
function card({ id, name, created, state, size, facts, progress }, language, t) {
  const area = facts ? areaText(facts.area_km2, language) : formatBytes(size, language);
  const stage =
    state === "processing" && progress
      ? t("scene.stage.blocksOf", {
          done: String(progress.blocks_done),
          all: String(progress.blocks),
        })
      : t(state === "uploading" ? "scene.listUnfinished" : `scene.state.${state}`);
  const lines = element(
    "span",
    null,
    element("strong", null, name),
    element("span", { class: "small" }, `${area} · ${stage}`),
    element("span", { class: "muted small" }, formatDate(created, language)),
  );
  return element(
    "li",
    { class: "past-item" },
    element("a", { class: "card", href: `#/s/${id}` }, lines),
  );
}
