import assert from "node:assert/strict";
import { test } from "node:test";
import { align } from "../../../dashboard_static/js/compare/align.js";
import { windowOn } from "../../../dashboard_static/js/compare/canvas.js";
import { words } from "../../../dashboard_static/js/compare/words.js";
import {
  comparisonHash,
  formatHash,
  hashOfLink,
  parseHash,
} from "../../../dashboard_static/js/router.js";
import { isSamePlace } from "../../../dashboard_static/js/scene/place.js";
import { FIT } from "../../../dashboard_static/js/scene/viewport.js";
import { createApi } from "../../../dashboard_static/js/service/api.js";
import { fileName } from "../../../dashboard_static/js/view/download.js";
import { stepsOf, viewOf } from "../../../dashboard_static/js/view/footprints.js";

const ID = "5f0c1c1e-6f3a-5b0e-8a53-2d2f7f1c9a10";
const OTHER = "0b6e2f04-1c1d-5b3e-9c53-2f1f6a3f6d10";

/** @param {number} west @param {number} north @param {number} side of a square in degrees @returns {any} */
const square = (west, north, side, pixels = 100) => ({
  width: pixels,
  height: pixels,
  sha256: `${west} ${north} ${side}`,
  corners: [
    [west, north],
    [west + side, north],
    [west + side, north - side],
    [west, north - side],
  ],
});

/** @param {number[]} map @param {number} x @param {number} y */
const through = ([a, b, c, d, e, f], x, y) => [a * x + c * y + e, b * x + d * y + f];

test("the pixels of b lie where a has the same place", () => {
  const a = square(-74, 4.7, 0.1);
  const same = align(a, square(-74, 4.7, 0.1));
  assert.deepEqual(through(same, 30, 40).map(Math.round), [30, 40]);
  const quarter = align(a, square(-73.95, 4.65, 0.05, 200)); // the lower right, in finer pixels
  assert.deepEqual(through(quarter, 0, 0).map(Math.round), [50, 50]);
  assert.deepEqual(through(quarter, 200, 100).map(Math.round), [100, 75]);
});

test("a turned image and the antimeridian are followed", () => {
  const a = square(179.95, 1, 0.1);
  const turned = square(-179.95, 1, 0.05);
  turned.corners = [1, 2, 3, 0].map((corner) => turned.corners[corner]);
  const map = align(a, turned);
  const [[x, y], [right, down]] = [through(map, 0, 0), through(map, 100, 0)];
  assert.deepEqual([x, y, right, down].map(Math.round), [150, 0, 150, 50]);
});

test("places are the same where they overlap, and without a CRS only one image is itself", () => {
  const here = square(-74, 4.7, 0.1);
  assert.ok(isSamePlace(here, square(-73.95, 4.75, 0.1)));
  assert.ok(!isSamePlace(here, square(-73.9, 4.7, 0.1))); // beside it
  assert.ok(!isSamePlace(here, square(-74, 5, 0.1)));
  assert.ok(isSamePlace(square(179.95, 1, 0.1), square(-179.99, 1, 0.1)));
  const bare = { ...here, corners: null, sha256: "bare" };
  assert.ok(!isSamePlace(here, bare));
  assert.ok(isSamePlace(bare, { ...bare }));
  assert.ok(!isSamePlace(bare, { ...bare, sha256: "other" }));
});

test("an address names a comparison, and a read-only view", () => {
  assert.deepEqual(parseHash(`#/c/${ID}/${OTHER}?lang=es`).comparison, { a: ID, b: OTHER });
  assert.equal(parseHash(`#/c/${ID}`).comparison, undefined);
  assert.equal(hashOfLink(`http://page/#/c/${ID}/${OTHER}`, ["http://page"]), `#/c/${ID}/${OTHER}`);
  const hash = formatHash({ id: ID, look: { readonly: true }, language: "es" });
  assert.equal(hash, `#/p/${ID}?readonly&lang=es`);
  assert.equal(parseHash(hash).look.readonly, true);
  assert.ok(!("readonly" in parseHash(`#/p/${ID}`).look));
});

