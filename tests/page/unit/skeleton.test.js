import assert from "node:assert/strict";
import { test } from "node:test";
import { segment } from "../../../dashboard_static/js/scene/layers.js";
import { skeletonLength, thin } from "../../../dashboard_static/js/scene/skeleton.js";

const SIDE = 256;

/** A line of round ends. @param {[number, number][]} points close to each other @param {number} wide pixels */
function drawn(points, wide) {
  const plane = new Uint8Array(SIDE * SIDE);
  const reach = Math.ceil(wide / 2);
  for (const [x, y] of points)
    for (let row = Math.floor(y) - reach; row <= y + reach; row++)
      for (let column = Math.floor(x) - reach; column <= x + reach; column++)
        if (Math.hypot(column - x, row - y) <= wide / 2) plane[row * SIDE + column] = 200;
  return plane;
}

/** @param {Uint8Array} plane @param {[number, number]} [side] */
const length = (plane, side = [1, 1]) => skeletonLength(segment(plane, SIDE, 0.5, 1), SIDE, side);

/** @param {(t: number) => [number, number]} at */
function curve(at) {
  const points = Array.from({ length: 2001 }, (_, step) => at(step / 2000));
  const metres = points
    .slice(1)
    .reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i][0], y - points[i][1]), 0);
  return { points, metres };
}

test("a line is as long as it was drawn, in any direction and of any width", () => {
  for (const degrees of [0, 10, 22.5, 30, 45, 60, 90, 120]) {
    for (const wide of [2, 5, 11]) {
      const turn = (degrees * Math.PI) / 180;
      const { points, metres } = curve((t) => [
        128 + 200 * (t - 0.5) * Math.cos(turn),
        128 + 200 * (t - 0.5) * Math.sin(turn),
      ]);
      const off = length(drawn(points, wide)) / metres - 1;
      assert.ok(Math.abs(off) < 0.025, `${degrees} degrees, ${wide} px: ${off}`);
    }
  }
});

test("a winding river is as long as its middle", () => {
  const { points, metres } = curve((t) => [20 + 215 * t, 128 + 60 * Math.sin(8 * t)]);
  assert.ok(Math.abs(length(drawn(points, 7)) / metres - 1) < 0.01);
});

test("steps along rows and columns have lengths of their own", () => {
  const { points } = curve((t) => [30 + 180 * t, 128]);
  const across = length(drawn(points, 3), [2, 0.5]);
  assert.ok(Math.abs(across / 360 - 1) < 0.025);
  const turned = length(
    drawn(
      points.map(([x, y]) => [y, x]),
      3,
    ),
    [2, 0.5],
  );
  assert.ok(Math.abs(turned / 90 - 1) < 0.025);
});

test("roads that meet stay one, and a ring stays a ring", () => {
  const grid = (/** @type {string[]} */ ...rows) => {
    const stride = rows[0].length;
    const cells = Uint8Array.from(rows.join(""), (sign) => Number(sign === "#"));
    thin({ cells, stride });
    const picture = Array.from(cells, (cell) => (cell ? "#" : ".")).join("");
    return picture.match(new RegExp(`.{${stride}}`, "g"));
  };
  assert.deepEqual(grid("......", ".####.", "......"), ["......", ".####.", "......"]);
  assert.deepEqual(
    grid(".......", ".#####.", ".#####.", ".##.##.", ".#####.", ".#####.", "......."),
    [".......", ".......", "...#...", "..#.#..", "...#...", ".......", "......."],
  );
  assert.equal(grid("....", ".##.", ".##.", "....")?.join("").match(/#/g)?.length, 1);
});
