import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isSource, parseHash } from "../../../dashboard_static/js/router.js";
import { duration, estimate } from "../../../dashboard_static/js/scenes/estimate.js";
import { placing } from "../../../dashboard_static/js/scenes/ground.js";
import { covers } from "../../../dashboard_static/js/scenes/map/objects.js";
import { coloursOf, orderOf } from "../../../dashboard_static/js/scenes/map/paint.js";
import {
  boxOf,
  createCache,
  levelFor,
  nameOf,
  tilesIn,
} from "../../../dashboard_static/js/scenes/map/tiles.js";
import { createSceneApi } from "../../../dashboard_static/js/scenes/service.js";
import { createSession } from "../../../dashboard_static/js/scenes/session.js";
import {
  patiently,
  sendParts,
  sumParts,
} from "../../../dashboard_static/js/scenes/upload/parts.js";
import en from "../../../dashboard_static/js/scenes/words/en.js";
import es from "../../../dashboard_static/js/scenes/words/es.js";
import { ApiError } from "../../../dashboard_static/js/service/transport.js";
import { createStore } from "../../../dashboard_static/js/store.js";
import { areBands } from "../../../dashboard_static/js/upload/faults.js";
import { inOrder } from "../../../dashboard_static/js/upload/names.js";

const config = JSON.parse(
  readFileSync(new URL("../payloads/config.json", import.meta.url), "utf8"),
);
const NEVER = new AbortController().signal;
const PART = 4;

// By PROJ: EPSG code, x, y, longitude, latitude.
const UTM = /** @type {const} */ ([
  [32618, 603000, 515000, -74.0713577116961, 4.658650201300752],
  [32718, 166021.44, 9999000, -78.00000006472878, -0.00903483104445329],
  [32633, 700123.5, 5500321.25, 17.770929319763795, 49.62226244698713],
  [32760, 300000, 4000000, 173.94040631664447, -54.10920644763894],
]);

/** @param {number} size */
const fileOf = (size) => new Blob([Uint8Array.from({ length: size }, (_, index) => index)]);

/** @param {number[]} numbers of the parts that are missing @param {number} size */
function scene(numbers, size) {
  const parts = numbers.map((number) => ({
    number,
    start: (number - 1) * PART,
    size: Math.min(PART, size - (number - 1) * PART),
    url: `part ${number}`,
    headers: {},
  }));
  const upload = parts.length ? { part_bytes: PART, missing: parts.length, parts } : null;
  return /** @type {any} */ ({ id: "a", state: "uploading", upload });
}

/**
 * A service that keeps parts; `fail` may throw for a part.
 *
 * @param {number} size
 * @param {(number: number, tried: number) => void} [fail]
 */
function service(size, fail = () => {}) {
  /** @type {Map<number, number[]>} */
  const kept = new Map();
  /** @type {Map<number, number>} */
  const tried = new Map();
  const waits = /** @type {number[]} */ ([]);
  let orders = 0;
  const all = Array.from({ length: Math.ceil(size / PART) }, (_, index) => index + 1);
  const way = {
    order: async () => {
      orders += 1;
      return scene(
        all.filter((number) => !kept.has(number)),
        size,
      );
    },
    /** @param {any} part @param {Blob} body @param {(share: number) => void} onProgress */
    put: async ({ number }, body, onProgress) => {
      tried.set(number, (tried.get(number) ?? 0) + 1);
      onProgress(0.5);
      fail(number, tried.get(number) ?? 0);
      kept.set(number, [...new Uint8Array(await body.arrayBuffer())]);
    },
    wait: async (/** @type {number} */ milliseconds) => void waits.push(milliseconds),
  };
  const bytes = () => all.flatMap((number) => kept.get(number) ?? []);
  return { way, kept, tried, waits, bytes, orders: () => orders };
}

test("a part's sum is its SHA-256, and known ones are not made again", async () => {
  const file = fileOf(10);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const expected = [bytes.slice(0, 4), bytes.slice(4, 8), bytes.slice(8)].map((part) =>
    createHash("sha256").update(part).digest("hex"),
  );
  const seen = /** @type {number[]} */ ([]);
  const sums = await sumParts(file, PART, [], (done) => seen.push(done.length), NEVER);
  assert.deepEqual(sums, expected);
  assert.deepEqual(seen, [1, 2, 3]);
  const resumed = await sumParts(file, PART, ["known", expected[1]], () => {}, NEVER);
  assert.deepEqual(resumed, ["known", ...expected.slice(1)]);
});

