/** The map of a scene: where it stands in its frame, what is fetched for it, and what is pointed at. */

import { fit, keepInside, pan, scaleBar, zoom } from "../../scene/viewport.js";
import { wireGestures } from "../../view/map/gestures.js";
import { begin, boxInSight, drawBlocks, drawGround, drawOutline, drawTiles } from "./canvas.js";
import { paint } from "./paint.js";
import { boxOf, createCache, nameOf } from "./tiles.js";

/**
 * @import {Colours} from "./paint.js"
 * @import {Block, Sight} from "./canvas.js"
 * @import {Rasters} from "./rasters.js"
 * @import {Pyramid, Tile} from "./tiles.js"
 *
 * @typedef {object} Shown what is to be seen
 * @property {{width: number, height: number} | null} size of the scene in pixels
 * @property {Block[]} blocks
 * @property {Rasters | null} rasters once the scene is done
 * @property {number[] | null} order of painting, as `Rasters` takes it
 * @property {Colours} colours
 * @property {number} opacity
 * @property {number[][][]} outline of what is selected
 *
 * @typedef {object} Handlers
 * @property {(column: number, row: number) => void} pick
 * @property {() => void} clear
 * @property {(column: number, row: number) => void} hover
 * @property {() => void} leave
 * @property {() => void} plainWheel
 * @property {(state: "loading" | "ready" | "failed") => void} state of what is fetched of a finished scene
 * @property {(bar: {metres: number, width: number, digits: number} | null) => void} scale
 */

const MOST_TILES = 72; // of 512 x 512 px: 18 MB of numbers, and four times as much painted
const AT_ONCE = 6;
const STEP = 1.4;
const SCALE_ROOM_PX = 120;

/**
 * @param {HTMLElement} frame
 * @param {HTMLCanvasElement} canvas
 * @param {Handlers} on
 */
