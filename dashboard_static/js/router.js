/**
 * The address bar: `#/p/{id}?view=ndvi&palette=ideam&t=0.4&off=trees,crops&at=4,80,60&lang=es` is what
 * is seen, and whoever opens or edits it sees that. What an address does not name is at its default.
 */

import { defaultPalette, inLanguage, PALETTES } from "./scene/palettes.js";
import { whenAtRest } from "./view/dom.js";

/**
 * @import {Actions} from "./actions/index.js"
 * @import {Palette} from "./scene/palettes.js"
 * @import {Place} from "./scene/viewport.js"
 * @import {Comparison, State, Store} from "./state.js"
 * @import {Language} from "./types.js"
 */

export const VIEWS = ["true-colour", "false-colour", "ndvi", "ndwi"];

/** @type {Language[]} */
const LANGUAGES = ["en", "es"];

/** @type {State["style"][]} */
export const STYLES = ["both", "fill", "outline"];

/** @type {Record<string, State["unit"]>} */
const UNITS = { m2: "squareMetres", ha: "hectares", percent: "percent" };
const OPACITY = 0.5;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param {string} view @returns {boolean} whether it is three bands, `7,5,3`, rather than a name */
export const isBands = (view) => /^[1-8],[1-8],[1-8]$/.test(view);

/**
 * @typedef {object} Look how a prediction is seen
 * @property {string} view
 * @property {Palette} palette
 * @property {number | Record<string, number>} [thresholds] one for all, or those that differ
 * @property {ReadonlySet<string>} hidden class keys
 * @property {State["style"]} style
 * @property {number} opacity
 * @property {State["unit"]} unit
 * @property {number | null} swipe
 * @property {Place | null} place null shows the whole image
 * @property {State["selection"]} selection
 * @property {boolean} readonly without deleting and editing
 *
 * @typedef {object} Address
 * @property {string | null} id
 * @property {string} [scene] id of a whole scene, or `new`
 * @property {Comparison} [comparison]
 * @property {Partial<Look>} look what the address names; unknown values are dropped
 * @property {Language} [language]
 */

/** @param {Language} language @returns {Look} what an address that names nothing shows */
export const defaultLook = (language) => ({
  ...PLAIN_LOOK,
  palette: defaultPalette(language),
});

/** @type {Omit<Look, "palette">} */
const PLAIN_LOOK = {
  view: VIEWS[0],
  thresholds: undefined,
  hidden: new Set(),
  style: STYLES[0],
  opacity: OPACITY,
  unit: UNITS.m2,
  swipe: null,
  place: null,
  selection: null,
  readonly: false,
};

/** @param {Address} address @returns {string} */
export function formatHash({ id, look, language }) {
  const { view, palette, thresholds, hidden, style, opacity, unit, swipe, place, selection } = look;
  const { readonly } = look;
  const parts = [
    view && view !== VIEWS[0] && `view=${view}`,
    palette && palette !== (language && defaultPalette(language)) && `palette=${palette}`,
    thresholds !== undefined && `t=${formatThresholds(thresholds)}`,
    hidden?.size && `off=${[...hidden].join(",")}`,
    style && style !== STYLES[0] && `style=${style}`,
    opacity !== undefined && opacity !== OPACITY && `opacity=${Math.round(100 * opacity)}`,
    unit && unit !== UNITS.m2 && `unit=${nameOf(unit)}`,
    swipe != null && `swipe=${Math.round(100 * swipe)}`,
    place && `at=${[place.scale, place.x, place.y].map((value) => +value.toFixed(2)).join(",")}`,
    selection && `sel=${selection.key}:${selection.label}`,
    readonly && "readonly",
    language && `lang=${language}`,
  ].filter(Boolean);
  const query = parts.length ? `?${parts.join("&")}` : "";
  return id ? `#/p/${id}${query}` : `#/${query}`;
}

/** @param {string} unit */
const nameOf = (unit) => Object.keys(UNITS).find((name) => UNITS[name] === unit);