test("all parts arrive, each once, and progress ends at the file's length", async () => {
  const { way, bytes, tried, orders } = service(18);
  const seen = /** @type {number[]} */ ([]);
  const last = await sendParts([fileOf(18)], way, (sent) => seen.push(sent), NEVER);
  assert.equal(last.upload, null);
  assert.deepEqual(bytes(), [...Array(18).keys()]);
  assert.deepEqual([...tried.values()], [1, 1, 1, 1, 1]);
  assert.deepEqual([seen[0], seen.at(-1), orders()], [0, 18, 2]);
});

test("what is there already is not sent again", async () => {
  const { way, kept, tried } = service(12);
  kept.set(1, [0, 1, 2, 3]).set(3, [8, 9, 10, 11]);
  const seen = /** @type {number[]} */ ([]);
  await sendParts([fileOf(12)], way, (sent) => seen.push(sent), NEVER);
  assert.deepEqual([...tried.keys()], [2]);
  assert.equal(seen[0], 8);
});

test("progress counts a short last part by its own length", async () => {
  const { way, kept } = service(9);
  kept.set(1, [0, 1, 2, 3]);
  const seen = /** @type {number[]} */ ([]);
  await sendParts([fileOf(9)], way, (sent) => seen.push(sent), NEVER);
  assert.deepEqual([seen[0], seen.at(-1)], [4, 9]);
});

test("parts of several files are taken each from its own", async () => {
  const files = [fileOf(6), fileOf(3)];
  const parts = [
    { file: 1, number: 1, start: 0, size: 4, url: "", headers: {} },
    { file: 1, number: 2, start: 4, size: 2, url: "", headers: {} },
    { file: 2, number: 1, start: 0, size: 3, url: "", headers: {} },
  ];
  const kept = new Map();
  const way = {
    order: async () => {
      const missing = parts.filter(({ file, number }) => !kept.has(`${file} ${number}`));
      const upload = missing.length
        ? { part_bytes: PART, missing: missing.length, parts: missing }
        : null;
      return /** @type {any} */ ({ upload });
    },
    put: async (/** @type {any} */ { file, number }, /** @type {Blob} */ body) =>
      kept.set(`${file} ${number}`, [...new Uint8Array(await body.arrayBuffer())]),
  };
  const seen = /** @type {number[]} */ ([]);
  await sendParts(files, way, (bytes) => seen.push(bytes), NEVER);
  assert.deepEqual(Object.fromEntries(kept), {
    "1 1": [0, 1, 2, 3],
    "1 2": [4, 5],
    "2 1": [0, 1, 2],
  });
  assert.equal(seen.at(-1), 9);
});

test("eight files are a scene where they have one band each on one grid", () => {
  const facts = /** @type {any} */ ({
    width: 100,
    height: 80,
    bands: 1,
    pages: 1,
    dtype: "uint16",
    crs: "EPSG:32618",
    affine: [1, 0, 5, 0, -1, 9],
  });
  const with_ = (/** @type {object} */ other) => areBands([facts, { ...facts, ...other }]);
  assert.equal(with_({ bytes: 5 }), true);
  for (const other of [
    { bands: 8 },
    { pages: 8 },
    { width: 101 },
    { dtype: "uint8" },
    { affine: [1, 0, 6, 0, -1, 9] },
    { crs: "EPSG:32617" },
  ])
    assert.equal(with_(other), false);
  assert.equal(areBands([{ ...facts, crs: null }]), false);
  const names = inOrder(["b_10.tif", "b_2.tif", "b_1.tif"].map((name) => new File([], name)));
  assert.deepEqual(
    names.map(({ name }) => name),
    ["b_1.tif", "b_2.tif", "b_10.tif"],
  );
});

test("a line that breaks and an address that expires are waited out, and asked for again", async () => {
  const failures = [
    new ApiError("offline"),
    new ApiError("refused", { status: 403 }),
    new ApiError("refused", { status: 503 }),
  ];
  const { way, bytes, waits } = service(8, (number, tried) => {
    if (number === 2 && failures[tried - 1]) throw failures[tried - 1];
  });
  await sendParts([fileOf(8)], way, () => {}, NEVER);
  assert.deepEqual(bytes(), [...Array(8).keys()]);
  assert.deepEqual(waits, [1000, 2000, 4000]);
});

test("a refusal for good and a line that stays broken end the upload", async () => {
  for (const [error, rounds] of /** @type {const} */ ([
    [new ApiError("refused", { status: 400 }), 1],
    [new ApiError("offline"), 7],
    [new TypeError("a fault of ours"), 1],
  ])) {
    const { way, orders } = service(4, () => {
      throw error;
    });
    await assert.rejects(
      sendParts([fileOf(4)], way, () => {}, NEVER),
      error,
    );
    assert.equal(orders(), rounds);
  }
});

