/** The divider between the bare image and its classes: dragged on the image, or moved by its slider. */

import { byId } from "../dom.js";

/** @import {Store} from "../../state.js" */

/** @param {HTMLElement} frame @param {Store} store */
export function wireSwipe(frame, store) {
  const line = byId("swipe-line");
  byId("swipe-toggle").onclick = () =>
    store.set({ swipe: store.get().swipe === null ? 0.5 : null });
  byId("swipe").oninput = (/** @type {any} */ { target }) =>
    store.set({ swipe: Number(target.value) });
  line.onpointerdown = (/** @type {PointerEvent} */ event) => {
    event.stopPropagation(); // else the image would be dragged
    line.setPointerCapture(event.pointerId);
  };
  line.onpointermove = (/** @type {PointerEvent} */ event) => {
    event.stopPropagation();
    if (!line.hasPointerCapture(event.pointerId)) return;
    const { left, width } = frame.getBoundingClientRect();
    store.set({ swipe: Math.min(Math.max((event.clientX - left) / width, 0), 1) });
  };
  line.onpointerup = (/** @type {PointerEvent} */ event) => event.stopPropagation();
}
