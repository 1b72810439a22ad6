import assert from "node:assert/strict";
import { test } from "node:test";
import { createCorrectActions } from "../../../dashboard_static/js/actions/correct.js";
import {
  ringsOf,
  runsOf,
  withCorrections,
} from "../../../dashboard_static/js/scene/corrections.js";
import { segment } from "../../../dashboard_static/js/scene/layers.js";
import { recount } from "../../../dashboard_static/js/scene/recount.js";
import { createStore } from "../../../dashboard_static/js/store.js";

/** @param {number} left @param {number} top @param {number} right @param {number} bottom @returns {[number, number][]} */
const box = (left, top, right, bottom) => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
  [left, top],
];

/** @param {[number, number][][]} rings */
function drawn(rings) {
  const pixels = new Uint8Array(12);
  for (const [start, end] of runsOf(rings, 4, 3)) pixels.fill(1, start, end);
  return [...pixels].join("").match(/.{4}/g);
}

test("pixels count whose centres lie inside an odd number of rings", () => {
  assert.deepEqual(drawn([box(0, 0, 2, 1)]), ["1100", "0000", "0000"]);
  assert.deepEqual(drawn([box(2.4, 1.4, 4, 3)]), ["0000", "0011", "0011"]);
  assert.deepEqual(drawn([box(0, 0, 4, 3), box(1, 1, 3, 2)]), ["1111", "1001", "1111"]);
  assert.deepEqual(drawn([box(-9, -9, 99, 99)]), ["1111", "1111", "1111"]);
  assert.deepEqual(drawn([box(0.6, 0.6, 1.4, 1.4)]), ["0000", "0000", "0000"]);
});

test("the rings of an object fill just its pixels", () => {
  const plane = Uint8Array.from("1111100111110001", (sign) => (sign === "1" ? 200 : 0));
  const layer = segment(plane, 4, 0.5, 1);
  const rings = ringsOf(layer, 4, 1);
  const pixels = new Uint8Array(16);
  for (const [start, end] of runsOf(rings, 4, 4)) pixels.fill(1, start, end);
  assert.equal([...pixels].join(""), "1111100111110001");
});

/** A road of four pixels beside a field, 4 x 2 px of a square metre. */
function shown() {
  const scores = new Uint8Array(16);
  scores.fill(200, 0, 4); // roads: the first row
  scores.fill(180, 12, 16); // crops: the second
  const classes = ["roads", "crops"].map((key, at) => ({ key, number: at + 1, least_area_m2: 1 }));
  const image = { width: 4, height: 2, pixel_area_m2: 1, valid_pixels: 8 };
  const thresholds = { roads: 0.5, crops: 0.5 };
  const state = /** @type {any} */ ({
    config: { classes },
    prediction: { image, thresholds },
    scores,
    corrected: null,
    corrections: [],
    thresholds: {},
    layers: new Map(),
    selection: null,
  });
  return { ...state, ...recount(state, thresholds) };
}

/** @param {any} state */
const areas = ({ counts }) =>
  Object.fromEntries(counts.map((/** @type {any} */ each) => [each.key, each.squareMetres]));

test("totals follow what is wrong, another class or missing, and come back", () => {
  const before = shown();
  assert.deepEqual(areas(before), { roads: 4, crops: 4 });
  const road = [box(0, 0, 4, 1)];
  /** @type {any[]} */
  const said = [{ verdict: "wrong", class: "roads", instead: "crops", rings: road }];
  const other = { ...before, ...withCorrections(before, said) };
  assert.deepEqual(areas(other), { roads: 0, crops: 8 });
  const missing = {
    verdict: /** @type {const} */ ("missing"),
    class: "roads",
    rings: [box(0, 0, 2, 1)],
  };
  const drawnToo = { ...other, ...withCorrections(other, [...said, missing]) };
  assert.deepEqual(areas(drawnToo), { roads: 2, crops: 8 });
  const higher = { ...drawnToo, ...recount(drawnToo, { roads: 0.9, crops: 0.9 }) };
  assert.deepEqual(areas(higher), { roads: 2, crops: 4 }); // what a person said stays
  const again = { ...drawnToo, ...withCorrections(drawnToo, []) };
  assert.deepEqual(areas(again), { roads: 4, crops: 4 });
  assert.equal(again.corrected, null);
});

test("the first correction of a new result stands beside those that others made meanwhile", async () => {
  const selection = { key: "roads", label: 1 };
  const state = { ...shown(), correctionsTag: "", saving: false, problem: null, selection };
  const store = createStore(/** @type {any} */ (state), () => {});
  const theirs = { verdict: "missing", class: "crops", rings: [box(0, 0, 2, 1)] };
  const saved = /** @type {any[]} */ ([]);
  const api = /** @type {any} */ ({
    corrections: async () => ({ tag: '"1"', corrections: [theirs] }),
    saveCorrections: async (
      /** @type {string} */ _,
      /** @type {any[]} */ all,
      /** @type {string} */ tag,
    ) => {
      saved.push([all.map(({ verdict }) => verdict), tag]);
      return { tag: '"2"' };
    },
  });
  await createCorrectActions(store, api).judge("right");
  assert.deepEqual(saved, [[["missing", "right"], '"1"']]);
  assert.equal(store.get().correctionsTag, '"2"');
  const away = createStore(/** @type {any} */ (state), () => {});
  const down = { ...api, corrections: async () => Promise.reject(new Error("offline")) };
  await createCorrectActions(away, down).judge("right");
  assert.equal(saved.length, 1); // without their version nothing is replaced
  assert.equal(away.get().problem.key, "error.offline");
});
