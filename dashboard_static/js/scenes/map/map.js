/** The map of a scene: where it stands in its frame, what is fetched for it, and what is pointed at. */

import { fit, keepInside, pan, scaleBar, zoom } from "../../scene/viewport.js";
import { wireGestures } from "../../view/map/gestures.js";
import { begin, boxInSight, drawBlocks, drawGround, drawOutline, drawTiles } from "./canvas.js";
import { createLoader } from "./loader.js";

/**
 * @import {Colours} from "./paint.js"
 * @import {Block, Sight} from "./canvas.js"
 * @import {Rasters} from "./rasters.js"
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
  let drawing = 0;
  const tiles = createLoader(on.state, redraw);

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
    const { size, blocks, colours, opacity, outline } = shown;
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
    const get = (/** @type {string} */ name) => tiles.pictureOf(name, colours);
    const pyramid = tiles.pyramid();
    if (pyramid) tiles.load(drawTiles(context, seen, pyramid, { get }, opacity, theme));
    else drawBlocks(context, blocks, seen.side, opacity, theme);
    if (outline.length) drawOutline(context, outline, seen.side);
    on.scale(pixelMetres ? scaleBar(pixelMetres / seen.side, SCALE_ROOM_PX) : null);
  }

  /** @param {typeof viewport} next */
  function move(next) {
    viewport = next;
    tiles.retry();
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
      if (isOther("colours")) tiles.repaint();
      if (isOther("size")) toFit();
      if (isOther("rasters") || String(shown.order) !== String(before.order))
        tiles.use(shown.rasters, shown.order);
      redraw();
    },

    /** @param {number} metres side of a pixel */
    measure(metres) {
      pixelMetres = metres;
    },

    numberAt: tiles.numberAt,
    inSight: () => boxInSight(sight()),
    tiles: tiles.count,
  };
}

/** @typedef {ReturnType<typeof createSceneMap>} SceneMap */
