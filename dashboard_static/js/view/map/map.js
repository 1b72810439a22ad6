/**
 * The image with its classes. Four layers share one transformed world, so that they move as one:
 * the image and the fill are canvases (exact and quick), the outlines Plotly traces, the selection SVG.
 */

import { formatNumber } from "../../i18n/i18n.js";
import { objectAt } from "../../scene/layers.js";
import {
  FIT,
  fit,
  keepInside,
  pan,
  placeOf,
  scaleBar,
  viewportAt,
  zoom,
} from "../../scene/viewport.js";
import { byId, changes } from "../dom.js";
import { wireGestures } from "./gestures.js";
import { createOverlay, visibleLayers } from "./overlay.js";
import { createPlace } from "./place.js";
import { renderSelection, valuesOf } from "./selection.js";
import { wireSwipe } from "./swipe.js";
import { renderTip } from "./tip.js";

/**
 * @import {Actions} from "../../actions/index.js"
 * @import {Place, Viewport} from "../../scene/viewport.js"
 * @import {State, Store} from "../../state.js"
 * @import {Translate} from "../../types.js"
 * @import {Point} from "./gestures.js"
 */

const STEP = 1.4;
const HINT_MS = 1500;
const SCALE_ROOM_PX = 120;
const PAPER = { width: 680, height: 390 }; // CSS pixels of A4: between its margins, and what the table leaves

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function createMap(store, actions) {
  const frame = byId("frame");
  const overlay = createOverlay();
  const renderPlace = createPlace();
  const changed = {
    image: changes(),
    base: changes(),
    swipe: changes(),
    selection: changes(),
    language: changes(),
  };
  let viewport = FIT;
  /** @type {Place | null} */
  let place = null; // of the viewport; another one in the state is that of an address
  let hintTimer = 0;

  /** @returns {any} the sizes of the image in pixels, of frame and world in CSS pixels */
  function sizes() {
    const { prediction } = store.get();
    const image = prediction?.image ?? { width: 1, height: 1 };
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    return { image, frame: size, world: fit(image, size) };
  }

  /** @param {Viewport} next */
  function move(next) {
    viewport = next;
    place = placeOf(next, sizes());
    store.set({ place });
    const { world } = sizes();
    Object.assign(byId("world").style, {
      width: `${world.width}px`,
      height: `${world.height}px`,
      transform: `translate(${next.x}px, ${next.y}px) scale(${next.scale})`,
    });
    byId("world").style.setProperty("--zoom", String(next.scale));
    keepForPaper();
    frame.classList.toggle("zoomed", next.scale > 1);
    placeSwipe(store.get().swipe);
    renderScale();
  }

  /** On paper the frame is what it is on the screen, made smaller: all that lies in it keeps its place. */
  function keepForPaper() {
    const { clientWidth: width, clientHeight: height } = frame;
    const fits = Math.min(PAPER.width / width, PAPER.height / height, 1);
    frame.style.setProperty("--width", `${width}px`);
    frame.style.setProperty("--height", `${height}px`);
    frame.style.setProperty("--paper", String(fits));
  }

  function renderScale() {
    const { image, world } = sizes();
    if (!image.pixel_area_m2) return;
    const side = image.pixel_size_m?.[0] ?? Math.sqrt(image.pixel_area_m2); // the bar lies along a row
    const metresPerCssPixel = (side * image.width) / world.width / viewport.scale;
    const { metres, width, digits } = scaleBar(metresPerCssPixel, SCALE_ROOM_PX);
    const { language } = store.get();
    byId("scale").firstElementChild.textContent = `${formatNumber(metres, language, digits)} m`;
    byId("scale").style.width = `${width}px`;
  }

  /** @param {number | null} share */
  function placeSwipe(share) {
    byId("swipe-line").hidden = share === null;
    byId("swipe").hidden = share === null;
    byId("swipe-toggle").setAttribute("aria-pressed", String(share !== null));
    byId("swipe").value = share ?? 0.5;
    byId("swipe").setAttribute("aria-valuetext", `${Math.round(100 * (share ?? 0.5))} %`);
    const at = (share ?? 0) * frame.clientWidth;
    byId("swipe-line").style.left = `${at}px`;
    byId("classes").style.clipPath =
      share === null ? "" : `inset(0 0 0 ${(at - viewport.x) / viewport.scale}px)`;
  }

  /** @param {Point} point @returns {{column: number, row: number} | null} */
  function pixelAt(point) {
    const { image, world } = sizes();
    const column = Math.floor(
      ((point.x - viewport.x) / viewport.scale / world.width) * image.width,
    );
    const row = Math.floor(((point.y - viewport.y) / viewport.scale / world.height) * image.height);
    return column >= 0 && row >= 0 && column < image.width && row < image.height
      ? { column, row }
      : null;
  }

  /** @param {Point} point the visible objects there, the one on top first */
  function objectsAt(point) {
    const state = store.get();
    const pixel = pixelAt(point);
    if (!pixel || !state.prediction) return { pixel, objects: [] };
    const at = pixel.row * state.prediction.image.width + pixel.column;
    const objects = visibleLayers(state).flatMap(({ cover, layer }) => {
      const label = objectAt(layer, pixel.row, at);
      return label
        ? [{ cover, label, pixels: layer.pixels[label], score: layer.scores[label] }]
        : [];
    });
    return { pixel, objects: objects.reverse() };
  }

  /** @param {Point} point */
  function pick(point) {
    const [top] = objectsAt(point).objects;
    store.set({ selection: top ? { key: top.cover.key, label: top.label } : null });
  }

  /** @param {Point | null} point */
  function hover(point) {
    const found = point ? objectsAt(point) : null;
    renderTip(point, found, store.get());
    const key = found?.objects[0]?.cover.key;
    if (key !== store.get().pointed?.key) store.set({ pointed: key ? { key, on: "map" } : null });
  }

  function unhint() {
    byId("wheel-hint").classList.remove("shown");
  }

  function hintWheel() {
    byId("wheel-hint").classList.add("shown");
    clearTimeout(hintTimer);
    hintTimer = window.setTimeout(unhint, HINT_MS);
  }

  const middle = () => ({ x: frame.clientWidth / 2, y: frame.clientHeight / 2 });
  const zoomBy = (/** @type {number} */ factor, point = middle()) => {
    unhint();
    move(zoom(viewport, factor, point, sizes()));
  };
  const reset = () => move(keepInside(FIT, sizes()));
  wireGestures(frame, {
    pan: (x, y) => move(pan(viewport, x, y, sizes())),
    zoom: zoomBy,
    fit: reset,
    pick,
    pickMiddle: () => pick(middle()),
    clear: () => store.set({ selection: null }),
    hover,
    step: (by) => actions.stepObject(by),
    plainWheel: hintWheel,
  });
  byId("zoom-in").onclick = () => zoomBy(STEP);
  byId("zoom-out").onclick = () => zoomBy(1 / STEP);
  byId("zoom-fit").onclick = reset;
  byId("object-before").onclick = () => actions.stepObject(-1);
  byId("object-next").onclick = () => actions.stepObject(1);
  wireSwipe(frame, store);
  new ResizeObserver(() => {
    if (!store.get().prediction || matchMedia("print").matches) return;
    move(viewportAt(place, sizes())); // the same pixel stays in the middle
    overlay.resize(sizes(), store.get());
  }).observe(frame);

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    const { prediction, base, swipe, selection, language } = state;
    if (!prediction) return;
    if (changed.image(prediction) || state.place !== place) move(viewportAt(state.place, sizes()));
    if (changed.base(base, prediction)) drawBase(base);
    if (changed.swipe(swipe)) placeSwipe(swipe);
    if (changed.language(language)) renderScale();
    if (changed.selection(selection, prediction, language)) {
      renderSelection(state, t);
      const values = valuesOf(state);
      if (values) actions.say("map.select", values);
    }
    renderPlace(state, t);
    overlay.render(sizes(), state);
  };
}

/** @param {ImageBitmap | null} base */
function drawBase(base) {
  if (!base) return;
  const canvas = byId("base");
  canvas.width = base.width;
  canvas.height = base.height;
  canvas.getContext("2d").drawImage(base, 0, 0);
}