/** @param {string} hash @param {string[]} [keys] of the classes @returns {Address} */
export function parseHash(hash, keys) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const values = new URLSearchParams(query);
  const get = (/** @type {string} */ name) => values.get(name) ?? "";
  const known = (/** @type {string} */ key) => !keys || keys.includes(key);
  const all = {
    view: [get("view")].find((view) => VIEWS.includes(view) || isBands(view)),
    palette: PALETTES.find((each) => each === get("palette")),
    thresholds: parseThresholds(get("t"), known),
    hidden: values.has("off") ? new Set(get("off").split(",").filter(known)) : undefined,
    style: STYLES.find((each) => each === get("style")),
    opacity: share(get("opacity")),
    unit: Object.hasOwn(UNITS, get("unit")) ? UNITS[get("unit")] : undefined,
    swipe: share(get("swipe")),
    place: parsePlace(get("at")),
    selection: parseSelection(get("sel"), known),
    readonly: values.has("readonly") || undefined,
  };
  const scene = /^\/s\/([\w-]+)$/.exec(path)?.[1];
  const [, a, b] = /^\/c\/([\w-]+)\/([\w-]+)$/.exec(path) ?? [];
  const named = Object.entries(all).filter(([, value]) => value !== undefined);
  return {
    id: /^\/p\/([\w-]+)$/.exec(path)?.[1] ?? null,
    ...(scene && { scene }),
    ...(b && { comparison: compared(a, b, all.thresholds) }),
    look: Object.fromEntries(named),
    language: LANGUAGES.find((each) => each === get("lang")),
  };
}

/** @param {string} a @param {string} b @param {Look["thresholds"]} thresholds @returns {Comparison} */
const compared = (a, b, thresholds) => (thresholds === undefined ? { a, b } : { a, b, thresholds });

/** @param {Comparison} comparison @returns {string} */
export function comparisonHash({ a, b, thresholds }) {
  return `#/c/${a}/${b}${thresholds === undefined ? "" : `?t=${formatThresholds(thresholds)}`}`;
}

/** @param {number | Record<string, number>} thresholds as the service takes them: `0.4`, `roads:0.6,trees:0.3` */
export function formatThresholds(thresholds) {
  if (typeof thresholds === "number") return String(thresholds);
  return Object.entries(thresholds)
    .map(([key, value]) => `${key}:${value}`)
    .join(",");
}

/** @param {string} text @param {(key: string) => boolean} known */
function parseThresholds(text, known) {
  if (!text.includes(":")) return threshold(text);
  const pairs = text.split(",").map((part) => part.split(":"));
  const sound = pairs.flatMap(([key, value]) => {
    const parsed = threshold(value);
    return parsed !== undefined && known(key) ? [[key, parsed]] : [];
  });
  return sound.length ? Object.fromEntries(sound) : undefined;
}

/** @param {string} text @returns {number | undefined} over 0 and under 1, where every pixel or none would belong */
function threshold(text) {
  const value = Number(text);
  return text && value > 0 && value < 1 ? value : undefined;
}

/** @param {string} percent @returns {number | undefined} 0 to 1 */
function share(percent) {
  return /^\d{1,3}$/.test(percent) && Number(percent) <= 100 ? Number(percent) / 100 : undefined;
}

/** @param {string} text @returns {Place | undefined} */
function parsePlace(text) {
  const [scale, x, y] = text.split(",").map((part) => (part ? Number(part) : Number.NaN));
  return scale >= 1 && Number.isFinite(scale) && Number.isFinite(x) && Number.isFinite(y)
    ? { scale, x, y }
    : undefined;
}

/** @param {string} text @param {(key: string) => boolean} known */
function parseSelection(text, known) {
  const [, key, label] = /^(\w+):([1-9]\d{0,7})$/.exec(text) ?? [];
  return key && known(key) ? { key, label: Number(label) } : undefined;
}

/**
 * Addresses of predictions that people paste.
 *
 * @param {string} text a link of the page, an address of the service, or an id alone
 * @param {string[]} known addresses of this service and this page; others are not followed
 * @returns {string | null} the hash that shows the prediction
 */
