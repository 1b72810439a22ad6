/** Two results of one place: A under B with a divider, what changed, and a table of differences. */

import { formatDate, formatNumber, translateSaid, translator } from "../i18n/i18n.js";
import { bitmapOf } from "../service/api.js";
import { mayPass } from "../service/transport.js";
import { byId, element } from "../view/dom.js";
import { save } from "../view/download.js";
import { titleOf } from "../view/result.js";
import { drawChanges, drawSides, layerOf } from "./canvas.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {Api} from "../service/api.js"
 * @import {State, Store} from "../state.js"
 * @import {Caveat, Language, Prediction, Translate, Words} from "../types.js"
 *
 * @typedef {object} Change
 * @property {string} key
 * @property {Words} name
 * @property {number} a_ha
 * @property {number} b_ha
 * @property {number} difference_ha
 * @property {number} gained_ha
 * @property {number} lost_ha
 * @property {number} kept_ha
 *
 * @typedef {object} Comparison the service's answer
 * @property {{resampling: "none" | "nearest"}} grid
 * @property {number} common_ha
 * @property {Change[]} classes
 * @property {Caveat[]} warnings
 * @property {Record<"lost" | "gained" | "kept" | "neither", string>} colours
 *
 * @typedef {object} Loaded
 * @property {Prediction} a
 * @property {Prediction} b
 * @property {Comparison} comparison
 * @property {HTMLCanvasElement[]} sides image and classes of each
 */

const STEP = 1.5;
const MAX_ZOOM = 12;
const NAMED = 3; // changes in the sentence