test("an object that S3 makes slowly is waited for, a refusal and a pause are not", async () => {
  const busy = new ApiError("refused", { status: 503 });
  const refused = new ApiError("refused", { status: 409 });
  const waits = /** @type {number[]} */ ([]);
  const wait = async (/** @type {number} */ milliseconds) => void waits.push(milliseconds);
  const answering = (/** @type {any[]} */ answers) => async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const late = [new ApiError("timeout"), busy, "started"];
  assert.equal(await patiently(answering(late), NEVER, wait), "started");
  assert.deepEqual(waits, [1000, 2000]);
  await assert.rejects(patiently(answering([refused]), NEVER, wait), refused);
  await assert.rejects(patiently(answering(Array(7).fill(busy)), NEVER, wait), busy);
  const stopped = new AbortController();
  const pausing = async () => stopped.abort(new Error("paused"));
  await assert.rejects(patiently(answering([busy, "started"]), stopped.signal, pausing), /paused/);
});

test("a pause ends all parts that are under way and keeps those that arrived", async () => {
  const stopped = new AbortController();
  const { way, kept } = service(20, (number) => {
    if (number === 4) {
      stopped.abort(new Error("paused"));
      throw new ApiError("offline");
    }
  });
  await assert.rejects(
    sendParts([fileOf(20)], way, () => {}, stopped.signal),
    /paused/,
  );
  assert.ok(kept.has(1) && !kept.has(4));
  const again = service(20);
  for (const [number, bytes] of kept) again.kept.set(number, bytes);
  await sendParts([fileOf(20)], again.way, () => {}, NEVER);
  assert.deepEqual(again.bytes(), [...Array(20).keys()]);
});

test("pixels lie where PROJ puts them, to a centimetre, and places lead back to pixels", () => {
  for (const [epsg, x, y, lon, lat] of UTM) {
    const placed = placing(epsg, [1.24, 0, x, 0, -1.24, y]);
    const found = placed?.toLonLat(0, 0) ?? { lon: 0, lat: 0 };
    assert.ok(Math.abs(found.lon - lon) < 1e-7 && Math.abs(found.lat - lat) < 1e-7, `${epsg}`);
    const [column, row] = placed?.toPixel(placed.toLonLat(80_000.25, 7000.75)) ?? [0, 0];
    assert.ok(Math.abs(column - 80_000.25) < 1e-3 && Math.abs(row - 7000.75) < 1e-3, `${epsg}`);
  }
  const degrees = placing(4326, [1e-5, 0, -74, 0, -1e-5, 4.6]);
  assert.deepEqual(degrees?.toLonLat(100, 100), { lon: -74 + 1e-3, lat: 4.6 - 1e-3 });
  for (const epsg of [3857, 32600, 32661]) assert.equal(placing(epsg, [1, 0, 0, 0, -1, 0]), null);
  assert.equal(placing(32618, null), null);
});

test("an estimate is the service's: by pixels at the model's size, and by blocks", () => {
  const { scene: rates } = config;
  const { km2, cpuSeconds, usd } = estimate({ width: 5000, height: 4000, metres: 1.24 }, rates);
  assert.ok(Math.abs(km2 - 30.752) < 1e-9);
  assert.ok(Math.abs(cpuSeconds - 20 * rates.cpu_s_per_mpx) < 1e-9);
  assert.ok(Math.abs(usd - (20 * rates.usd_per_mpx + 2 * rates.usd_per_block)) < 1e-12);
  const fine = estimate({ width: 5000, height: 4000, metres: 0.62 }, rates);
  assert.ok(Math.abs(fine.cpuSeconds - 5 * rates.cpu_s_per_mpx) < 1e-9);
  assert.deepEqual(
    [duration(3), duration(89), duration(120), duration(5400)],
    [
      { code: "seconds", n: 3 },
      { code: "seconds", n: 89 },
      { code: "minutes", n: 2 },
      { code: "hours", n: 2 },
    ],
  );
});

test("a view needs the tiles that it shows, in the level of its sharpness, from its middle on", () => {
  const pyramid = { width: 5000, height: 3000, levels: 5, tile: 512 };
  assert.deepEqual(
    [2, 1, 0.5, 0.3, 0.01].map((side) => levelFor(side, 5)),
    [0, 0, 1, 1, 4],
  );
  const all = tilesIn({ x: -100, y: -100, width: 6000, height: 4000 }, 2, pyramid);
  assert.equal(all.length, 3 * 2);
  const few = tilesIn({ x: 600, y: 600, width: 800, height: 100 }, 0, pyramid);
  assert.deepEqual(few.map(nameOf).sort(), ["0/1/1", "0/1/2"]);
  const [first] = tilesIn({ x: 0, y: 0, width: 2560, height: 512 }, 0, pyramid);
  assert.equal(nameOf(first), "0/0/2");
  assert.deepEqual(boxOf({ level: 1, row: 2, column: 4 }, pyramid), {
    x: 4096,
    y: 2048,
    width: 904,
    height: 952,
  });
  assert.deepEqual(tilesIn({ x: 9000, y: 0, width: 10, height: 10 }, 0, pyramid), []);
});

