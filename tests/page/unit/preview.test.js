import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hashOfLink } from "../../../dashboard_static/js/router.js";
import { factsOf, pagesOf } from "../../../dashboard_static/js/upload/facts.js";
import { faultsOf } from "../../../dashboard_static/js/upload/faults.js";
import { stretch } from "../../../dashboard_static/js/upload/stretch.js";

const ID = "5f0c1c1e-6f3a-5b0e-8a53-2d2f7f1c9a10";
const { limits } = JSON.parse(
  readFileSync(new URL("../payloads/config.json", import.meta.url), "utf8"),
);
const KNOWN = ["https://api.test/v1", "https://page.test/tesela/#/"];

/** @param {Record<string, any>} [tags] @param {Record<string, any>} [keys] @returns {any} as geotiff.js gives it */
const image = (tags = {}, keys = {}) => ({
  getWidth: () => 160,
  getHeight: () => 120,
  getSamplesPerPixel: () => tags.samples ?? 8,
  getSampleFormat: () => tags.format ?? 1,
  getBitsPerSample: () => tags.bits ?? 16,
  getGeoKeys: () => keys,
  fileDirectory: { getValue: (/** @type {string} */ name) => tags[name] },
});

test("a header's facts are told in the words of numpy and GDAL", () => {
  const tags = {
    Compression: 8,
    ModelPixelScale: [1.24, 1.24, 0],
    ModelTiepoint: [0, 0, 0, 603000, 515000, 0],
  };
  const facts = factsOf([image(tags, { ProjectedCSTypeGeoKey: 32618 })], 9);
  assert.deepEqual(facts, {
    bytes: 9,
    width: 160,
    height: 120,
    bands: 8,
    pages: 1,
    alike: true,
    dtype: "uint16",
    bits: 16,
    compression: "DEFLATE",
    crs: "EPSG:32618",
    metres: 1.24,
    epsg: 32618,
    affine: [1.24, 0, 603000, 0, -1.24, 515000],
  });
  assert.deepEqual(faultsOf(facts, limits), []);
});

test("counts of 11 and 12 bits are 16-bit ones, packed; other odd types are refused", () => {
  const fault = (/** @type {number} */ bits, format = 1) =>
    faultsOf(factsOf([image({ bits, format })], 0), limits).map(({ values }) => values.dtype);
  assert.deepEqual(
    [9, 11, 12, 15, 16, 8].flatMap((bits) => fault(bits)),
    [],
  );
  assert.deepEqual(fault(16, 4), []); // undefined is read as unsigned
  assert.deepEqual(
    [4, 17, 32].flatMap((bits) => fault(bits)),
    ["uint4", "uint17", "uint32"],
  );
  assert.deepEqual(
    [fault(64, 6), fault(12, 2), fault(16, 9)],
    [["complex64"], ["int12"], ["unknown 16"]],
  );
  assert.equal(factsOf([image({ bits: 11 })], 0).bits, 11);
});

test("a file over the limit of bytes is refused with both numbers", () => {
  const [{ key, values }] = faultsOf(factsOf([image()], limits.max_bytes + 1), limits);
  assert.equal(key, "fault.bytes");
  assert.deepEqual(values, { bytes: limits.max_bytes + 1, limit: limits.max_bytes });
  assert.deepEqual(faultsOf(factsOf([image()], limits.max_bytes), limits), []);
});

// The right values are pyproj's: the root of the geodesic area of a pixel in the middle.
const GROUND = /** @type {[string, number, object, number, number][]} */ ([
  ["UTM", 1.24, { ProjectedCSTypeGeoKey: 32618 }, 515000, 1.2403],
  [
    "US survey feet",
    4,
    { ProjectedCSTypeGeoKey: 2263, ProjLinearUnitsGeoKey: 9003 },
    200000,
    1.2192,
  ],
  [
    "international feet",
    4,
    { ProjectedCSTypeGeoKey: 2223, ProjLinearUnitsGeoKey: 9002 },
    1e6,
    1.2193,
  ],
  [
    "Web Mercator in Bogotá",
    1.24,
    { ProjectedCSTypeGeoKey: 3857, ProjLinearUnitsGeoKey: 9001 },
    518000,
    1.23183,
  ],
  ["Web Mercator at 60 degrees", 2.48, { ProjectedCSTypeGeoKey: 3857 }, 8399737, 1.24208],
  ["World Mercator at 60 degrees", 2.48, { ProjectedCSTypeGeoKey: 3395 }, 8362698, 1.24312],
  ["degrees in Bogotá", 1.1e-5, { GeographicTypeGeoKey: 4326 }, 4.65, 1.21845],
  ["degrees in Moscow", 5e-6, { GeographicTypeGeoKey: 4326 }, 55.75, 0.418073],
]);

for (const [name, side, keys, y, metres] of GROUND) {
  test(`a pixel's side on the ground is known in ${name}`, () => {
    const middle = [80, 60, 0, 0, y, 0];
    const scaled = { ModelPixelScale: [side, side, 0], ModelTiepoint: middle };
    const found = factsOf([image(scaled, keys)], 0).metres ?? 0;
    assert.ok(Math.abs(found / metres - 1) < 5e-4, `${found}`);
    const turned = { ModelTransformation: [0, -side, 0, 0, -side, 0, 0, y + 80 * side] };
    const rotated = factsOf([image(turned, keys)], 0).metres ?? 0;
    assert.ok(Math.abs(rotated / metres - 1) < 5e-4, `${rotated}`);
  });
}

