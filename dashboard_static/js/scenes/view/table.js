/** The classes of a scene: switches, colours, counts and areas. */

import { formatNumber } from "../../i18n/i18n.js";
import { defaultPalette, legendOf, PALETTES } from "../../scene/palettes.js";
import { byId, element, whenRead } from "../../view/dom.js";
import { colourSwatch, swatchOf } from "../../view/swatch.js";

/**
 * @import {Palette} from "../../scene/palettes.js"
 * @import {Config, FieldEvent, LandCover, Language, Translate} from "../../types.js"
 * @import {ScenesStore} from "../session.js"
 * @import {SceneClass} from "../types.js"
 * @import {Seen} from "./draft.js"
 */

const HEADS = ["scene.class", "scene.objects", "scene.ha", "scene.percent", "scene.score"];

/** @param {Seen} state @returns {Palette} */
export const paletteOf = ({ palette, language }) => palette ?? defaultPalette(language);

/** @param {ScenesStore} store @param {Config} config */
export function createTableView(store, config) {
  const { classes } = config;
  byId("scene-all").onclick = () => store.set({ hidden: new Set() });
  byId("scene-none").onclick = () => hide(store, new Set(classes.map(({ key }) => key)));
  byId("scene-opacity").oninput = (/** @type {FieldEvent} */ { target }) =>
    store.set({ opacity: Number(target.value) });
  byId("scene-palette").onchange = (/** @type {FieldEvent} */ { target }) =>
    store.set({ palette: PALETTES.find((each) => each === target.value) ?? null });
  const rows = new Map(classes.map((cover) => [cover.key, createRow(cover, store)]));

  const parts = [
    whenRead(renderWords),
    whenRead((/** @type {Seen} */ state, t) => {
      const { scene, language } = state;
      if (scene?.classes.length) renderTable(scene.classes, rows, language, t);
    }),
    whenRead((/** @type {Seen} */ state) => {
      const { hidden } = state;
      for (const cover of classes) rows.get(cover.key)?.update(hidden, paletteOf(state));
    }),
    whenRead((/** @type {Seen} */ state) => {
      const { opacity } = state;
      const percent = `${Math.round(100 * opacity)} %`;
      byId("scene-opacity").value = String(opacity);
      byId("scene-opacity").ariaValueText = percent;
      byId("scene-opacity-value").textContent = percent;
    }),
  ];
  return (/** @type {Seen} */ state, /** @type {Translate} */ t) => {
    for (const render of parts) render(state, t);
  };
}

/** @param {Seen} state @param {Translate} t */
function renderWords(state, t) {
  const words = {
    "scene-classes": "scene.classes",
    "scene-all": "scene.all",
    "scene-none": "scene.none",
    "scene-opacity-label": "scene.opacity",
    "scene-palette-label": "scene.colours",
    "scene-percent-note": "scene.percentNote",
  };
  for (const [id, key] of Object.entries(words)) byId(id).textContent = t(key);
  byId("scene-palette").replaceChildren(
    ...PALETTES.map((value) => element("option", { value }, t(`legend.${value}`))),
  );
  byId("scene-palette").value = paletteOf(state);
}

/** @param {LandCover} cover @param {ScenesStore} store */
function createRow(cover, store) {
  const { key } = cover;
  const box = element("input", { type: "checkbox" });
  box.onchange = () => {
    const hidden = new Set(store.get().hidden);
    if (box.checked) hidden.delete(key);
    else hidden.add(key);
    hide(store, hidden);
  };
  const swatch = swatchOf();
  const name = element("span", null);
  const label = element("label", { class: "class-switch" }, box, swatch, name);
  const cells = HEADS.slice(1).map(() => element("td", { class: "figure" }));
  const row = element("tr", { "data-key": key }, element("th", { scope: "row" }, label), ...cells);
  return {
    row,

    /** @param {SceneClass} counted @param {Language} language */
    fill(counted, language) {
      name.textContent = cover.name[language];
      const figures = [
        formatNumber(counted.polygons, language),
        formatNumber(counted.area_ha, language, counted.area_ha < 100 ? 2 : 0),
        formatNumber(counted.area_percent, language, 1),
        counted.mean_score === null ? "–" : formatNumber(counted.mean_score, language, 2),
      ];
      for (const [index, text] of figures.entries()) cells[index].textContent = text;
    },

    /** @param {ReadonlySet<string>} hidden @param {Palette} palette */
    update(hidden, palette) {
      box.checked = !hidden.has(key);
      colourSwatch(swatch, legendOf(cover, palette).colour);
    },
  };
}

/** A hidden class has no selected object. @param {ScenesStore} store @param {ReadonlySet<string>} hidden */
function hide(store, hidden) {
  const { found } = store.get();
  if (found && hidden.has(found.key)) store.set({ found: null, note: "none" });
  store.set({ hidden });
}

/**
 * @param {SceneClass[]} classes
 * @param {Map<string, ReturnType<typeof createRow>>} rows
 * @param {Language} language
 * @param {Translate} t
 */
function renderTable(classes, rows, language, t) {
  const heads = HEADS.map((key, index) =>
    element("th", { scope: "col", class: index ? "figure" : "" }, t(key)),
  );
  const body = [...classes]
    .sort((a, b) => b.area_m2 - a.area_m2)
    .flatMap((counted) => {
      const row = rows.get(counted.key);
      row?.fill(counted, language);
      return row ? [row.row] : [];
    });
  byId("scene-table").replaceChildren(
    element("thead", null, element("tr", null, ...heads)),
    element("tbody", null, ...body),
  );
}
