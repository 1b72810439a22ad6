import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { translator } from "../../../dashboard_static/js/i18n/i18n.js";
import { answerOf } from "../../../dashboard_static/js/scene/answer.js";
import { segment, summarise } from "../../../dashboard_static/js/scene/layers.js";
import { bySize, middleOf, stepped } from "../../../dashboard_static/js/scene/objects.js";
import { sentence, weakNote } from "../../../dashboard_static/js/view/answer.js";
import { whenRead } from "../../../dashboard_static/js/view/dom.js";

const { classes } = JSON.parse(
  readFileSync(new URL("../payloads/config.json", import.meta.url), "utf8"),
);

/** @param {...string} rows `#` scores 200, `.` 0 */
const plane = (...rows) => Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 200 : 0));

/** @param {Record<string, string[]>} drawn rows by class @param {Partial<import("../../../dashboard_static/js/types.js").Picture>} [about] */
function scene(drawn, about) {
  const [rows] = Object.values(drawn);
  const [width, height] = [rows[0].length, rows.length];
  const image = /** @type {any} */ ({
    width,
    height,
    pixel_area_m2: 1000,
    valid_pixels: width * height,
    ...about,
  });
  const layers = new Map(
    Object.entries(drawn).map(([key, signs]) => [key, segment(plane(...signs), width, 0.5, 1)]),
  );
  const counts = [...layers].map(([key, layer]) => summarise(key, layer, image));
  return { image, layers, counts };
}

test("the answer counts each pixel once, whatever overlaps", () => {
  const { image, layers, counts } = scene({ crops: ["####", "...."], roads: ["##..", "##.."] });
  const answer = answerOf(counts, layers, image);
  assert.equal(answer.percent, 75); // 6 of 8 pixels, where both classes sum to 8
  assert.equal(answer.overlap, 25);
  assert.equal(answer.squareMetres, 8000);
  assert.deepEqual(
    answer.shares.map(({ key, percent }) => [key, percent]),
    [
      ["crops", 50],
      ["roads", 50],
    ],
  );
});

test("percentages refer to the valid pixels", () => {
  const { image, layers, counts } = scene({ trees: ["#...", "...."] }, { valid_pixels: 4 });
  const answer = answerOf(counts, layers, image);
  assert.equal(answer.percent, 25);
  assert.equal(answer.squareMetres, 4000);
});

test("a class of less than half a percent is named only where nothing larger is", () => {
  const empty = Array.from({ length: 20 }, () => ".".repeat(20));
  const speck = [`#${".".repeat(19)}`, ...empty.slice(1)];
  const half = [...empty.slice(10), ...Array.from({ length: 10 }, () => "#".repeat(20))];
  const keys = (/** @type {Record<string, string[]>} */ drawn) => {
    const { image, layers, counts } = scene(drawn);
    return answerOf(counts, layers, image).shares.map(({ key }) => key);
  };
  assert.deepEqual(keys({ roads: speck, trees: half }), ["trees"]);
  assert.deepEqual(keys({ roads: speck, trees: empty }), ["roads"]);
  assert.deepEqual(keys({ roads: empty, trees: empty }), []);
});

test("the sentence is what a reader would say, in both languages", () => {
  const shares = [
    { key: "crops", percent: 48.2 },
    { key: "roads", percent: 10 },
    { key: "buildings", percent: 2.4 },
  ];
  const answer = { squareMetres: 130_000, shares, percent: 81, overlap: 0 };
  const said = (/** @type {"en" | "es"} */ language, change = {}) =>
    sentence({ ...answer, ...change }, classes, language, translator(language)).replaceAll(
      "\u00a0",
      " ",
    );
  assert.equal(
    said("es"),
    "De 13,0 ha, 48 % son cultivos, 10 % vías, 2 % edificios; 19 % sin clase.",
  );
  assert.equal(
    said("en"),
    "Of 13.0 ha, 48% are crops, 10% roads, 2% buildings; 19% have no class.",
  );
  assert.equal(
    said("es", { percent: 99.8, shares: shares.slice(0, 1) }),
    "De 13,0 ha, 48 % son cultivos.",
  );
  assert.equal(
    said("en", { squareMetres: 640, percent: 0.2, shares: [{ key: "roads", percent: 0.2 }] }),
    "Of 640 m², less than 1% are roads; 100% have no class.",
  );
  assert.equal(
    said("es", { shares: [], percent: 0 }),
    "En 13,0 ha no se encontró ninguna de las diez clases.",
  );
});

test("classes of the answer that did badly in tests are named", () => {
  const score = (/** @type {number} */ iou) => ({ iou, precision: 1, recall: 1 });
  const model = /** @type {any} */ ({
    scores: { classes: { crops: score(0.2), roads: score(0.7), trees: score(0.1) } },
  });
  const shares = [
    { key: "crops", percent: 40 },
    { key: "roads", percent: 10 },
  ];
  const answer = { squareMetres: 1, shares, percent: 50, overlap: 0 };
  assert.equal(
    weakNote(answer, model, classes, "es", translator("es")),
    " Acierto débil en pruebas: cultivos.",
  );
  assert.equal(weakNote(answer, null, classes, "es", translator("es")), "");
});

test("objects follow each other by size, around the end", () => {
  const layer = segment(plane("#.##.#", "....#."), 6, 0.5, 1);
  assert.deepEqual(bySize(layer), [2, 1, 3, 4]);
  const step = (/** @type {number | null} */ label, /** @type {1 | -1} */ by) =>
    stepped(layer, "roads", label ? { key: "roads", label } : null, by)?.label;
  assert.equal(step(null, 1), 2);
  assert.equal(step(2, 1), 1);
  assert.equal(step(2, -1), 4);
  assert.equal(step(4, 1), 2);
  assert.equal(stepped(layer, "roads", { key: "trees", label: 3 }, 1)?.label, 2);
  assert.equal(stepped(segment(plane("..."), 3, 0.5, 1), "roads", null, 1), null);
});

test("the middle of an object is that of its box", () => {
  const layer = segment(plane("......", ".###..", ".#....", ".#...."), 6, 0.5, 1);
  assert.deepEqual(middleOf(layer, 6, 1), { x: 2.5, y: 2.5 });
});

test("a part is drawn again only when something that it read has changed", () => {
  const drawn = /** @type {string[]} */ ([]);
  const render = whenRead(({ prediction, view }) => {
    drawn.push(prediction ? view : "nothing");
  });
  const t = () => "";
  const state = /** @type {any} */ ({ prediction: null, view: "a", opacity: 1, language: "en" });
  render(state, t);
  render({ ...state, opacity: 0.5 }, t);
  assert.deepEqual(drawn, ["nothing"]);
  render({ ...state, language: "es" }, t); // its words
  render({ ...state, language: "es", prediction: /** @type {any} */ ({}) }, t);
  assert.deepEqual(drawn, ["nothing", "nothing", "a"]);
});
