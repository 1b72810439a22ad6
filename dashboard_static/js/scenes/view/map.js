/** The map of a scene, filled with what is known: blocks while it is processed, tiles once it is done. */

import { formatNumber } from "../../i18n/i18n.js";
import { byId, whenRead } from "../../view/dom.js";
import { createHint } from "../../view/map/hint.js";
import { placeText } from "../../view/place.js";
import { placing } from "../ground.js";
import { createSceneMap } from "../map/map.js";
import { coloursOf, orderOf, paint } from "../map/paint.js";
import { createRasters } from "../map/rasters.js";
import { paletteOf } from "./table.js";

/**
 * @import {Config, Language, Translate} from "../../types.js"
 * @import {Placed} from "../ground.js"
 * @import {Block} from "../map/canvas.js"
 * @import {SceneMap} from "../map/map.js"
 * @import {Colours} from "../map/paint.js"
 * @import {Box} from "../map/tiles.js"
 * @import {SceneApi} from "../service.js"
 * @import {ScenesStore, Session} from "../session.js"
 * @import {Scene, SceneFacts} from "../types.js"
 * @import {Seen} from "./draft.js"
 */

const LARGE_SIDE_PX = 512; // of a block's preview: the map shows all of them at once

/**
 * @param {ScenesStore} store
 * @param {Session} session
 * @param {SceneApi} api
 * @param {Config} config
 */
export function createMapView(store, session, api, config) {
  const { classes, paint_order: paintOrder } = config;
  /** @type {Placed | null} */
  let placed = null;
  /** @type {{words: Translate, language: Language}} */
  let reader = { words: (key) => key, language: "en" };
  const shownKeys = () => paintOrder.filter((key) => !store.get().hidden.has(key));
  const map = createSceneMap(byId("scene-frame"), byId("scene-canvas"), {
    pick: (column, row) => session.pick(column, row, placed, shownKeys()),
    clear: () => session.clear(),
    hover: (column, row) => showPointer(map, column, row, placed, config, reader),
    leave: () => byId("scene-pointer").replaceChildren(),
    plainWheel: createHint(byId("scene-wheel")).show,
    state: (state) => store.set({ map: state }),
    scale: showScale(() => reader.language),
  });
  byId("scene-in").onclick = () => map.zoom(map.step);
  byId("scene-out").onclick = () => map.zoom(1 / map.step);
  byId("scene-fit").onclick = () => map.fit();
  const blocks = createBlocks(map, api);
  const opened = createOpener(map, api, (found) => {
    placed = found;
  });

  const parts = [
    whenRead(renderWords),
    whenRead((/** @type {Seen} */ state) => {
      const { scene } = state;
      byId("scene-work").hidden =
        !scene?.facts || !["processing", "cancelling", "done"].includes(scene.state);
      byId("scene-panel").hidden = scene?.state !== "done";
      byId("scene-work").classList.toggle("alone", scene?.state !== "done");
      opened(scene);
    }),
    whenRead((/** @type {Seen} */ state) => {
      const { hidden, opacity, found } = state;
      const colours = colourTable(classes, paletteOf(state), hidden);
      const order = orderOf(classes, paintOrder, hidden);
      map.show({ colours, opacity, order, outline: found?.rings ?? [] });
      blocks.colour(colours);
    }),
    whenRead((/** @type {Seen} */ state) => {
      const { scene } = state;
      blocks.show(scene);
    }),
    whenRead((/** @type {Seen} */ state, t) => renderFound(state, config, t)),
  ];
  return (/** @type {Seen} */ state, /** @type {Translate} */ t) => {
    reader = { words: t, language: state.language };
    for (const render of parts) render(state, t);
  };
}

/** The same table for the same look, so that nothing is painted again without need. */
const colourTable = remember(coloursOf);

/**
 * @template {any[]} A
 * @template R
 * @param {(...values: A) => R} make
 * @returns {(...values: A) => R}
 */
function remember(make) {
  /** @type {{values: A, made: R} | null} */
  let last = null;
  return (...values) => {
    if (!last?.values.every((value, index) => value === values[index]))
      last = { values, made: make(...values) };
    return last.made;
  };
}

/** @param {Seen} state @param {Translate} t */
function renderWords(state, t) {
  const labels = {
    "scene-map": "scene.map",
    "scene-frame": "scene.map",
    "scene-in": "scene.in",
    "scene-out": "scene.out",
    "scene-fit": "scene.fit",
  };
  for (const [id, key] of Object.entries(labels)) byId(id).ariaLabel = t(key);
  for (const id of ["scene-in", "scene-out", "scene-fit"]) byId(id).title = byId(id).ariaLabel;
  byId("scene-help").textContent = t("scene.mapHelp");
  byId("scene-wheel").textContent = t("scene.wheel");
  const { scene, map } = state;
  const now = scene?.state === "done" ? MAKING[map] : "scene.making";
  byId("scene-making").textContent = now && t(now);
  byId("scene-pointer").lang = state.language;
}

/** @param {Seen} state @param {Config} config @param {Translate} t */
function renderFound(state, { classes }, t) {
  const { scene, found, note, language } = state;
  const box = byId("scene-found");
  if (scene?.state !== "done") return box.replaceChildren();
  if (!found) {
    box.textContent = t(note === "none" ? "scene.click" : NOTES[note]);
    return;
  }
  const { key, squareMetres, score, parts } = found;
  const name = classes.find((cover) => cover.key === key)?.name[language] ?? key;
  box.textContent = t(parts > 1 ? "scene.objectParts" : "scene.object", {
    name,
    area: groundText(squareMetres, language),
    parts: String(parts),
    score: formatNumber(score, language, 2),
  });
}

