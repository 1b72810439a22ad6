import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { words as comparison } from "../../../dashboard_static/js/compare/words.js";
import {
  addClassNames,
  formatArea,
  formatBytes,
  formatNumber,
  translateSaid,
  translator,
  WORDS,
} from "../../../dashboard_static/js/i18n/i18n.js";
import { defaultLook, formatHash, parseHash } from "../../../dashboard_static/js/router.js";
import { barAt, barChart, outlineMap } from "../../../dashboard_static/js/scene/figures.js";
import { inLanguage, legendOf } from "../../../dashboard_static/js/scene/palettes.js";
import { sortRows, tsv } from "../../../dashboard_static/js/scene/table.js";
import {
  fit,
  keepInside,
  placeOf,
  scaleBar,
  viewportAt,
  zoom,
} from "../../../dashboard_static/js/scene/viewport.js";
import scenes from "../../../dashboard_static/js/scenes/words/es.js";
import { createStore } from "../../../dashboard_static/js/store.js";
import { checkFile } from "../../../dashboard_static/js/upload/checks.js";
import { crsName, shownName } from "../../../dashboard_static/js/upload/names.js";

const config = JSON.parse(
  readFileSync(new URL("../payloads/config.json", import.meta.url), "utf8"),
);
const page = readFileSync(new URL("../../../dashboard_static/index.html", import.meta.url), "utf8");
const theme = { ink: "#111111", line: "#222222", font: "sans-serif" };

test("both languages have the same words to say", () => {
  const own = Object.keys(WORDS.es).filter((key) => !/^(problem|warning|value)\./.test(key));
  assert.deepEqual(own.sort(), Object.keys(WORDS.en).sort());
  for (const key of Object.keys(WORDS.en)) {
    const blanks = (/** @type {string} */ text) =>
      [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    assert.deepEqual(blanks(WORDS.es[key]), blanks(WORDS.en[key]), key);
  }
});

test("what stands in the document are the English words", () => {
  const found = [...page.matchAll(/data-i18n="([\w.-]+)"[^>]*>([^<]*)</g)];
  assert.ok(found.length > 50);
  for (const [, key, text] of found) assert.equal(text, WORDS.en[key], key);
  for (const [, key] of page.matchAll(/data-i18n-label="([\w.-]+)"/g))
    assert.ok(WORDS.en[key], key);
});

test("words are filled in and follow the number", () => {
  const t = translator("en");
  assert.equal(t("history.objects", { n: 1 }), "1 object");
  assert.equal(t("history.objects", { n: 1200 }), "1,200 objects");
  assert.throws(() => t("no.such.key"), /no words for no.such.key/);
});

test("numbers are written as the language writes them", () => {
  assert.equal(formatNumber(1234.5, "en", 1), "1,234.5");
  assert.equal(formatNumber(1234.5, "es", 1), "1.234,5");
});

test("a known code of the service is translated, an unknown one marked as English", () => {
  const text = "The upper left corner lies outside the CRS.";
  const known = { code: "outside-crs", values: { x: 1234.5, y: -2 }, text };
  const { text: spanish, language } = translateSaid("problem", known, "es");
  assert.equal(language, "es");
  assert.match(spanish, /\(1\.234,50, -2\)/);
  const english = { text, language: "en" };
  assert.deepEqual(translateSaid("problem", known, "en"), english);
  assert.deepEqual(translateSaid("problem", { code: "of-tomorrow", text }, "es"), english);
  assert.deepEqual(translateSaid("problem", { text }, "es"), english);
  assert.deepEqual(translateSaid("problem", { ...known, values: { x: 1 } }, "es"), english);
});

test("values of the service are written as the language writes them", () => {
  const said = {
    code: "content-type",
    text: "",
    values: { content_type: "a", expected: ["b", "c", "red"] },
  };
  assert.equal(
    translateSaid("problem", said, "es").text,
    "El tipo de contenido es a; se espera b, c y roja.",
  );
});

test("a reader of Spanish meets classes by their names, moments as dates, and no words of programs", () => {
  addClassNames(config.classes);
  const said = (/** @type {string} */ code, /** @type {Record<string, unknown>} */ values) =>
    translateSaid("problem", { code, values, text: "" }, "es").text;
  const { text } = translateSaid(
    "warning",
    { code: "thresholds-differ", values: { classes: ["roads", "standing_water"] }, text: "" },
    "es",
  );
  assert.equal(text, "Los resultados tienen umbrales distintos en: vías y lagos y estanques.");
  assert.equal(
    said("token-scope", { name: "ana", scope: "read", limit: "write" }),
    "La clave de acceso (token) ana tiene permiso de lectura; para esto se necesita permiso de escritura.",
  );
  assert.match(
    said("token-expired", { name: "ana", until: "2026-11-28 12:00:00+00:00" }),
    /venció el 28 nov 2026, /,
  );
  assert.match(said("files-differ", { file: 3, what: "data type" }), /\(tipo de datos\)/);
});

// What a reader in Colombia would not write; `su`, never `tu`.
const FOREIGN =
  /(?<!\p{L})(tu|tus|te|ti|elige|escoge|haz|puedes|debes|quieres|inténtalo|fichero|ordenador|pinchar|vosotros|clickee|loguearse|cortina|segmentar|setear|testear)(?!\p{L})/iu;

test("Spanish is that of Colombia: usted, decimal commas, a space before a unit, no words of keys", () => {
  const keys = new Set(config.classes.map((/** @type {{key: string}} */ { key }) => key));
  for (const [name, text] of Object.entries({ ...WORDS.es, ...scenes, ...comparison.es })) {
    if (name.startsWith("value.")) continue;
    assert.doesNotMatch(text, FOREIGN, name);
    assert.doesNotMatch(text, /\d\.\d/, name); // 0,5
    assert.doesNotMatch(text, /[\d}](%|px|m²|km²|ha|m|MB|kB)(?![\w/])/, name);
    assert.doesNotMatch(text, / %/, name); // an ordinary space would let a line end there
    assert.ok(!text.split(/[^\w]+/).some((word) => keys.has(word)), name);
  }
});