export function hashOfLink(text, known) {
  const trimmed = text.trim();
  if (ID.test(trimmed)) return `#/p/${trimmed}`;
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  if (!url || !known.some((address) => new URL(address).origin === url.origin)) return null;
  if (parseHash(url.hash).comparison) return url.hash;
  if (ID.test(url.hash.slice("#/p/".length, "#/p/".length + 36))) return url.hash;
  const id = /\/predictions\/([^/]+)/.exec(url.pathname)?.[1] ?? "";
  return ID.test(id) ? `#/p/${id}` : null;
}

const S3 = /^s3:\/\/[^/\s]+\/\S+$/;
const WEB = /^https:\/\/[^/\s]+\/\S*(\.tiff?|\.json|\.geojson|\/items\/[^/\s?]+)(\?\S*)?$/i;

/** @param {string} text @returns {boolean} whether it may name a TIFF or STAC Item that the service reads by itself */
export const isSource = (text) => [S3, WEB].some((form) => form.test(text.trim()));

/** @param {State} state @returns {string} the address of what is seen */
export function linkTo(state) {
  return new URL(formatHash(addressOf(state)), location.href).href;
}

/** @param {State} state @returns {Look["thresholds"]} those that a reader moved: one where all are the same */
export function movedThresholds({ thresholds, moved }) {
  const values = Object.values(thresholds);
  const same = values.every((value) => value === values[0]);
  return moved ? (same ? values[0] : thresholds) : undefined;
}

/** @param {State} state @returns {Address} */
function addressOf(state) {
  const { prediction, language } = state;
  const look = { ...state, thresholds: movedThresholds(state) };
  return { id: prediction?.id ?? null, look, language };
}

/**
 * Show what the address says, now and whenever it changes.
 *
 * @param {Store} store
 * @param {Actions} actions
 */
export function followAddress(store, actions) {
  const keys = store.get().config.classes.map(({ key }) => key);
  let atHome = false;

  function goHome() {
    if (atHome && !store.get().prediction) return;
    store.set({ scene: null, comparison: null });
    actions.leave();
    actions.listHistory({ again: true });
  }

  /** @param {string} id */
  function showScene(id) {
    const { scene, config } = store.get();
    const proposed = scene && !("id" in scene);
    if (!config.scenes || (id === "new" && !proposed)) return location.replace("#/");
    actions.leave();
    store.set({ comparison: null, ...(id !== "new" && { scene: { id } }) });
  }

  /** @param {Comparison} comparison */
  function compare(comparison) {
    actions.leave();
    store.set({ comparison, scene: null, picking: null });
  }

  function follow() {
    const { id, scene, comparison, look, language } = parseHash(location.hash, keys);
    if (language) store.set(inLanguage(store.get(), language));
    if (scene || comparison) {
      atHome = false;
      if (scene) showScene(scene);
      else if (comparison) compare(comparison);
      return;
    }
    const { prediction, palette, language: current } = store.get();
    const plain = defaultLook(current);
    if (!id) goHome();
    else if (id === prediction?.id) actions.see({ ...plain, ...look });
    else {
      store.set({ scene: null, comparison: null });
      actions.open(id, { ...plain, palette, ...look });
    }
    atHome = !id;
  }
  addEventListener("hashchange", follow);
  follow();
}

/**
 * Keep the address bar at what is seen: a step in the history for a prediction, none for a slider.
 *
 * @param {Store} store
 */
export function createAddressBar(store) {
  /** @type {string | null} */
  let written = null;
  const atRest = whenAtRest(); // Safari refuses more than a few hundred changes a minute

  /** @param {string} hash of what is seen: another one has just been entered, and is not followed yet */
  function write(hash) {
    const state = store.get();
    if (location.hash !== hash) return;
    if (state.prediction && parseHash(hash).id === state.prediction.id) {
      history.replaceState(null, "", formatHash(addressOf(state)));
    }
  }

  /** @param {State} state */
  return (state) => {
    const id = state.prediction?.id ?? null;
    const isNew = id && id !== written && id !== parseHash(location.hash).id;
    if (isNew) history.pushState(null, "", formatHash(addressOf(state)));
    else {
      const { hash } = location;
      atRest(() => write(hash));
    }
    written = id;
  };
}
