import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOfLink } from "../../../dashboard_static/js/links.js";
import { factsOf, pagesOf } from "../../../dashboard_static/js/preview/facts.js";
import { faultsOf } from "../../../dashboard_static/js/preview/faults.js";
import { stretch } from "../../../dashboard_static/js/preview/stretch.js";

const ID = "5f0c1c1e-6f3a-5b0e-8a53-2d2f7f1c9a10";
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
  const tags = { Compression: 8, ModelPixelScale: [1.24, 1.24, 0] };
  const facts = factsOf([image(tags, { ProjectedCSTypeGeoKey: 32618 })], 9);
  assert.deepEqual(facts, {
    bytes: 9,
    width: 160,
    height: 120,
    bands: 8,
    pages: 1,
    alike: true,
    dtype: "uint16",
    compression: "DEFLATE",
    crs: "EPSG:32618",
    metres: 1.24,
  });
  assert.deepEqual(faultsOf(facts), []);
});

test("degrees are no metres, and a CRS without a code is told by its name", () => {
  const scaled = { ModelPixelScale: [1e-5] };
  assert.equal(factsOf([image(scaled, { GeographicTypeGeoKey: 4326 })], 0).metres, null);
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
  const keys = (/** @type {any[]} */ list) => faultsOf(factsOf(list, 0)).map(({ key }) => key);
  assert.deepEqual(keys(pages(8, 1)), []);
  assert.deepEqual(keys(pages(4, 2)), ["fault.bands"]);
  assert.deepEqual(keys([...pages(7, 1), image({ samples: 1, bits: 8 })]), ["fault.pages"]);
});

test("a stretch spreads what lies between the percentiles; what is no number is transparent", () => {
  const ramp = Float32Array.from({ length: 101 }, (_, index) => index);
  const pixels = stretch([ramp, ramp, ramp.map((value) => (value === 50 ? Number.NaN : value))]);
  assert.deepEqual([...pixels.slice(4, 8)], [0, 0, 0, 255]);
  assert.deepEqual([...pixels.slice(400, 404)], [255, 255, 255, 255]);
  assert.equal(pixels[4 * 50 + 3], 0);
  assert.equal(pixels[3], 0); // all bands are 0
});

test("links of the page, addresses of the service and ids lead to a prediction, others nowhere", () => {
  const hash = `#/p/${ID}`;
  assert.equal(hashOfLink(` ${ID} `, KNOWN), hash);
  assert.equal(hashOfLink(`https://api.test/v1/predictions/${ID}/masks.tif?t=1`, KNOWN), hash);
  assert.equal(hashOfLink(`https://page.test/x/${hash}?view=ndvi`, KNOWN), `${hash}?view=ndvi`);
  assert.equal(hashOfLink(`https://other.test/predictions/${ID}`, KNOWN), null);
  assert.equal(hashOfLink(`https://page.test/#/p/x`, KNOWN), null);
  assert.equal(hashOfLink("town", KNOWN), null);
});
