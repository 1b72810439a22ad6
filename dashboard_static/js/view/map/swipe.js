/** The divider between the bare image and its classes: dragged on the image, or moved by its slider. */

import { byId } from "../dom.js";

/** @import {Store} from "../../state.js" */

/** @param {HTMLElement} frame @param {Store} store */
export function wireSwipe(frame, store) {
  byId("swipe-toggle").onclick = () =>
    store.set({ swipe: store.get().swipe === null ? 0.5 : null });
  byId("swipe").oninput = (/** @type {any} */ { target }) =>
    store.set({ swipe: Number(target.value) });
  dragDivider(frame, byId("swipe-line"), (swipe) => store.set({ swipe }));
}

/**
 * Let a divider be dragged across its frame, without dragging what lies under it.
 *
 * @param {HTMLElement} frame
 * @param {HTMLElement} line
 * @param {(at: number) => void} moved 0 to 1 from the left of the frame
 */
export function dragDivider(frame, line, moved) {
  line.onpointerdown = (event) => {
    event.stopPropagation(); // else the image would be dragged
    line.setPointerCapture(event.pointerId);
  };
  line.onpointermove = (event) => {
    event.stopPropagation();
    if (!line.hasPointerCapture(event.pointerId)) return;
    const { left, width } = frame.getBoundingClientRect();
    moved(Math.min(Math.max((event.clientX - left) / width, 0), 1));
  };
  line.onpointerup = (event) => event.stopPropagation();
}