test("an address survives the way to a hash and back", () => {
  const address = /** @type {import("../../../dashboard_static/js/router.js").Address} */ ({
    id: "5f0c-1",
    look: {
      view: "ndvi",
      palette: "safe",
      thresholds: { roads: 0.6 },
      hidden: new Set(["trees", "crops"]),
      style: "outline",
      opacity: 0.2,
      unit: "hectares",
      swipe: 0.35,
      place: { scale: 4, x: 80.25, y: 12 },
      selection: { key: "roads", label: 12 },
    },
    language: "es",
  });
  assert.equal(
    formatHash(address),
    "#/p/5f0c-1?view=ndvi&palette=safe&t=roads:0.6&off=trees,crops&style=outline&opacity=20" +
      "&unit=ha&swipe=35&at=4,80.25,12&sel=roads:12&lang=es",
  );
  assert.deepEqual(parseHash(formatHash(address)), address);
  assert.equal(parseHash("#/p/a?t=0.4").look.thresholds, 0.4);
});

test("an address without a look is short", () => {
  for (const language of /** @type {const} */ (["en", "es"])) {
    const look = defaultLook(language);
    assert.equal(formatHash({ id: "a", look, language }), `#/p/a?lang=${language}`);
  }
  assert.deepEqual(parseHash("#/p/a"), { id: "a", look: {}, language: undefined });
  assert.equal(formatHash({ id: "a", look: { swipe: 0, opacity: 0 } }), "#/p/a?opacity=0&swipe=0");
});

test("what an address should not hold is dropped", () => {
  const wrong =
    "#/x?view=a&palette=b&t=2&style=c&opacity=101&unit=d&swipe=-1&at=0.5,1,1&sel=roads:0&lang=fr";
  assert.deepEqual(parseHash(wrong), { id: null, look: {}, language: undefined });
  for (const at of ["", "2", "2,3", "Infinity,1,1", "2,x,1", "2,,1"])
    assert.deepEqual(parseHash(`#/p/a?at=${at}`).look, {}, at);
});

