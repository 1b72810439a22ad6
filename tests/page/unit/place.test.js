import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  indexOf,
  lonLatAt,
  northOf,
  openStreetMapOf,
  scoresAt,
} from "../../../dashboard_static/js/scene/place.js";

const { ramps } = JSON.parse(
  readFileSync(new URL("../payloads/config.json", import.meta.url), "utf8"),
);
const image = /** @type {any} */ ({
  width: 4,
  height: 2,
  pixel_area_m2: 1.5376,
  corners: [
    [-74, 5],
    [-73.6, 5.1],
    [-73.7, 4.9],
    [-74.1, 4.8],
  ],
});

test("a pixel's place lies between the corners", () => {
  assert.deepEqual(lonLatAt(image, 0, 0), { lon: -74, lat: 5 });
  const { lon, lat } = /** @type {any} */ (lonLatAt(image, 2, 1));
  assert.ok(Math.abs(lon + 73.85) < 1e-9 && Math.abs(lat - 4.95) < 1e-9);
  assert.equal(lonLatAt({ ...image, corners: null }, 2, 1), null);
});

test("a place between 179 and -179 degrees is near 180", () => {
  const corners = [
    [179, 1],
    [-179, 1],
    [-179, 0],
    [179, 0],
  ];
  assert.equal(lonLatAt({ ...image, corners }, 1, 1)?.lon, 179.5);
  assert.equal(lonLatAt({ ...image, corners }, 3, 1)?.lon, -179.5);
});

test("north is up in an image that is north up, and turns with it", () => {
  const square = (/** @type {number[][]} */ corners) => ({
    ...image,
    width: 2,
    height: 2,
    corners,
  });
  const [a, b, c, d] = [
    [0, 1],
    [1, 1],
    [1, 0],
    [0, 0],
  ];
  const turns = [
    [a, b, c, d],
    [d, a, b, c],
    [c, d, a, b],
    [b, c, d, a],
  ].map((corners) => Math.round(northOf(square(corners)) ?? Number.NaN));
  assert.deepEqual(turns.map(Math.abs), [0, 90, 180, 90]);
  assert.equal(turns[1], -turns[3]);
  assert.equal(turns[1], 90); // the right edge is the northern one
  assert.equal(northOf({ ...image, corners: undefined }), null);
});

test("the street map opens at the middle, near enough to see the image", () => {
  assert.equal(
    openStreetMapOf({ ...image, width: 160, height: 160 }),
    "https://www.openstreetmap.org/?mlat=4.95000&mlon=-73.85000#map=19/4.95000/-73.85000",
  );
  assert.match(openStreetMapOf({ ...image, width: 2048, height: 2048 }) ?? "", /#map=15\//);
  assert.equal(openStreetMapOf({ ...image, corners: null }), null);
});

test("a pixel has its own score of each class", () => {
  const scores = Uint8Array.from({ length: 24 }, (_, index) => index * 8);
  assert.deepEqual(scoresAt(scores, image, 1, 1), [40 / 256, 104 / 256, 168 / 256]);
});

test("an index is read off its colour", () => {
  for (const ramp of Object.values(ramps)) {
    for (let index = -1; index <= 1; index += 0.01) {
      const half = index < 0 ? 0 : 1;
      const share = index - (half - 1);
      // As the service paints: interpolated, then without its decimals.
      const rgb = ramp[half].map((/** @type {number} */ from, /** @type {number} */ channel) =>
        Math.floor(from + share * (ramp[half + 1][channel] - from)),
      );
      assert.ok(Math.abs(indexOf(rgb, ramp) - index) < 0.006, `${index}`);
    }
  }
});
