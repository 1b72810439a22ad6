/**
 * The image with its classes. Four layers share one transformed world, so that they move as one:
 * the image and the fill are canvases (exact and quick), the outlines Plotly traces, the selection SVG.
 */

import { formatNumber } from "../../i18n/i18n.js";
import { objectAt } from "../../scene/layers.js";
import { scaleBar } from "../../scene/viewport.js";
import { byId, changes, whenRead } from "../dom.js";
import { createBasemapDoor } from "./door.js";
import { wireGestures } from "./gestures.js";
import { createHint } from "./hint.js";
import { createOverlay, visibleLayers } from "./overlay.js";
import { createPlace } from "./place.js";
import { renderSelection, valuesOf } from "./selection.js";
import { wireSwipe } from "./swipe.js";
import { renderTip } from "./tip.js";
import { createViewer } from "./viewer.js";

/**
 * @import {Actions} from "../../actions/index.js"
 * @import {State, Store} from "../../state.js"
 * @import {Translate} from "../../types.js"
 * @import {Handlers, Point} from "./gestures.js"
 * @import {Viewer} from "./viewer.js"
 */

const STEP = 1.4;
const SCALE_ROOM_PX = 120;

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function createMap(store, actions) {
  const frame = byId("frame");
  const overlay = createOverlay();
  const basemap = createBasemapDoor(store, () => viewer);
  const viewer = createViewer(store, frame, () => {
    basemap.moved();
    placeSwipe(store.get(), viewer);
    renderScale(store.get(), viewer);
  });
  wireGestures(frame, handlers(store, actions, viewer));
  wireButtons(actions, viewer);
  wireSwipe(frame, store);
  new ResizeObserver(() => {
    if (!store.get().prediction || matchMedia("print").matches) return;
    viewer.stay();
    overlay.resize(viewer.sizes(), store.get());
  }).observe(frame);

  const parts = [
    createFollower(viewer),
    whenRead(drawBase),
    whenRead((state) => placeSwipe(state, viewer)),
    whenRead((state) => renderScale(state, viewer)),
    createSelection(actions),
    createPlace(),
    whenRead(basemap.render),
  ];

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    if (!state.prediction) return;
    for (const render of parts) render(state, t);
    overlay.render(viewer.sizes(), state);
  };
}

/** Go where an address, or a step to another object, leads. @param {Viewer} viewer */
function createFollower(viewer) {
  /** @type {State["prediction"]} */
  let shown = null;
  return (/** @type {State} */ { prediction, place }) => {
    if (prediction === shown && viewer.isAt(place)) return;
    shown = prediction;
    viewer.goTo(place);
  };
}

/** @param {Actions} actions */
function createSelection(actions) {
  const changed = changes();
  return whenRead((state, t) => {
    renderSelection(state, t);
    const values = valuesOf(state);
    if (changed(state.selection, state.language) && values) actions.say("map.select", values);
  });
}

/** @param {Actions} actions @param {Viewer} viewer */
function wireButtons(actions, viewer) {
  byId("zoom-in").onclick = () => viewer.zoom(STEP);
  byId("zoom-out").onclick = () => viewer.zoom(1 / STEP);
  byId("zoom-fit").onclick = () => viewer.fit();
  byId("object-before").onclick = () => actions.stepObject(-1);
  byId("object-next").onclick = () => actions.stepObject(1);
}

/** @param {Store} store @param {Actions} actions @param {Viewer} viewer @returns {Handlers} */
function handlers(store, actions, viewer) {
  const hint = createHint(byId("wheel-hint"));

  /** @param {Point} point */
  function pick(point) {
    const { sketch } = store.get();
    const pixel = sketch && viewer.pixelAt(point);
    if (pixel) store.set({ sketch: [...sketch, [pixel.column, pixel.row]] });
    if (sketch) return;
    const [top] = objectsAt(point, store.get(), viewer).objects;
    store.set({ selection: top ? { key: top.cover.key, label: top.label } : null });
  }

  /** @param {Point | null} point */
  function hover(point) {
    const found = point ? objectsAt(point, store.get(), viewer) : null;
    renderTip(point, found, store.get());
    const key = found?.objects[0]?.cover.key;
    if (key !== store.get().pointed?.key) store.set({ pointed: key ? { key, on: "map" } : null });
  }

  return {
    pan: viewer.pan,
    zoom: (factor, point) => {
      hint.hide();
      viewer.zoom(factor, point);
    },
    fit: viewer.fit,
    pick,
    pickMiddle: () => pick(viewer.middle()),
    clear: () => store.set({ selection: null, sketch: null }),
    step: (by) => actions.stepObject(by),
    hover,
    plainWheel: hint.show,
  };
}

/** @param {Point} point @param {State} state @param {Viewer} viewer the visible objects there, the one on top first */
function objectsAt(point, state, viewer) {
  const pixel = viewer.pixelAt(point);
  if (!pixel || !state.prediction) return { pixel, objects: [] };
  const at = pixel.row * state.prediction.image.width + pixel.column;
  const objects = visibleLayers(state).flatMap(({ cover, layer }) => {
    const label = objectAt(layer, pixel.row, at);
    const [pixels, score] = [layer.pixels[label], layer.scores[label]];
    return label ? [{ cover, label, pixels, score }] : [];
  });
  return { pixel, objects: objects.reverse() };
}

/** @param {State} state */
function drawBase({ base }) {
  if (!base) return;
  const canvas = byId("base");
  canvas.width = base.width;
  canvas.height = base.height;
  canvas.getContext("2d").drawImage(base, 0, 0);
}

/** @param {State} state @param {Viewer} viewer */
function renderScale({ language }, viewer) {
  const { image, world } = viewer.sizes();
  if (!image.pixel_area_m2) return;
  const side = image.pixel_size_m?.[0] ?? Math.sqrt(image.pixel_area_m2); // the bar lies along a row
  const metresPerCssPixel = (side * image.width) / world.width / viewer.viewport().scale;
  const { metres, width, digits } = scaleBar(metresPerCssPixel, SCALE_ROOM_PX);
  byId("scale").firstElementChild.textContent = `${formatNumber(metres, language, digits)} m`;
  byId("scale").style.width = `${width}px`;
}

/** @param {State} state @param {Viewer} viewer */
function placeSwipe({ swipe }, viewer) {
  const { x, scale } = viewer.viewport();
  const at = (swipe ?? 0) * viewer.sizes().frame.width;
  byId("swipe-line").hidden = swipe === null;
  byId("swipe").hidden = swipe === null;
  byId("swipe-toggle").setAttribute("aria-pressed", String(swipe !== null));
  byId("swipe").value = swipe ?? 0.5;
  byId("swipe").setAttribute("aria-valuetext", `${Math.round(100 * (swipe ?? 0.5))} %`);
  byId("swipe-line").style.left = `${at}px`;
  byId("classes").style.clipPath = swipe === null ? "" : `inset(0 0 0 ${(at - x) / scale}px)`;
}
