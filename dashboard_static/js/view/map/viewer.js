/** The window onto the image: where it stands, how it is moved, and which pixel lies at a point of it. */

import { FIT, fit, keepInside, pan, placeOf, viewportAt, zoom } from "../../scene/viewport.js";
import { byId } from "../dom.js";

/**
 * @import {Place, Size, Viewport} from "../../scene/viewport.js"
 * @import {Store} from "../../state.js"
 * @import {Picture} from "../../types.js"
 * @import {Point} from "./gestures.js"
 *
 * @typedef {{image: Size & Partial<Picture>, frame: Size, world: Size, minScale?: number}} Sizes the image in pixels, frame and fitted image in CSS pixels
 */

const SURROUNDINGS = 0.2; // of the fitted size: so far it can be zoomed out on a map
const PAPER = { width: 680, height: 390 }; // CSS pixels of A4: between its margins, and what the table leaves

/**
 * @param {Store} store
 * @param {HTMLElement} frame
 * @param {() => void} moved
 */
export function createViewer(store, frame, moved) {
  let viewport = FIT;
  /** @type {Place | null} */
  let place = null; // of the viewport; another one in the state is that of an address

  /** @returns {Sizes} */
  function sizes() {
    const image = store.get().prediction?.image ?? { width: 1, height: 1 };
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    const minScale = store.get().basemap ? SURROUNDINGS : 1;
    return { image, frame: size, world: fit(image, size), minScale };
  }

  /** @param {Viewport} next */
  function move(next) {
    viewport = next;
    place = placeOf(next, sizes());
    store.set({ place });
    drawWorld(sizes().world, next);
    frame.classList.toggle("zoomed", next.scale > 1);
    keepForPaper(frame);
    moved();
  }

  const middle = () => ({ x: frame.clientWidth / 2, y: frame.clientHeight / 2 });
  return {
    sizes,
    middle,
    viewport: () => viewport,
    isAt: (/** @type {Place | null} */ other) => other === place,
    goTo: (/** @type {Place | null} */ other) => move(viewportAt(other, sizes())),
    stay: () => move(viewportAt(place, sizes())), // the same pixel in the middle of another frame
    pan: (/** @type {number} */ x, /** @type {number} */ y) => move(pan(viewport, x, y, sizes())),
    zoom: (/** @type {number} */ factor, point = middle()) =>
      move(zoom(viewport, factor, point, sizes())),
    fit: () => move(keepInside(FIT, sizes())),
    pixelAt: (/** @type {Point} */ point) => pixelAt(point, viewport, sizes()),
  };
}

/** @typedef {ReturnType<typeof createViewer>} Viewer */

/** @param {Point} point @param {Viewport} viewport @param {Sizes} sizes @returns {{column: number, row: number} | null} */
function pixelAt({ x, y }, viewport, { image, world }) {
  const column = Math.floor(((x - viewport.x) / viewport.scale / world.width) * image.width);
  const row = Math.floor(((y - viewport.y) / viewport.scale / world.height) * image.height);
  const inside = column >= 0 && row >= 0 && column < image.width && row < image.height;
  return inside ? { column, row } : null;
}

/** @param {Size} world @param {Viewport} viewport */
function drawWorld({ width, height }, { x, y, scale }) {
  const { style } = byId("world");
  style.width = `${width}px`;
  style.height = `${height}px`;
  style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  style.setProperty("--zoom", String(scale));
}

/** On paper the frame is what it is on the screen, made smaller: all that lies in it keeps its place. @param {HTMLElement} frame */
function keepForPaper({ style, clientWidth: width, clientHeight: height }) {
  const fits = Math.min(PAPER.width / width, PAPER.height / height, 1);
  style.setProperty("--width", `${width}px`);
  style.setProperty("--height", `${height}px`);
  style.setProperty("--paper", String(fits));
}
