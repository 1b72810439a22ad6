import assert from "node:assert/strict";
import { test } from "node:test";
import { mapOf, mercator, visibleTiles } from "../../../dashboard_static/js/view/map/basemap.js";

const FRAME = { width: 800, height: 600 };

/** @type {[number, number][]} about a kilometre at Bogotá */
const CORNERS = [
  [-74.08, 4.66],
  [-74.07, 4.66],
  [-74.07, 4.65],
  [-74.08, 4.65],
];

/** @param {number[]} map @param {{x: number, y: number}} point */
const through = ([a, b, c, d, e, f], { x, y }) => [a * x + c * y + e, b * x + d * y + f];

test("Web Mercator is that of the tiles' own numbering", () => {
  assert.deepEqual(mercator([0, 0]), { x: 0.5, y: 0.5 });
  const { x, y } = mercator([-74.0721, 4.711]); // Bogotá: tile 12/1205/1994 of any XYZ server
  assert.deepEqual([Math.floor(x * 4096), Math.floor(y * 4096)], [1205, 1994]);
});

test("the corners of the image lie where the viewer has drawn it", () => {
  const map = mapOf(CORNERS, { width: 600, height: 600 }, { scale: 2, x: -30, y: 40 });
  const places = CORNERS.map((corner) => through(map, mercator(corner)));
  const expected = [
    [-30, 40],
    [1170, 40],
    [1170, 1240],
    [-30, 1240],
  ];
  for (const [index, place] of places.entries()) {
    assert.ok(Math.hypot(place[0] - expected[index][0], place[1] - expected[index][1]) < 0.1);
  }
});

test("the tiles cover the frame, sharp, and are bounded in number", () => {
  const world = { width: 600, height: 600 };
  for (const scale of [0.2, 1, 8]) {
    const map = mapOf(CORNERS, world, { scale, x: 100, y: 0 });
    const tiles = visibleTiles(map, FRAME, 19);
    assert.ok(tiles.length > 0 && tiles.length <= 40);
    const { n, z } = tiles[0];
    assert.ok(z <= 19);
    const across = through(map, { x: 1 / n, y: 0 })[0] - through(map, { x: 0, y: 0 })[0];
    if (z < 19) assert.ok(across > 180 && across < 370); // near 256 CSS pixels
    const points = tiles.flatMap(({ x, y }) => [
      through(map, { x: x / n, y: y / n }),
      through(map, { x: (x + 1) / n, y: (y + 1) / n }),
    ]);
    assert.ok(Math.min(...points.map(([x]) => x)) <= 0);
    assert.ok(Math.max(...points.map(([x]) => x)) >= FRAME.width);
    assert.ok(Math.min(...points.map(([, y]) => y)) <= 0);
    assert.ok(Math.max(...points.map(([, y]) => y)) >= FRAME.height);
  }
});

test("a server that knows few zooms is asked for no more", () => {
  const map = mapOf(CORNERS, { width: 600, height: 600 }, { scale: 4, x: 0, y: 0 });
  assert.equal(visibleTiles(map, FRAME, 12)[0].z, 12);
});
