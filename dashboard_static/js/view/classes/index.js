/** The classes: one table that is legend, switches and numbers, beside the image. */

import { formatNumber } from "../../i18n/i18n.js";
import { unionOf } from "../../scene/answer.js";
import { rowsOf, sortRows, tsv } from "../../scene/table.js";
import { byId, whenAtRest, whenRead } from "../dom.js";
import { createControls } from "./controls.js";
import { createRow } from "./row.js";
import { UNITS } from "./units.js";

/**
 * @import {Actions} from "../../actions/index.js"
 * @import {State, Store} from "../../state.js"
 * @import {LandCover, Language, Translate} from "../../types.js"
 */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function createClasses(store, actions) {
  const rows = store.get().config.classes.map((cover) => createRow(cover, store, actions));
  byId("table").tBodies[0].replaceChildren(...rows.map(({ node }) => node));
  wireHead(store);
  byId("copy").onclick = () => copy(store.get(), actions);
  const parts = [
    createControls(store, actions),
    ...rows.map((row, index) => whenRead((state, t) => row.render(state, index, t))),
    whenRead(renderHead),
    whenRead(renderNotes),
    createTotals(rows),
  ];

  /** @param {State} state @param {Translate} t */
  return (state, t) => {
    if (state.prediction) for (const render of parts) render(state, t);
  };
}

/** @param {Store} store */
function wireHead(store) {
  for (const button of byId("units").children)
    button.onclick = () => store.set({ unit: button.value });
  for (const button of byId("table").tHead.querySelectorAll("[data-sort]"))
    button.onclick = () => store.set({ sort: nextSort(store.get().sort, button.dataset.sort) });
}

/** @param {State["sort"]} sort @param {string} by @returns {State["sort"]} numbers start with the largest */
function nextSort(sort, by) {
  return { by, descending: sort.by === by ? !sort.descending : by !== "class" };
}

/** @param {State} state @param {Translate} t */
function renderHead({ sort, unit }, t) {
  byId("area-head").textContent = `${t("numbers.area")}, ${t(UNITS[unit].words)}`;
  for (const button of byId("units").children)
    button.setAttribute("aria-pressed", String(button.value === unit));
  for (const button of byId("table").tHead.querySelectorAll("[data-sort]")) {
    const cell = button.closest("th");
    if (button.dataset.sort !== sort.by) cell.removeAttribute("aria-sort");
    else cell.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
  }
}

/** @param {State} state @param {Translate} t */
function renderNotes({ prediction, config, counts, hidden, moved, perClass, language }, t) {
  if (!prediction) return;
  const { valid_pixels, width, height } = prediction.image;
  byId("moved").hidden = !moved;
  byId("valid").textContent = t("numbers.valid", { n: valid_pixels, total: width * height });
  const absent = config.classes.filter((_, index) => !counts[index]?.objects);
  byId("absent").hidden = !absent.length || perClass;
  byId("absent").textContent = t("numbers.absent", { classes: listed(absent, language) });
  const unseen = config.classes.filter((cover) => hidden.has(cover.key) && !absent.includes(cover));
  byId("unseen").hidden = !unseen.length;
  byId("unseen").textContent = t("numbers.unseen", { classes: listed(unseen, language) });
}

/** @param {LandCover[]} classes @param {Language} language */
function listed(classes, language) {
  const names = classes.map(({ name }) => name[language].toLocaleLowerCase(language));
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}

/** The order of the rows and the totals, which need not follow a slider's every step. @param {ReturnType<typeof createRow>[]} rows */
function createTotals(rows) {
  const atRest = whenAtRest();
  return whenRead((state) => {
    const { sort, language, prediction, layers, counts, unit } = state;
    const order = sortRows(rowsOf(state), sort, language).map(({ number }) => number);
    atRest(() => {
      arrange(order.map((number) => rows[number - 1].node));
      if (!prediction) return;
      const objects = counts.reduce((sum, count) => sum + count.objects, 0);
      byId("sum-objects").textContent = formatNumber(objects, language);
      const area = UNITS[unit].of(unionOf(layers, prediction.image), prediction.image);
      byId("union-area").textContent = formatNumber(area, language, UNITS[unit].digits);
    });
  });
}

/** @param {HTMLElement[]} nodes moved only where their order changed, as a move takes the focus */
function arrange(nodes) {
  const body = byId("table").tBodies[0];
  if (nodes.every((node, index) => body.children[index] === node)) return;
  body.append(...nodes);
}

/** @param {State} state @param {Actions} actions */
async function copy(state, actions) {
  try {
    const { sort, language } = state;
    await navigator.clipboard.writeText(tsv(sortRows(rowsOf(state), sort, language), language));
    actions.say("numbers.copied");
  } catch {
    actions.say("numbers.copyFailed");
  }
}