/** @param {Store} store @param {Api} api @param {Actions} actions */
export function createComparison(store, api, actions) {
  const section = element("section", { class: "compare", id: "compare", hidden: true });
  byId("main").append(section);
  let shown = "";
  let running = new AbortController();
  /** @type {Loaded | null} */
  let loaded = null;
  const look = { mode: "swipe", at: 0.5, zoom: 1, key: "" };

  /** @param {string} a @param {string} b */
  async function load(a, b) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    loaded = null;
    Object.assign(look, { mode: "swipe", at: 0.5, zoom: 1, key: "" });
    try {
      const [first, second, comparison] = await Promise.all([
        api.prediction(a, signal),
        api.prediction(b, signal),
        api.compare(a, b, signal),
      ]);
      const { palette } = store.get();
      const sides = await Promise.all([first, second].map((each) => layerOf(api, each, palette)));
      if (signal.aborted) return;
      loaded = { a: first, b: second, comparison, sides };
      const most = [...comparison.classes].sort((x, y) => moved(y) - moved(x))[0];
      look.key = most.key;
      draw();
      byId("compare-title").focus({ preventScroll: true });
      scrollTo({ top: 0 });
    } catch (problem) {
      if (signal.aborted) return;
      const retry = mayPass(problem) ? () => load(a, b) : null;
      store.set({ problem, retry });
      section.replaceChildren();
    }
  }

  function draw() {
    const { language } = store.get();
    const t = translator(language);
    if (!loaded) {
      section.replaceChildren(
        element("p", { class: "muted", role: "status" }, t("compare.loading")),
      );
      return;
    }
    const names = [loaded.a, loaded.b].map((each) => nameOf(each, language, t));
    document.title = `${t("compare.title", { a: names[0], b: names[1] })} · Tesela`;
    section.replaceChildren(
      headOf(loaded, names, actions, language, t),
      notesOf(loaded.comparison, language, t),
      element(
        "div",
        { class: "compare-work" },
        mapOf(loaded, names, t),
        tableOf(loaded, language, t),
      ),
      filesOf(loaded, t),
    );
    paint();
  }

  /** @param {Loaded} now @param {string[]} names @param {Translate} t */
  function mapOf(now, names, t) {
    const canvas = element("canvas", { class: "compare-canvas", id: "compare-canvas" });
    const frame = element(
      "div",
      { class: "compare-frame", tabIndex: 0, role: "group", "aria-label": t("compare.frame") },
      canvas,
    );
    const range = element("input", {
      type: "range",
      min: "0",
      max: "1",
      step: "0.01",
      value: String(look.at),
      id: "compare-at",
      "aria-label": t("compare.position"),
      oninput: () => {
        look.at = Number(range.value);
        paint();
      },
    });
    const zoomTo = (/** @type {number} */ zoom) => {
      look.zoom = Math.min(Math.max(zoom, 1), MAX_ZOOM);
      canvas.style.width = `${100 * look.zoom}%`;
    };
    const follow = (/** @type {PointerEvent} */ event) => {
      if (look.mode !== "swipe" || !event.buttons) return;
      const { left, width } = canvas.getBoundingClientRect();
      look.at = Math.min(Math.max((event.clientX - left) / width, 0), 1);
      range.value = String(look.at);
      paint();
    };
    canvas.onpointerdown = canvas.onpointermove = follow;
    zoomTo(look.zoom);
    const tools = element(
      "div",
      { class: "map-tools" },
      modesOf(t),
      element(
        "div",
        { class: "map-buttons" },
        iconButton("−", t("compare.out"), () => zoomTo(look.zoom / STEP)),
        iconButton("+", t("compare.in"), () => zoomTo(look.zoom * STEP)),
      ),
    );
    const sides = element(
      "p",
      { class: "compare-sides small" },
      element("span", null, `A: ${names[0]}`),
      element("span", null, `B: ${names[1]}`),
    );
    return element("div", { class: "compare-map" }, tools, frame, range, sides, legendOf(now, t));
  }

  /** @param {Translate} t */
  function modesOf(t) {
    const buttons = ["swipe", "map"].map((mode) =>
      element(
        "button",
        {
          type: "button",
          value: mode,
          "aria-pressed": String(look.mode === mode),
          onclick: () => {
            look.mode = mode;
            for (const each of buttons)
              each.setAttribute("aria-pressed", String(each.value === mode));
            paint();
          },
        },
        t(`compare.${mode}`),
      ),
    );
    return element(
      "div",
      { class: "segments", role: "group", id: "compare-modes", "aria-label": t("compare.mode") },
      ...buttons,
    );
  }

  /** @param {Loaded} now @param {Translate} t */
  function legendOf({ comparison }, t) {
    const entries = /** @type {const} */ (["gained", "lost", "kept"]).map((name) => {
      const swatch = element("span", { class: "compare-swatch" });
      swatch.style.background = comparison.colours[name];
      return element("span", null, swatch, t(`compare.${name}`));
    });
    const of = element("strong", { id: "compare-of" });
    return element("p", { class: "compare-legend small", id: "compare-legend" }, of, ...entries);
  }

  /** @param {Loaded} now @param {Language} language @param {Translate} t */
  function tableOf({ comparison }, language, t) {
    const heads = ["class", "a", "b", "difference", "gained", "lost"].map((name, index) =>
      element("th", { scope: "col", class: index ? "figure" : "" }, t(`compare.${name}`)),
    );
    const rows = comparison.classes.map((change) => {
      const choose = element(
        "button",
        {
          type: "button",
          class: "quiet",
          title: t("compare.show", { name: change.name[language] }),
          onclick: () => {
            look.key = change.key;
            look.mode = "map";
            draw();
            byId("compare").querySelector(`[data-class=${change.key}] button`)?.focus();
          },
        },
        change.name[language],
      );
      const values = [
        change.a_ha,
        change.b_ha,
        change.difference_ha,
        change.gained_ha,
        change.lost_ha,
      ];
      const cells = values.map((value, index) =>
        element(
          "td",
          { class: "figure" },
          index === 2 ? signed(value, language) : formatNumber(value, language, 2),
        ),
      );
      const row = element(
        "tr",
        { "data-class": change.key },
        element("th", { scope: "row" }, choose),
        ...cells,
      );
      row.classList.toggle("chosen", change.key === look.key);
      return row;
    });
    const table = element(
      "table",
      { id: "compare-table" },
      element("thead", null, element("tr", null, ...heads)),
      element("tbody", null, ...rows),
    );
    return element(
      "div",
      {
        class: "surface table-box",
        tabIndex: 0,
        role: "group",
        "aria-labelledby": "compare-title",
      },
      table,
    );
  }

  /** @param {Loaded} now @param {Translate} t */
  function filesOf({ a, b }, t) {
    const take = (/** @type {string} */ name) => async (/** @type {MouseEvent} */ event) => {
      event.preventDefault();
      const url = api.changesUrl(a.id, b.id, name, store.get().language);
      await actions.takeAway(url, (/** @type {Blob} */ blob) => save(blob, name));
    };
    const links = [
      ["changes.csv", "compare.csv"],
      ["changes.tif", "compare.tif"],
    ].map(([name, key]) =>
      element(
        "a",
        {
          class: "button",
          href: api.changesUrl(a.id, b.id, name, store.get().language),
          onclick: take(name),
        },
        t(key),
      ),
    );
    return element("p", { class: "actions" }, ...links);
  }

  async function paint() {
    if (!loaded) return;
    const { language } = store.get();
    const t = translator(language);
    const canvas = byId("compare-canvas");
    const { a, b, sides, comparison } = loaded;
    const inSwipe = look.mode === "swipe";
    byId("compare-at").hidden = !inSwipe;
    byId("compare-legend").hidden = inSwipe;
    if (inSwipe) return drawSides(canvas, a.image, b.image, sides, look.at);
    const of = comparison.classes.find(({ key }) => key === look.key);
    byId("compare-of").textContent = t("compare.of", { name: of?.name[language] ?? "" });
    const wanted = look.key;
    try {
      const picture = await changesOf(a.id, b.id, wanted);
      if (look.key === wanted && look.mode === "map") drawChanges(canvas, sides[0], picture);
    } catch (problem) {
      store.set({ problem, retry: mayPass(problem) ? paint : null });
    }
  }

  /** @type {Map<string, Promise<ImageBitmap>>} */
  const pictures = new Map();

  /** @param {string} a @param {string} b @param {string} key */
  function changesOf(a, b, key) {
    const url = `${api.changesUrl(a, b, "changes.png")}&class=${key}`;
    const known = pictures.get(url) ?? api.file(url).then(bitmapOf);
    pictures.set(url, known);
    known.catch(() => pictures.delete(url));
    return known;
  }

  let spoken = "";
  return {
    /** @param {State} state */
    render({ comparison, language }) {
      section.hidden = !comparison;
      if (!comparison) {
        running.abort();
        shown = "";
        return;
      }
      const { a, b } = comparison;
      const isNew = shown !== `${a} ${b}`;
      shown = `${a} ${b}`;
      if (isNew) load(a, b);
      if (isNew || spoken !== language) draw();
      spoken = language;
    },
  };
}