test("a threshold of an address is over 0 and under 1", () => {
  const thresholds = (/** @type {string} */ t) =>
    parseHash(`#/p/a?t=${t}`, ["roads", "trees"]).look.thresholds;
  for (const t of ["0", "1", "-0.1", "1.5", "NaN", "Infinity", "x", "", "roads:0", "trees:1"])
    assert.equal(thresholds(t), undefined, t);
  assert.equal(thresholds("0.0001"), 0.0001);
  assert.deepEqual(thresholds("roads:0.5,trees:1,boats:0.4"), { roads: 0.5 });
});

test("Spanish starts with IDEAM's names and colours, and a chosen palette stays", () => {
  assert.equal(defaultLook("es").palette, "ideam");
  assert.equal(defaultLook("en").palette, "corine");
  assert.equal(inLanguage({ language: "es", palette: "ideam" }, "en").palette, "corine");
  assert.equal(inLanguage({ language: "en", palette: "safe" }, "es").palette, "safe");
  const link = formatHash({ id: "a", look: { palette: "corine" }, language: "es" });
  assert.equal(link, "#/p/a?palette=corine&lang=es");
});

test("a place of the image survives zoom and frame", () => {
  const sizes = {
    world: { width: 300, height: 300 },
    frame: { width: 400, height: 300 },
    image: { width: 150, height: 150 },
  };
  const place = { scale: 4, x: 75, y: 60 };
  const back = placeOf(viewportAt(place, sizes), sizes);
  assert.deepEqual(back, place);
  assert.equal(placeOf(viewportAt(null, sizes), sizes), null);
  assert.equal(viewportAt({ scale: 1e9, x: 1, y: 1 }, sizes).scale, 24); // 48 CSS pixels per pixel
});

test("the colour-blind palette keeps CORINE's code", () => {
  const [buildings] = config.classes;
  assert.deepEqual(legendOf(buildings, "safe"), {
    ...buildings.corine,
    colour: buildings.colour_blind_safe,
  });
  assert.equal(legendOf(buildings, "ideam"), buildings.ideam);
});

test("bars keep their order and colour, and are found by their height", () => {
  const bars = ["Roads", "Trees"].map((label) => ({ label, value: 4, colour: "#CC0000" }));
  const { data, layout } = /** @type {any} */ (barChart(bars, theme));
  assert.deepEqual(data[0].y, ["Roads", "Trees"]);
  assert.deepEqual(data[0].marker.color, ["#CC0000", "#CC0000"]);
  assert.equal(data[0].text, undefined); // the table has the numbers
  const middle = layout.margin.t + (layout.height - 2 * layout.margin.t) / 4;
  assert.equal(barAt(middle), 0);
  assert.equal(barAt(layout.height - middle), 1);
});

test("a chart of nothing still has an axis", () => {
  const { layout } = /** @type {any} */ (
    barChart([{ label: "Roads", value: 0, colour: "#CC0000" }], theme)
  );
  assert.ok(layout.xaxis.range[1] > 0);
});

test("outlines are one trace a class, in pixels, rows downwards", () => {
  const path = { x: [0, 1, null], y: [0, 0, null] };
  const { data, layout } = /** @type {any} */ (
    outlineMap(
      [{ name: "Roads", colour: "#CC0000", path }],
      { width: 4, height: 2 },
      { width: 400, height: 200 },
    )
  );
  assert.equal(data.length, 1);
  assert.deepEqual(layout.yaxis.range, [2, 0]);
});

test("rows sort by a column, and by number where it is the same", () => {
  const rows = /** @type {any[]} */ ([
    { number: 1, objects: 2 },
    { number: 2, objects: 5 },
    { number: 3, objects: 2 },
  ]);
  assert.deepEqual(
    sortRows(rows, { by: "objects", descending: true }, "en").map((row) => row.number),
    [2, 1, 3],
  );
});

test("cells for a spreadsheet are divided by tabs, with the language's decimal mark", () => {
  const row = {
    number: 1,
    key: "roads",
    class: 'Roads, "paved"',
    code: "122",
    colour: "",
    objects: 2,
    squareMetres: 3.5,
    hectares: 0.00035,
    percent: 1,
    score: null,
    tested: null,
  };
  assert.equal(
    tsv([row], "en").split("\r\n")[1],
    '1\troads\tRoads, "paved"\t122\t2\t3.50\t0.000350\t1.0000\t',
  );
});

