/** What is going on: the stages of a prediction, and what went wrong. */

import { translateSaid } from "../i18n/i18n.js";
import { ApiError } from "../service/transport.js";
import { shownName } from "../upload/names.js";
import { byId, changes, element } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {State, Store} from "../state.js"
 * @import {Language, Translate} from "../types.js"
 */

const SENT = ["read", "send", "segment", "fetch", "draw"];
const OPENED = ["fetch", "draw"];

/** @param {Actions} actions */
export function createActivity(actions) {
  const changed = changes();
  byId("cancel").onclick = () => actions.cancel();

  /** @param {State} state @param {Translate} t */
  return ({ activity, language }, t) => {
    if (!changed(activity, language)) return;
    byId("activity").hidden = !activity;
    byId("main").ariaBusy = String(Boolean(activity));
    if (!activity) return empty();
    const { name, stage, share } = activity;
    byId("activity-title").textContent = name
      ? t("activity.title", { name: shownName(name, t) })
      : t("activity.open");
    const stages = name ? SENT : OPENED;
    byId("stages").replaceChildren(
      ...stages.map((each) => stageItem(each, stage, share, stages, t)),
    );
    if (share === null) byId("progress").removeAttribute("value");
    else byId("progress").value = share;
  };
}

function empty() {
  byId("activity-title").replaceChildren();
  byId("stages").replaceChildren();
}

/**
 * @param {string} each
 * @param {string} stage
 * @param {number | null} share
 * @param {string[]} stages
 * @param {Translate} t
 */
function stageItem(each, stage, share, stages, t) {
  const state = Math.sign(stages.indexOf(each) - stages.indexOf(stage));
  const percent = state === 0 && share !== null ? ` ${Math.round(share * 100)} %` : "";
  const item = element(
    "li",
    { class: ["done", "now", "next"][state + 1] },
    t(`stage.${each}`) + percent,
  );
  if (state === 0) item.setAttribute("aria-current", "step");
  return item;
}

/** @param {Store} store */
export function createProblem(store) {
  const changed = changes();
  const close = () => store.set({ problem: null, retry: null });
  const again = () => {
    const { retry } = store.get();
    close();
    retry?.();
  };

  /** @param {State} state @param {Translate} t */
  return ({ problem, retry, language }, t) => {
    if (!changed(problem, language)) return;
    byId("problem").hidden = !problem;
    if (!problem) return byId("problem").replaceChildren();
    const { title, detail, requestId } = describe(problem, language, t);
    const lines = [
      element("p", { class: "problem-title" }, title),
      detail && element("p", { lang: detail.language }, detail.text),
      requestId && requestLine(requestId, t),
      element(
        "div",
        { class: "actions" },
        retry &&
          element("button", { type: "button", class: "button", onclick: again }, t("error.retry")),
        element("button", { type: "button", class: "button", onclick: close }, t("error.close")),
      ),
    ];
    byId("problem").replaceChildren(...lines.filter(Boolean));
    byId("problem").scrollIntoView({ block: "nearest" }); // the reader may be far below
  };
}

/** @param {string} requestId @param {Translate} t */
function requestLine(requestId, t) {
  return element(
    "p",
    { class: "small muted" },
    `${t("error.request")} `,
    element("code", null, requestId),
  );
}

const TOLD = new Set([400, 401, 403, 404, 413, 415, 422, 429, 500, 503]);

/**
 * @param {any} problem
 * @param {Language} language
 * @param {Translate} t
 * @returns {{title: string, detail?: {text: string, language: string}, requestId?: string}}
 */
function describe(problem, language, t) {
  if (problem.key) {
    const detail = problem.detailKey && { text: t(problem.detailKey), language };
    return { title: t(problem.key, problem.values), detail };
  }
  if (!(problem instanceof ApiError)) {
    return { title: t("error.broken"), detail: { text: String(problem.message), language: "en" } };
  }
  const { kind, status, requestId } = problem;
  const told = kind === "refused" ? status : kind;
  const known = kind !== "refused" || TOLD.has(status);
  const title = known ? t(`error.${told}`) : t("error.other", { status: String(status) });
  return { title, detail: saidBy(problem, language, t), requestId: requestId ?? undefined };
}

/** @param {ApiError} problem @param {Language} language @param {Translate} t */
function saidBy({ detail, code, values }, language, t) {
  if (!detail) return undefined;
  const said = translateSaid("problem", { code, values, text: detail }, language);
  return said.language === language
    ? said
    : { ...said, text: `${t("error.original")} ${said.text}` };
}