/** @param {Change} change */
const moved = ({ gained_ha, lost_ha }) => gained_ha + lost_ha;

/** @param {Prediction} each @param {Language} language @param {Translate} t */
function nameOf(each, language, t) {
  const title = titleOf(each, each, t);
  return title === t("result.title") ? formatDate(each.created, language) : title;
}

/** @param {number} value @param {Language} language */
function signed(value, language) {
  const text = formatNumber(Math.abs(value), language, 2);
  const nothing = formatNumber(0, language, 2);
  return text === nothing ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** @param {Comparison} comparison @param {Language} language @param {Translate} t */
function answerOf({ classes, common_ha }, language, t) {
  const area = formatNumber(common_ha, language, 1);
  const largest = [...classes].sort(
    (x, y) => Math.abs(y.difference_ha) - Math.abs(x.difference_ha),
  );
  const changes = largest
    .slice(0, NAMED)
    .filter(({ difference_ha }) => Math.abs(difference_ha) >= 0.005)
    .map(({ name, difference_ha }) => {
      const lower = name[language].toLocaleLowerCase(language);
      return t("compare.change", { name: lower, difference: signed(difference_ha, language) });
    });
  if (!changes.length) return t("compare.same", { area });
  return t("compare.answer", { area, changes: changes.join("; ") });
}

/** @param {Loaded} loaded @param {string[]} names @param {Actions} actions @param {Language} language @param {Translate} t */
function headOf({ a, b, comparison }, names, actions, language, t) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      actions.say("result.linkCopied");
    } catch {
      actions.say("result.linkShown");
    }
  };
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
      element("button", { type: "button", class: "button", onclick: copy }, t("result.link")),
      element("a", { class: "button", href: `#/c/${b.id}/${a.id}` }, t("compare.swap")),
      ...[a, b].map((each, index) =>
        element(
          "a",
          { class: "button", href: `#/p/${each.id}` },
          t("compare.open", { side: "AB"[index], name: names[index] }),
        ),
      ),
    ),
    element("p", { class: "answer" }, answerOf(comparison, language, t)),
  );
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

/** @param {string} sign @param {string} label @param {() => void} onclick */
function iconButton(sign, label, onclick) {
  return element(
    "button",
    { type: "button", class: "button icon", title: label, "aria-label": label, onclick },
    sign,
  );
}