test("a pixel's side is not guessed from an unknown unit, and a CRS without a code has its name", () => {
  const scaled = { ModelPixelScale: [1, 1, 0], ModelTiepoint: [0, 0, 0, 0, 0, 0] };
  const side = (/** @type {object} */ keys) => factsOf([image(scaled, keys)], 0).metres;
  assert.equal(side({ ProjectedCSTypeGeoKey: 2263 }), null);
  assert.equal(side({ GTModelTypeGeoKey: 1, ProjLinearUnitsGeoKey: 9099 }), null);
  assert.equal(side({}), null);
  const named = { ProjectedCSTypeGeoKey: 32767, GTCitationGeoKey: "Local grid|" };
  assert.equal(factsOf([image({}, named)], 0).crs, "Local grid");
});

test("overviews and masks are no pages", () => {
  const images = [undefined, 0, 1, 4, 5].map((NewSubfileType) => image({ NewSubfileType }));
  assert.equal(pagesOf(images).length, 2);
});

test("eight pages of one band suit, four of two do not, nor pages of two types", () => {
  const pages = (/** @type {number} */ count, /** @type {number} */ samples) =>
    Array.from({ length: count }, () => image({ samples }));
  const keys = (/** @type {any[]} */ list) =>
    faultsOf(factsOf(list, 0), limits).map(({ key }) => key);
  assert.deepEqual(keys(pages(8, 1)), []);
  assert.deepEqual(keys(pages(4, 2)), ["fault.bands"]);
  assert.deepEqual(keys([...pages(7, 1), image({ samples: 1, bits: 8 })]), ["fault.pages"]);
});

test("a stretch spreads what lies between the percentiles; what is no ground is transparent", () => {
  const ramp = Float32Array.from({ length: 101 }, (_, index) => index + 1);
  const holed = ramp.map((value) => (value === 51 ? Number.NaN : value));
  const pixels = stretch([ramp, ramp.map((value) => value + 1), holed], 101);
  assert.deepEqual([...pixels.slice(4, 8)], [0, 0, 0, 255]);
  assert.deepEqual([...pixels.slice(396, 400)], [255, 255, 255, 255]);
  assert.equal(pixels[4 * 50 + 3], 0);
});

/** Three bands of noise from 200 to 800, half of them what `fill` says. @param {(index: number) => number | null} fill @param {number} width */
function scene(fill, width, height = width) {
  let seed = 1;
  return [0, 100, 200].map((more) =>
    Float64Array.from({ length: width * height }, (_, index) => {
      seed = (seed * 16807) % 2147483647;
      return fill(index) ?? 200 + more + (seed % 601);
    }),
  );
}

for (const [name, value, fill] of /** @type {[string, number, object][]} */ ([
  ["declared", -9999, { nodata: -9999 }],
  ["declared as 0", 0, { nodata: 0 }],
  ["zeros of a scene cut along its orbit", 0, { zeros: true }],
  ["the lowest float", -3.4e38, {}],
  ["not declared, 65535", 65535, {}],
  ["not declared, -9999", -9999, {}],
])) {
  test(`fill takes no part in the stretch: ${name}`, () => {
    const bare = scene(() => null, 160);
    const half = scene((index) => (index % 160 < 80 ? value : null), 160);
    const pixels = stretch(half, 160, fill);
    const right = stretch(bare, 160);
    let off = 0;
    for (let index = 0; index < half[0].length; index++) {
      if (index % 160 >= 80) off = Math.max(off, Math.abs(pixels[4 * index] - right[4 * index]));
      else if (Object.keys(fill).length) assert.equal(pixels[4 * index + 3], 0);
    }
    assert.ok(off < 8, `${off} grey levels`);
  });
}

test("a mask's zeros are no ground, and a single 0 of a lake is", () => {
  const [red, green, blue] = scene(() => null, 32);
  red[5] = 0;
  const mask = Uint8Array.from(red, (_, index) => (index < 3 ? 0 : 255));
  const pixels = stretch([red, green, blue], 32, { nodata: 0, mask });
  assert.deepEqual(
    [2, 3, 5].map((index) => pixels[4 * index + 3]),
    [0, 255, 255],
  );
});

for (const width of [512, 1000, 1024, 2048]) {
  test(`columns take part alike in a stretch ${width} px wide`, () => {
    // Every 16th column is bright, as rows of a greenhouse are; the right range is that of all pixels.
    const bands = scene(() => null, width, 512).map((band, channel) =>
      band.map((value, index) => (index % 16 === 3 ? 3000 + channel : value)),
    );
    const pixels = stretch(bands, width);
    bands.forEach((band, channel) => {
      const sorted = Float64Array.from(band).sort();
      const [low, high] = [0.02, 0.98].map((share) => sorted[Math.round(share * sorted.length)]);
      for (const index of [7, 5 * width + 11]) {
        const right = Math.min(Math.max((255 * (band[index] - low)) / (high - low), 0), 255);
        assert.ok(Math.abs(pixels[4 * index + channel] - right) < 4);
      }
    });
  });
}

test("links of the page, addresses of the service and ids lead to a prediction, others nowhere", () => {
  const hash = `#/p/${ID}`;
  assert.equal(hashOfLink(` ${ID} `, KNOWN), hash);
  assert.equal(hashOfLink(`https://api.test/v1/predictions/${ID}/masks.tif?t=1`, KNOWN), hash);
  assert.equal(hashOfLink(`https://page.test/x/${hash}?view=ndvi`, KNOWN), `${hash}?view=ndvi`);
  assert.equal(hashOfLink(`https://other.test/predictions/${ID}`, KNOWN), null);
  assert.equal(hashOfLink(`https://page.test/#/p/x`, KNOWN), null);
  assert.equal(hashOfLink("town", KNOWN), null);
});