test("zooming keeps the point under the pointer", () => {
  const sizes = {
    world: { width: 100, height: 100 },
    frame: { width: 100, height: 100 },
    image: { width: 50, height: 50 },
  };
  const next = zoom({ scale: 1, x: 0, y: 0 }, 2, { x: 30, y: 40 }, sizes);
  assert.deepEqual(next, { scale: 2, x: -30, y: -40 });
});

test("an image smaller than its frame is centred, a larger one covers it", () => {
  const sizes = { world: { width: 100, height: 50 }, frame: { width: 100, height: 100 } };
  assert.deepEqual(keepInside({ scale: 1, x: 9, y: 9 }, sizes), { scale: 1, x: 0, y: 25 });
  assert.deepEqual(keepInside({ scale: 4, x: 50, y: -900 }, sizes), { scale: 4, x: 0, y: -100 });
  assert.deepEqual(fit({ width: 200, height: 100 }, sizes.frame), { width: 100, height: 50 });
});

test("a scale bar has a round length that fits", () => {
  assert.deepEqual(scaleBar(0.3, 120), { metres: 20, width: 20 / 0.3, digits: 0 });
  assert.deepEqual(scaleBar(0.004, 120), { metres: 0.2, width: 0.2 / 0.004, digits: 1 });
});

test("a store notifies once for many changes, with the last state", () => {
  const works = /** @type {(() => void)[]} */ ([]);
  const store = createStore({ a: 1, b: 1 }, (work) => works.push(work));
  const seen = /** @type {object[]} */ ([]);
  store.subscribe((state) => seen.push(state));
  store.set({ a: 2 });
  store.set({ b: 3 });
  for (const work of works) work();
  assert.deepEqual(seen, [{ a: 2, b: 3 }]);
});

test("TIFFs of either byte order pass, other files are named", async () => {
  await checkFile(new Blob([Uint8Array.of(0x49, 0x49, 0x2a, 0)]), "a.tif", config.limits);
  await checkFile(new Blob([Uint8Array.of(0x4d, 0x4d, 0, 0x2b)]), "b.tif", config.limits);
  await assert.rejects(checkFile(new Blob(["PNG!"]), "c.png", config.limits), {
    key: "error.notTiff",
    values: { name: "c.png" },
  });
  await assert.rejects(checkFile(new Blob([]), "d.tif", config.limits), { key: "error.empty" });
  const folder = /** @type {any} */ ({
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotFoundError")) }),
  });
  await assert.rejects(checkFile(folder, "e", config.limits), { key: "error.unreadable" });
});

test("bytes are written in a unit that shows their number", () => {
  const spaced = (/** @type {number} */ bytes) => formatBytes(bytes, "es").replace("\u00a0", " ");
  assert.deepEqual([512, 28_400, 77_000, 1_250_000, 1_073_741_824].map(spaced), [
    "512 B",
    "28 kB",
    "77 kB",
    "1,3 MB",
    "1,07 GB",
  ]);
});

test("an area is written in a unit that shows its number", () => {
  const spaced = (/** @type {number} */ area) => formatArea(area, "es").replace("\u00a0", " ");
  assert.deepEqual([0.4, 640, 1_000, 39_400, 130_000, 2_340_000].map(spaced), [
    "0 m²",
    "640 m²",
    "0,10 ha",
    "3,94 ha",
    "13,0 ha",
    "234 ha",
  ]);
});

test("a sample's name is told in the reader's language, a file's as it is", () => {
  assert.equal(shownName("sample:river", translator("es")), "Río");
  assert.equal(shownName("sample.tif", translator("es")), "sample.tif");
});

test("a CRS is shown by its code, or by the first name in its WKT", () => {
  assert.equal(crsName("EPSG:32618"), "EPSG:32618");
  assert.equal(crsName('PROJCRS["NTF / ""Paris""",BASEGEOGCRS["NTF"]]'), 'NTF / ""Paris""');
  assert.equal(
    crsName('BOUNDCRS[SOURCECRS[PROJCRS["unknown",BASEGEOGCRS["unknown",DATUM["Bessel 1841"]]]]]'),
    "Bessel 1841",
  );
});