export function createSceneMap(frame, canvas, on) {
  /** @type {Shown} */
  let shown = {
    size: null,
    blocks: [],
    rasters: null,
    order: null,
    colours: new Uint32Array(256),
    opacity: 1,
    outline: [],
  };
  let viewport = { scale: 1, x: 0, y: 0 };
  let pixelMetres = 0;
  /** @type {Pyramid | null} */
  let pyramid = null;
  const numbers = /** @type {ReturnType<typeof createCache<Uint8Array>>} */ (
    createCache(MOST_TILES)
  );
  const pictures = /** @type {ReturnType<typeof createCache<OffscreenCanvas>>} */ (
    createCache(MOST_TILES)
  );
  const fetching = new Set();
  const failed = new Set();
  let drawing = 0;
  let generation = 0; // of what is fetched: answers of an earlier one are dropped

  const sizes = () => {
    const image = shown.size ?? { width: 1, height: 1 };
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    return { image, frame: size, world: fit(image, size) };
  };

  /** @returns {Sight} */
  function sight() {
    const { image, frame: size, world } = sizes();
    const side = (viewport.scale * world.width) / image.width;
    return { side, x: viewport.x, y: viewport.y, ...size };
  }

  function redraw() {
    if (!drawing) drawing = requestAnimationFrame(draw);
  }

  function draw() {
    drawing = 0;
    const { size, blocks, opacity, outline } = shown;
    if (!size || !frame.clientWidth) return;
    const seen = sight();
    const context = begin(canvas, seen);
    const style = getComputedStyle(frame);
    const theme = {
      ground: style.getPropertyValue("--scene-ground"),
      line: style.getPropertyValue("--scene-line"),
      accent: style.getPropertyValue("--scene-done"),
    };
    drawGround(context, size, theme);
    if (pyramid) load(drawTiles(context, seen, pyramid, { get: pictureOf }, opacity, theme));
    else drawBlocks(context, blocks, seen.side, opacity, theme);
    if (outline.length) drawOutline(context, outline, seen.side);
    on.scale(pixelMetres ? scaleBar(pixelMetres / seen.side, SCALE_ROOM_PX) : null);
  }

  /** @param {string} name @returns {OffscreenCanvas | undefined} painted when it is first drawn */
  function pictureOf(name) {
    const known = pictures.get(name);
    const found = numbers.get(name);
    if (known || !found || !pyramid) return known;
    const [level, row, column] = name.split("/").map(Number);
    const { width } = boxOf({ level, row, column }, pyramid);
    const picture = paint(found, Math.ceil(width / 2 ** level), shown.colours);
    pictures.set(name, picture);
    return picture;
  }

  /** @param {Tile[]} missing */
  function load(missing) {
    for (const tile of missing) {
      if (fetching.size >= AT_ONCE) return;
      const name = nameOf(tile);
      if (!fetching.has(name) && !failed.has(name)) fetchTile(tile, name);
    }
  }

  /** @param {Tile} tile @param {string} name */
  async function fetchTile(tile, name) {
    const { rasters, order } = shown;
    const started = generation;
    fetching.add(name);
    try {
      const found = await rasters?.read(tile, order);
      if (!found || started !== generation) return;
      numbers.set(name, found);
      on.state("ready");
    } catch (error) {
      console.info("no tile:", error);
      if (started === generation) failed.add(name); // asked for again by the next move
    } finally {
      if (started === generation) fetching.delete(name);
      redraw();
    }
  }

  function forget() {
    generation += 1;
    for (const each of [numbers, pictures, fetching, failed]) each.clear();
  }

  async function open() {
    const { rasters, order } = shown;
    if (!rasters) return;
    on.state("loading");
    const opened = await rasters.open(order).catch((error) => console.info("no raster:", error));
    if (shown.rasters !== rasters) return;
    if (!opened) on.state("failed");
    pyramid = opened ?? null;
    redraw();
  }

  /** @param {typeof viewport} next */
  function move(next) {
    viewport = next;
    failed.clear();
    frame.classList.toggle("zoomed", next.scale > 1);
    redraw();
  }

  /** @param {{x: number, y: number}} point @param {(column: number, row: number) => void} act */
  function atPixel(point, act) {
    const { side, x, y } = sight();
    const [column, row] = [(point.x - x) / side, (point.y - y) / side];
    const { width, height } = shown.size ?? { width: 0, height: 0 };
    if (column >= 0 && row >= 0 && column < width && row < height) act(column, row);
    else on.leave();
  }

  const middle = () => ({ x: frame.clientWidth / 2, y: frame.clientHeight / 2 });
  const toFit = () => move(keepInside({ scale: 1, x: 0, y: 0 }, sizes()));
  const zoomBy = (/** @type {number} */ factor, point = middle()) =>
    move(zoom(viewport, factor, point, sizes()));

  wireGestures(frame, {
    pan: (x, y) => move(pan(viewport, x, y, sizes())),
    zoom: zoomBy,
    fit: toFit,
    pick: (point) => atPixel(point, on.pick),
    pickMiddle: () => atPixel(middle(), on.pick),
    clear: on.clear,
    step: () => {},
    hover: (point) => (point ? atPixel(point, on.hover) : on.leave()),
    plainWheel: on.plainWheel,
  });
  new ResizeObserver(() => move(keepInside(viewport, sizes()))).observe(frame);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

  return {
    zoom: zoomBy,
    fit: toFit,
    step: STEP,

    /** @param {Partial<Shown>} change */
    show(change) {
      const before = shown;
      shown = { ...shown, ...change };
      const isOther = (/** @type {keyof Shown} */ key) => shown[key] !== before[key];
      if (isOther("colours")) pictures.clear();
      if (isOther("size")) toFit();
      if (isOther("rasters")) {
        before.rasters?.close();
        pyramid = null;
      }
      if (isOther("rasters") || String(shown.order) !== String(before.order)) {
        forget();
        open();
      }
      redraw();
    },

    /** @param {number} metres side of a pixel */
    measure(metres) {
      pixelMetres = metres;
    },

    /** @param {number} column @param {number} row @returns {number} the class that is drawn there, 0 for none or unknown */
    numberAt(column, row) {
      if (!pyramid) return 0;
      for (let level = 0; level < pyramid.levels; level++) {
        const side = 2 ** level;
        const [x, y] = [Math.floor(column / side), Math.floor(row / side)];
        const tile = {
          level,
          row: Math.floor(y / pyramid.tile),
          column: Math.floor(x / pyramid.tile),
        };
        const found = numbers.get(nameOf(tile));
        const width = Math.ceil(boxOf(tile, pyramid).width / side);
        if (found) return found[(y % pyramid.tile) * width + (x % pyramid.tile)] ?? 0;
      }
      return 0;
    },

    inSight: () => boxInSight(sight()),
    tiles: () => numbers.names().length,
  };
}

/** @typedef {ReturnType<typeof createSceneMap>} SceneMap */