test("a cache holds no more than it may, and lets the oldest go", () => {
  const cache = createCache(2);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.get("a");
  cache.set("c", 3);
  assert.deepEqual(cache.names(), ["a", "c"]);
  assert.equal(cache.get("b"), undefined);
});

test("a hidden class is not painted, and uncovers those below it", () => {
  const [first, second] = config.classes;
  const colours = coloursOf(config.classes, "corine", new Set([second.key]));
  const bytes = new Uint8Array(colours.buffer);
  const rgba = [...bytes.slice(4 * first.number, 4 * first.number + 4)];
  const hex = rgba
    .slice(0, 3)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  assert.deepEqual([`#${hex}`, rgba[3]], [first.corine.colour.toLowerCase(), 255]);
  assert.deepEqual([colours[0], colours[second.number]], [0, 0]);
  assert.equal(orderOf(config.classes, config.paint_order, new Set()), null);
  const order = orderOf(config.classes, config.paint_order, new Set(["crops"])) ?? [];
  assert.equal(order.length, 9);
  assert.equal(
    order.at(-1),
    config.classes.find((/** @type {any} */ { key }) => key === "small_vehicles").number,
  );
});

test("a polygon's hole is outside of it", () => {
  const ring = (/** @type {number} */ low, /** @type {number} */ high) => [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
    [low, low],
  ];
  const rings = [ring(0, 10), ring(4, 6)];
  const inside = (/** @type {number} */ at) => covers(rings, { lon: at, lat: at });
  assert.deepEqual([-1, 1, 5, 7, 11].map(inside), [false, true, false, true, false]);
});

test("a scene is ordered by its sums, and a part carries its checksum", async () => {
  const calls = /** @type {any[]} */ ([]);
  const fetch = /** @type {any} */ (
    async (/** @type {string} */ url, /** @type {any} */ options) => {
      calls.push([options.method, url, options.body]);
      return new Response(JSON.stringify({ id: "a" }));
    }
  );
  const api = createSceneApi("https://api.test/v1/", { fetch });
  await api.order({ name: "a.tif", size: 5, parts: ["ab"] }, true);
  await api.complete("a");
  await api.remove("a");
  assert.deepEqual(calls, [
    ["POST", "https://api.test/v1/scenes?scores=true", '{"name":"a.tif","size":5,"parts":["ab"]}'],
    ["POST", "https://api.test/v1/scenes/a/complete", undefined],
    ["DELETE", "https://api.test/v1/scenes/a", undefined],
  ]);
});

test("the list of scenes grows by pages, and is read again as long as it is shown", async () => {
  const asked = /** @type {any[]} */ ([]);
  const api = /** @type {any} */ ({
    scenes: async (/** @type {number} */ limit, /** @type {string} */ cursor) => {
      asked.push([limit, cursor]);
      return { items: Array.from({ length: limit }, (_, id) => ({ id })), next: "next" };
    },
  });
  const store = createStore(/** @type {any} */ ({ list: { items: [], next: null } }), () => {});
  const page = /** @type {any} */ ({ get: () => ({ config: { scene: { part_bytes: 1 } } }) });
  const session = createSession(store, page, api);
  await session.listScenes();
  await session.listMore();
  assert.equal(store.get().list.items.length, 24);
  await session.listScenes();
  assert.deepEqual(asked, [
    [12, undefined],
    [12, "next"],
    [24, undefined],
  ]);
});

test("the address of a scene names it, and nothing else", () => {
  assert.deepEqual([parseHash("#/s/ab-1").scene, parseHash("#/s/ab-1").id], ["ab-1", null]);
  assert.deepEqual([parseHash("#/s/").scene, parseHash("#/p/ab-1").scene], [undefined, undefined]);
});

test("both languages have the same words of scenes, with the same blanks", () => {
  assert.deepEqual(Object.keys(en), Object.keys(es));
  const blanks = (/** @type {string} */ text) =>
    [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
  for (const [key, text] of Object.entries(en))
    assert.deepEqual(blanks(text), blanks(/** @type {Record<string, string>} */ (es)[key]), key);
});

test("an address of a TIFF, a STAC Item or an object of S3 may be a scene; a page is none", () => {
  for (const text of [
    " s3://bucket/a/b.tif ",
    "https://host.test/scene.TIF?sig=a%2Fb",
    "https://host.test/collections/c/items/i-1",
    "https://host.test/item.json",
  ])
    assert.equal(isSource(text), true, text);
  for (const text of [
    "s3://bucket",
    "s3:///a.tif",
    "http://host.test/a.tif",
    "https://host.test/",
    "ab",
  ])
    assert.equal(isSource(text), false, text);
});
