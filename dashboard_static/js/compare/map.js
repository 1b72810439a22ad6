/** Both results in one frame, moved and zoomed as the map of a single one. */

import { FIT, fit, keepInside, pan, placeOf, viewportAt, zoom } from "../scene/viewport.js";
import { element } from "../view/dom.js";
import { wireGestures } from "../view/map/gestures.js";
import { createHint } from "../view/map/hint.js";
import { dragDivider } from "../view/map/swipe.js";
import { drawChanges, drawSides, windowOn } from "./canvas.js";
import { createFrame, createLegend, iconButton, modesOf, sidesOf } from "./parts.js";

/**
 * @import {Viewport} from "../scene/viewport.js"
 * @import {Language, Translate} from "../types.js"
 * @import {Handlers, Point} from "../view/map/gestures.js"
 * @import {Loaded, Look} from "./types.js"
 */

const STEP = 1.4;
const nothing = () => {};

/**
 * @param {Loaded} loaded
 * @param {Look} look changed in place, as it outlives what is drawn
 * @param {(key: string) => Promise<ImageBitmap | null>} changesOf picture of what became of a class
 * @param {Language} language
 * @param {Translate} t
 * @returns {HTMLElement}
 */
export function createCompareMap(loaded, look, changesOf, language, t) {
  const { frame, canvas, line, hint, range } = createFrame(t);
  const legend = createLegend(loaded.comparison, language, t);

  async function paint() {
    if (!frame.clientWidth) return; // not on the page yet, or hidden
    const inSwipe = look.mode === "swipe";
    line.hidden = range.hidden = !inSwipe;
    line.style.left = `${100 * look.at}%`;
    range.value = String(look.at);
    legend.render(look);
    if (inSwipe) return drawSides(canvas, loaded, viewer.window(canvas), look.at);
    const { key } = look;
    const changes = await changesOf(key);
    if (changes && look.mode === "map" && look.key === key)
      drawChanges(canvas, loaded.sides[0], changes, viewer.window(canvas));
  }

  /** @param {number} at */
  function divide(at) {
    look.at = at;
    paint();
  }

  const viewer = createViewer(frame, loaded, look, paint);
  wireGestures(frame, handlers(frame, viewer, createHint(hint), divide));
  dragDivider(frame, line, divide);
  range.oninput = () => divide(Number(range.value));
  new ResizeObserver(viewer.stay).observe(frame);
  const tools = element(
    "div",
    { class: "map-tools" },
    modesOf(look, paint, t),
    element(
      "div",
      { class: "map-buttons" },
      iconButton("−", t("compare.out"), () => viewer.zoom(1 / STEP)),
      iconButton("+", t("compare.in"), () => viewer.zoom(STEP)),
      iconButton("⤢", t("map.fit"), viewer.fit),
    ),
  );
  const sides = sidesOf(loaded, language, t);
  return element("section", { class: "map" }, tools, frame, range, sides, legend.node);
}

/**
 * The window onto the first image, in which the second one is laid.
 *
 * @param {HTMLElement} frame
 * @param {Loaded} loaded
 * @param {Look} look
 * @param {() => void} moved
 */
function createViewer(frame, { a: { image } }, look, moved) {
  let viewport = FIT;

  function sizes() {
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    return { image, frame: size, world: fit(image, size) };
  }

  /** @param {Viewport} next */
  function move(next) {
    viewport = next;
    look.place = placeOf(next, sizes());
    frame.classList.toggle("zoomed", next.scale > 1);
    moved();
  }

  const middle = () => ({ x: frame.clientWidth / 2, y: frame.clientHeight / 2 });
  return {
    window: (/** @type {HTMLCanvasElement} */ canvas) => windowOn(canvas, image, sizes(), viewport),
    pan: (/** @type {number} */ x, /** @type {number} */ y) => move(pan(viewport, x, y, sizes())),
    zoom: (/** @type {number} */ factor, /** @type {Point} */ point = middle()) =>
      move(zoom(viewport, factor, point, sizes())),
    fit: () => move(keepInside(FIT, sizes())),
    stay() {
      const isDrawn = frame.clientWidth && !matchMedia("print").matches; // paper shows the screen's
      if (isDrawn) move(viewportAt(look.place, sizes()));
    },
  };
}

/**
 * @param {HTMLElement} frame
 * @param {ReturnType<typeof createViewer>} viewer
 * @param {ReturnType<typeof createHint>} hint
 * @param {(at: number) => void} divide
 * @returns {Handlers}
 */
function handlers(frame, viewer, hint, divide) {
  return {
    pan: viewer.pan,
    zoom(factor, point) {
      hint.hide();
      viewer.zoom(factor, point);
    },
    fit: viewer.fit,
    pick: ({ x }) => divide(x / frame.clientWidth),
    pickMiddle: nothing,
    clear: nothing,
    step: nothing,
    hover: nothing,
    plainWheel: hint.show,
  };
}
