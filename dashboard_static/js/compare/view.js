/** Two results of one place: the sentence, both pictures in one frame, and a table of differences. */

import { spread } from "../actions/display.js";
import { translateSaid, translator } from "../i18n/i18n.js";
import { comparisonHash } from "../router.js";
import { bitmapOf } from "../service/api.js";
import { mayPass } from "../service/transport.js";
import { byId, element } from "../view/dom.js";
import { save } from "../view/download.js";
import { answerOf, largestChange } from "./answer.js";
import { layerOf } from "./canvas.js";
import { createCompareMap } from "./map.js";
import { nameOf } from "./names.js";
import { createCompareTable } from "./table.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api, Seen} from "../service/api.js"
 * @import {Comparison as Asked, State, Store} from "../state.js"
 * @import {Language, Translate} from "../types.js"
 * @import {Comparison, Loaded, Look, Thresholds} from "./types.js"
 */

/** @param {Store} store @param {Api} api @param {Actions} actions */
export function createComparison(store, api, actions) {
  const section = element("section", { class: "compare", id: "compare", hidden: true });
  byId("main").append(section);
  const load = createLoader(store, api);
  const picture = createPictures(store, api);
  let shown = "";
  let spoken = "";
  /** @type {Loaded | null} */
  let loaded = null;
  /** @type {Look} */
  let look = firstLook();

  /** @param {Asked} comparison */
  async function open(comparison) {
    const isOther = loaded?.a.id !== comparison.a || loaded?.b.id !== comparison.b;
    if (isOther) loaded = null;
    if (isOther) draw(); // else the last one stays until the next is there
    const next = await load(comparison, () => open(comparison));
    if (next === null && !loaded) section.replaceChildren();
    if (!next) return;
    loaded = next;
    if (isOther) look = { ...firstLook(), key: largestChange(next.comparison).key };
    draw();
    if (!isOther) return;
    byId("compare-title").focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  function draw() {
    const { language } = store.get();
    const t = translator(language);
    const focused = document.activeElement?.id;
    section.replaceChildren(...(loaded ? partsOf(loaded, language, t) : [waiting(t)]));
    if (focused && section.querySelector(`#${focused}`)) byId(focused).focus();
  }

  /** @param {Loaded} now @param {Language} language @param {Translate} t */
  function partsOf(now, language, t) {
    const names = [now.a, now.b].map((each) => nameOf(each, language, t));
    document.title = `${t("compare.title", { a: names[0], b: names[1] })} · Tesela`;
    const changesOf = (/** @type {string} */ key) => picture(now, key);
    const map = createCompareMap(now, look, changesOf, language, t);
    return [
      headOf(now, names, actions, language, t),
      notesOf(now.comparison, language, t),
      element(
        "div",
        { class: "compare-work" },
        map,
        createCompareTable(now, look, { choose, redraw }, language, t),
      ),
      filesOf(now, language, t),
    ];
  }

  /** @param {string} key of the class whose changes are to be seen */
  function choose(key) {
    Object.assign(look, { key, mode: "map" });
    draw();
    /** @type {HTMLElement | null} */ (
      section.querySelector(`[data-class=${key}] button`)
    )?.focus();
  }

  /** @param {Thresholds} thresholds */
  function redraw(thresholds) {
    const { comparison } = store.get();
    if (!comparison) return;
    const next = { ...comparison, thresholds };
    history.replaceState(null, "", comparisonHash(next));
    store.set({ comparison: next, problem: null });
  }

  /** @param {Loaded} now @param {Language} language @param {Translate} t */
  function filesOf({ a, b, thresholds }, language, t) {
    const seen = { language, thresholds: drawnAt(thresholds, store.get()) };
    const links = ["csv", "tif"].map((form) => {
      const name = `changes.${form}`;
      const href = api.compareUrl(a.id, b.id, name, seen);
      const onclick = async (/** @type {MouseEvent} */ event) => {
        event.preventDefault();
        await actions.takeAway(href, (/** @type {Blob} */ blob) => save(blob, name));
      };
      return element("a", { class: "button", href, onclick }, t(`compare.${form}`));
    });
    return element("p", { class: "actions" }, ...links);
  }

  return {
    /** @param {State} state */
    render({ comparison, language }) {
      section.hidden = !comparison;
      if (!comparison) {
        load.stop();
        loaded = null;
        shown = "";
        return;
      }
      const wanted = comparisonHash(comparison);
      const isNew = shown !== wanted;
      shown = wanted;
      if (isNew) open(comparison);
      else if (spoken !== language) draw();
      spoken = language;
    },
  };
}

/** @returns {Look} */
const firstLook = () => ({ mode: "swipe", at: 0.5, place: null, key: "" });

/** @param {Translate} t */
const waiting = (t) => element("p", { class: "muted", role: "status" }, t("compare.loading"));

/** @param {Thresholds} thresholds @param {State} state @returns {Seen["thresholds"]} as the service takes them */
function drawnAt(thresholds, state) {
  return thresholds === undefined ? undefined : spread(thresholds, state);
}

/** Fetches what a comparison needs, the latest one alone. @param {Store} store @param {Api} api */
function createLoader(store, api) {
  let running = new AbortController();

  /** @param {Asked} comparison @param {() => void} retry @returns {Promise<Loaded | null | undefined>} null where it failed, undefined where another one is wanted by now */
  async function load({ a, b, thresholds }, retry) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const { palette } = store.get();
    const seen = { palette, thresholds: drawnAt(thresholds, store.get()) };
    try {
      const [first, second, comparison] = await Promise.all([
        api.prediction(a, signal),
        api.prediction(b, signal),
        api.compare(a, b, seen, signal),
      ]);
      const sides = await Promise.all([first, second].map((each) => layerOf(api, each, seen)));
      return signal.aborted ? undefined : { a: first, b: second, thresholds, comparison, sides };
    } catch (problem) {
      if (signal.aborted) return undefined;
      store.set({ problem, retry: mayPass(problem) ? retry : null });
      return null;
    }
  }
  return Object.assign(load, { stop: () => running.abort() });
}