const MAKING = { loading: "scene.mapLoading", ready: "", failed: "scene.mapFailed" };

const NOTES = {
  looking: "scene.looking",
  nothing: "scene.nothing",
  unknown: "scene.unknown",
  failed: "scene.clickFailed",
};

/** @param {number} squareMetres @param {Language} language */
function groundText(squareMetres, language) {
  return squareMetres < 10_000
    ? `${formatNumber(squareMetres, language)} m²`
    : `${formatNumber(squareMetres / 10_000, language, 2)} ha`;
}

/**
 * @param {SceneMap} map
 * @param {number} column
 * @param {number} row
 * @param {Placed | null} placed
 * @param {Config} config
 * @param {{words: Translate, language: Language}} reader
 */
function showPointer(map, column, row, placed, { classes }, { words, language }) {
  const number = map.numberAt(column, row);
  const name = classes.find((cover) => cover.number === number)?.name[language];
  const place = placed && placeText(placed.toLonLat(column, row), language, words);
  byId("scene-pointer").textContent = [name, place].filter(Boolean).join(" · ");
}

/** @param {() => Language} language @returns {(bar: {metres: number, width: number, digits: number} | null) => void} */
function showScale(language) {
  const scale = byId("scene-scale");
  return (bar) => {
    scale.hidden = !bar;
    if (!bar) return;
    const { metres, width, digits } = bar;
    const [value, unit] = metres >= 1000 ? [metres / 1000, "km"] : [metres, "m"];
    scale.style.width = `${width}px`;
    scale.firstChild.textContent = `${formatNumber(value, language(), digits)} ${unit}`;
  };
}

/**
 * Opens the rasters of a scene that is done, and learns where it lies.
 *
 * @param {SceneMap} map
 * @param {SceneApi} api
 * @param {(placed: Placed | null) => void} onPlaced
 */
function createOpener(map, api, onPlaced) {
  let opened = "";
  let sized = "";
  return (/** @type {Scene | null} */ scene) => {
    const facts = scene?.facts;
    if (facts && sized !== scene.id) {
      sized = scene.id;
      map.measure(Math.max(...facts.pixel_size_m));
      map.show({ size: { width: facts.width, height: facts.height } });
    }
    const now = scene?.state === "done" ? scene.id : "";
    if (now === opened) return;
    opened = now;
    onPlaced(null);
    if (!scene || !now) return map.show({ rasters: null });
    map.show({ rasters: createRasters((name) => api.resolve(scene.links[name])) });
    api.item(scene.links["item.json"]).then(
      ({ properties }) => {
        const epsg = Number(/^EPSG:(\d+)$/.exec(properties["proj:code"] ?? "")?.[1] ?? 0);
        if (opened === scene.id) onPlaced(placing(epsg, properties["proj:transform"]));
      },
      (error) => console.info("no place:", error),
    );
  };
}

/**
 * Blocks of a scene that is processed: their outlines, and what is in those that are done.
 *
 * @param {SceneMap} map
 * @param {SceneApi} api
 */
function createBlocks(map, api) {
  /** @type {Map<string, {numbers: Uint8Array, width: number}>} */
  const known = new Map();
  /** @type {Map<string, OffscreenCanvas>} */
  const pictures = new Map();
  const asked = new Set();
  let shown = "";
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Colours} */
  let colours = new Uint32Array(256);

  function draw() {
    const facts = scene?.facts;
    if (!facts?.block_px || scene?.state === "done") return map.show({ blocks: [] });
    const done = new Set(scene?.progress?.done ?? []);
    const blocks = [...boxes(facts, facts.block_px)].map(([name, box]) => ({
      box,
      done: done.has(name),
      picture: pictureOf(name),
    }));
    map.show({ blocks: /** @type {Block[]} */ (blocks) });
  }

  /** @param {string} name */
  function pictureOf(name) {
    const found = known.get(name);
    if (found && !pictures.has(name))
      pictures.set(name, paint(found.numbers, found.width, colours));
    return pictures.get(name) ?? null;
  }

  /** @param {string} id @param {string} name @param {SceneFacts} facts */
  async function fetchBlock(id, name, { width, block_px: side = 0, preview_px: step = 1 }) {
    asked.add(name);
    const [, column] = name.split("-").map(Number);
    const columns = Math.ceil(Math.min(side, width - column) / step);
    const numbers = await api.block(id, name).catch(() => null); // the scene may be done meanwhile
    if (!numbers || shown !== id || numbers.length > LARGE_SIDE_PX ** 2 * 4) return;
    known.set(name, { numbers, width: columns });
    draw();
  }

  return {
    /** @param {Scene | null} next */
    show(next) {
      scene = next;
      const id = next?.id ?? "";
      if (id !== shown || next?.state === "done")
        for (const each of [known, pictures, asked]) each.clear();
      shown = id;
      const { facts, progress, state } = next ?? {};
      if (facts?.block_px && state !== "done")
        for (const name of progress?.done ?? []) if (!asked.has(name)) fetchBlock(id, name, facts);
      draw();
    },

    /** @param {Colours} next */
    colour(next) {
      if (next === colours) return;
      colours = next;
      pictures.clear();
      draw();
    },
  };
}

/** @param {SceneFacts} facts @param {number} side @returns {Iterable<[string, Box]>} */
function* boxes({ width, height }, side) {
  for (let y = 0; y < height; y += side)
    for (let x = 0; x < width; x += side) {
      const box = { x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) };
      yield [`${y}-${x}`, box];
    }
}