test("an address of a comparison holds the thresholds that were moved", () => {
  for (const thresholds of [undefined, 0.4, { roads: 0.6, trees: 0.3 }]) {
    const comparison = { a: ID, b: OTHER, ...(thresholds !== undefined && { thresholds }) };
    const hash = comparisonHash(comparison);
    assert.deepEqual(parseHash(hash, ["roads", "trees"]).comparison, comparison);
    assert.equal(hashOfLink(`http://page/${hash}`, ["http://page"]), hash);
  }
  assert.deepEqual(parseHash(`#/c/${ID}/${OTHER}?t=2`).comparison, { a: ID, b: OTHER });
});

test("the service is asked for a comparison at thresholds, and for a table in Spanish", () => {
  const { compareUrl } = createApi({ apiUrl: "https://api/", exports: [] });
  const seen = /** @type {const} */ ({ thresholds: { roads: 0.6 }, language: "es" });
  const pair = `a=${ID}&b=${OTHER}`;
  assert.equal(compareUrl(ID, OTHER, ""), `https://api/compare?${pair}`);
  assert.equal(
    compareUrl(ID, OTHER, "changes.png", seen),
    `https://api/compare/changes.png?${pair}&thresholds=roads:0.6`,
  );
  assert.equal(
    compareUrl(ID, OTHER, "changes.csv", seen),
    `https://api/compare/changes.csv?${pair}&thresholds=roads:0.6&locale=es`,
  );
});

test("the window of a comparison is as sharp as the screen", () => {
  const canvas = /** @type {any} */ ({ width: 0, height: 0 });
  const image = { width: 100, height: 50 };
  const sizes = { frame: { width: 400, height: 300 }, world: { width: 400, height: 200 } };
  /** @type {any} */ (globalThis).devicePixelRatio = 2;
  assert.deepEqual(windowOn(canvas, image, sizes, { ...FIT, y: 50 }), { factor: 8, x: 0, y: 100 });
  assert.deepEqual([canvas.width, canvas.height], [800, 600]);
  const zoomed = windowOn(canvas, image, sizes, { scale: 3, x: -20, y: -10 });
  assert.deepEqual(zoomed, { factor: 24, x: -40, y: -20 });
});

test("a file is called as the service calls it", () => {
  assert.equal(fileName(ID, "a.csv"), "5f0c1c1e-a.csv");
  assert.equal(fileName(ID, "a.csv", "../../etc/passwd"), "etc-passwd-a.csv");
  assert.equal(fileName(ID, "a.csv", "Humedal La Conejera"), "Humedal-La-Conejera-a.csv");
  assert.equal(fileName(ID, "a.csv", "???"), "5f0c1c1e-a.csv");
  assert.equal(fileName(ID, "a", "é".repeat(120)), `${"é".repeat(75)}-a`);
});

test("the map of footprints holds all of them, across the antimeridian too", () => {
  const items = /** @type {any} */ ([
    { image: square(179, 1, 0.5) },
    { image: square(-179, -1, 0.5) },
  ]);
  const view = viewOf(items);
  const xs = [179, 179.5, -179, -178.5].map(view.x);
  assert.deepEqual(
    [...xs].sort((a, b) => a - b),
    xs,
  );
  assert.ok(xs[0] > 0 && xs[3] < 720);
  const ys = [1, -1.5].map(view.y);
  assert.ok(ys[0] > 0 && ys[0] < ys[1] && ys[1] < 300);
  assert.ok(Math.abs(view.lat(view.y(0.3)) - 0.3) < 1e-9);
});

test("the grid has a few round degrees", () => {
  assert.deepEqual(stepsOf(-74.07, -74.03).digits, 2);
  const { values } = stepsOf(-3, 11);
  assert.deepEqual(values, [0, 5, 10]);
});

test("the comparison has the same words in both languages", () => {
  assert.deepEqual(Object.keys(words.en).sort(), Object.keys(words.es).sort());
});