/** Pictures of what became of a class, each fetched once. @param {Store} store @param {Api} api */
function createPictures(store, api) {
  /** @type {Map<string, Promise<ImageBitmap>>} */
  const pictures = new Map();

  /** @param {Loaded} loaded @param {string} key */
  return async ({ a, b, thresholds }, key) => {
    const seen = { thresholds: drawnAt(thresholds, store.get()) };
    const url = `${api.compareUrl(a.id, b.id, "changes.png", seen)}&class=${key}`;
    try {
      const known = pictures.get(url) ?? api.file(url).then(bitmapOf);
      pictures.set(url, known);
      return await known;
    } catch (problem) {
      pictures.delete(url);
      store.set({ problem, retry: null });
      return null;
    }
  };
}

/** @param {Loaded} loaded @param {string[]} names @param {Actions} actions @param {Language} language @param {Translate} t */
function headOf({ a, b, thresholds, comparison }, names, actions, language, t) {
  const swapped = comparisonHash({ a: b.id, b: a.id, thresholds });
  const opening = [a, b].map(({ id }, index) => {
    const about = { class: "button", href: `#/p/${id}`, title: names[index] };
    return element("a", about, t("compare.open", { side: "AB"[index] }));
  });
  const copy = { type: "button", class: "button", onclick: () => copyAddress(actions) };
  return element(
    "div",
    { class: "result-head" },
    element(
      "h1",
      { id: "compare-title", tabIndex: -1 },
      t("compare.title", { a: names[0], b: names[1] }),
    ),
    element(
      "div",
      { class: "actions" },
      element("button", copy, t("result.link")),
      element("a", { class: "button", href: swapped }, t("compare.swap")),
      ...opening,
    ),
    element("p", { class: "answer" }, answerOf(comparison, language, t)),
  );
}

/** @param {Actions} actions */
async function copyAddress(actions) {
  try {
    await navigator.clipboard.writeText(location.href);
    actions.say("result.linkCopied");
  } catch {
    actions.say("result.linkShown");
  }
}

/** @param {Comparison} comparison @param {Language} language @param {Translate} t */
function notesOf({ warnings, grid }, language, t) {
  const said = warnings.map((warning) => translateSaid("warning", warning, language));
  if (grid.resampling === "nearest") said.unshift({ text: t("compare.nearest"), language });
  said.push({ text: t("compare.beware"), language });
  const items = said.map(({ text, language: lang }) => element("li", { lang }, text));
  return element(
    "ul",
    { class: "compare-notes small", "aria-label": t("compare.warnings") },
    ...items,
  );
}
