import assert from "node:assert/strict";
import { test } from "node:test";
import {
  covered,
  objectAt,
  segment,
  summarise,
} from "../../../dashboard_static/js/scene/layers.js";
import { outline, svgPath } from "../../../dashboard_static/js/scene/outlines.js";
import { paint } from "../../../dashboard_static/js/scene/raster.js";

/** @param {...string} rows `#` scores 200, `.` 0 */
const plane = (...rows) => Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 200 : 0));

test("a pixel belongs from its threshold on, as byte / 256", () => {
  const scores = Uint8Array.of(127, 128, 129);
  assert.deepEqual([...segment(scores, 3, 0.5, 1).pixels], [0, 2]);
});

test("objects that touch at a corner only are two", () => {
  const layer = segment(plane("#.", ".#"), 2, 0.5, 1);
  assert.deepEqual([...layer.pixels], [0, 1, 1]);
});

test("arms that meet further down are one object", () => {
  const layer = segment(plane("#.#", "#.#", "###"), 3, 0.5, 1);
  assert.deepEqual([...layer.pixels], [0, 7]);
});

test("a run at a row's end does not touch one at the next row's start", () => {
  const layer = segment(plane("..#", "#.."), 3, 0.5, 1);
  assert.deepEqual([...layer.pixels], [0, 1, 1]);
});

test("objects below the least area are dropped and the others numbered anew", () => {
  const layer = segment(plane("#.##", "..##"), 4, 0.5, 2);
  assert.deepEqual([...layer.pixels], [0, 4]);
  assert.equal(objectAt(layer, 0, 0), 0);
  assert.equal(objectAt(layer, 1, 6), 1);
});

test("every pixel finds its object", () => {
  const rows = ["##..#", "#..##", ".#.#."];
  const layer = segment(plane(...rows), 5, 0.5, 1);
  rows.forEach((signs, row) => {
    [...signs].forEach((sign, column) => {
      assert.equal(objectAt(layer, row, row * 5 + column) > 0, sign === "#", `${row} ${column}`);
    });
  });
});

test("a summary weighs scores by pixels and areas by the pixel's", () => {
  const layer = segment(Uint8Array.of(128, 128, 0, 192), 4, 0.5, 1);
  const image = /** @type {any} */ ({ pixel_area_m2: 2, valid_pixels: 4 });
  assert.deepEqual(summarise("roads", layer, image), {
    key: "roads",
    objects: 2,
    squareMetres: 6,
    hectares: 0.0006,
    percent: 75,
    score: (0.5 * 2 + 0.75) / 3,
  });
});

test("a class without objects has no score", () => {
  const layer = segment(plane("..", ".."), 2, 0.5, 1);
  assert.equal(
    summarise("roads", layer, /** @type {any} */ ({ pixel_area_m2: 1, valid_pixels: 4 })).score,
    null,
  );
});

test("an outline runs clockwise round an object and back round its hole", () => {
  const path = outline(segment(plane("###", "#.#", "###"), 3, 0.5, 1), 3);
  assert.equal(svgPath(path), "M0 0L3 0L3 3L0 3L0 0ZM1 2L2 2L2 1L1 1L1 2Z");
});

test("objects that touch at a corner have an outline each", () => {
  const path = outline(segment(plane("#.", ".#"), 2, 0.5, 1), 2);
  assert.equal(svgPath(path), "M0 0L1 0L1 1L0 1L0 0ZM1 1L2 1L2 2L1 2L1 1Z");
});

test("one object alone can be outlined", () => {
  const layer = segment(plane("#..", "..#"), 3, 0.5, 1);
  assert.equal(svgPath(outline(layer, 3, 2)), "M2 1L3 1L3 2L2 2L2 1Z");
});

test("a later layer is painted on top, in the bytes that a canvas has", () => {
  const below = { layer: segment(plane("###"), 3, 0.5, 1), colour: "#102030" };
  const above = { layer: segment(plane(".#."), 3, 0.5, 1), colour: "#E6004D" };
  const pixels = new Uint32Array(3);
  paint([below, above], pixels);
  const bytes = [...new Uint8Array(pixels.buffer)];
  assert.deepEqual(bytes.slice(0, 8), [0x10, 0x20, 0x30, 255, 0xe6, 0, 0x4d, 255]);
});

test("a faded layer lets the image through", () => {
  const pixels = new Uint32Array(1);
  paint([{ layer: segment(plane("#"), 1, 0.5, 1), colour: "#E6004D", alpha: 0.2 }], pixels);
  assert.deepEqual([...new Uint8Array(pixels.buffer)], [0xe6, 0, 0x4d, 51]);
});

test("the area of any class counts a pixel of two classes once", () => {
  const one = segment(plane("##..", "...."), 4, 0.5, 1);
  const other = segment(plane(".##.", "...#"), 4, 0.5, 2); // the single pixel is dropped
  assert.equal(covered([one, other], 8), 3);
  assert.equal(covered([], 8), 0);
});
