/** Pan and zoom by mouse, touch, wheel and keyboard. */

const STEP = 1.4;
const PAN_PX = 48;
const CLICK_PX = 4;

/**
 * @typedef {{x: number, y: number}} Point in CSS pixels from the frame's corner
 *
 * @typedef {object} Handlers
 * @property {(x: number, y: number) => void} pan
 * @property {(factor: number, point?: Point) => void} zoom about the point, or the middle
 * @property {() => void} fit
 * @property {(point: Point) => void} pick
 * @property {() => void} pickMiddle
 * @property {() => void} clear
 * @property {(by: 1 | -1) => void} step to the next object, or the one before
 * @property {(point: Point | null) => void} hover
 * @property {() => void} plainWheel the wheel turned where the page should scroll
 */

/** @param {HTMLElement} frame @param {Handlers} on */
export function wireGestures(frame, on) {
  wirePointers(frame, on);
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return on.plainWheel();
      event.preventDefault();
      on.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), pointOf(frame, event));
    },
    { passive: false },
  );
  frame.addEventListener("dblclick", (event) => on.zoom(STEP * STEP, pointOf(frame, event)));
  frame.addEventListener("keydown", (event) => {
    const act = keys(on)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

/** @param {Handlers} on @returns {Record<string, () => void>} */
function keys(on) {
  return {
    ArrowLeft: () => on.pan(PAN_PX, 0),
    ArrowRight: () => on.pan(-PAN_PX, 0),
    ArrowUp: () => on.pan(0, PAN_PX),
    ArrowDown: () => on.pan(0, -PAN_PX),
    "+": () => on.zoom(STEP),
    "=": () => on.zoom(STEP),
    "-": () => on.zoom(1 / STEP),
    0: () => on.fit(),
    Enter: () => on.pickMiddle(),
    Escape: () => on.clear(),
    n: () => on.step(1),
    p: () => on.step(-1),
  };
}

/** @param {HTMLElement} frame @param {Handlers} on */
function wirePointers(frame, on) {
  /** @type {Map<number, Point>} */
  const down = new Map();
  let travelled = 0;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    down.set(event.pointerId, pointOf(frame, event));
    travelled = 0;
  });
  frame.addEventListener("pointermove", (event) => {
    const point = pointOf(frame, event);
    const before = down.get(event.pointerId);
    if (!before) return on.hover(point);
    travelled += Math.hypot(point.x - before.x, point.y - before.y);
    if (down.size === 2) pinch(down, event.pointerId, point, on);
    else if (travelled > CLICK_PX) on.pan(point.x - before.x, point.y - before.y);
    down.set(event.pointerId, point);
  });
  frame.addEventListener("pointerup", (event) => {
    if (down.delete(event.pointerId) && travelled <= CLICK_PX) on.pick(pointOf(frame, event));
  });
  frame.addEventListener("pointercancel", (event) => down.delete(event.pointerId));
  frame.addEventListener("pointerleave", () => on.hover(null));
}

/** @param {Map<number, Point>} down @param {number} moved @param {Point} point @param {Handlers} on */
function pinch(down, moved, point, on) {
  const [, still] = [...down].find(([id]) => id !== moved) ?? [0, point];
  const before = /** @type {Point} */ (down.get(moved));
  const distance = (/** @type {Point} */ other) => Math.hypot(other.x - still.x, other.y - still.y);
  on.zoom(distance(point) / Math.max(distance(before), 1), {
    x: (point.x + still.x) / 2,
    y: (point.y + still.y) / 2,
  });
  on.pan((point.x - before.x) / 2, (point.y - before.y) / 2);
}

/** @param {HTMLElement} frame @param {MouseEvent} event @returns {Point} */
function pointOf(frame, event) {
  const { left, top } = frame.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
