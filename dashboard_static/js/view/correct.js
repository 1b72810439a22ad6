/** Correct a result: buttons for the selected object, a pencil, and the list. Fetched when it is opened. */

import { svgPath } from "../scene/outlines.js";
import { byId, element, whenRead } from "./dom.js";
import { valuesOf } from "./map/selection.js";

/**
 * @import {CorrectActions} from "../actions/correct.js"
 * @import {Api} from "../service/api.js"
 * @import {State} from "../state.js"
 * @import {Translate} from "../types.js"
 * @import {Render} from "./drawer.js"
 */

/** @param {CorrectActions} actions @param {Api} api @returns {Render} */
export function createCorrect(actions, api) {
  const body = byId("correct-body");
  const tools = element("div", { class: "correct-tools", tabIndex: -1 });
  const list = element("ol", { class: "correct-list small" });
  const files = element("p", { class: "small" });
  body.replaceChildren(tools, list, files);
  const parts = [
    whenRead((state, t) => renderTools(tools, state, t, actions)),
    whenRead((state, t) => renderList(list, state, t, actions)),
    whenRead(({ prediction, corrections }, t) => {
      files.hidden = !corrections.length;
      files.replaceChildren(
        t("correct.files"),
        ...["corrections.geojson", "corrections.zip"].flatMap((name) => [
          " ",
          element("a", { href: api.fileUrl(prediction?.id ?? "", name) }, name),
        ]),
      );
    }),
    whenRead(renderSketch),
  ];
  return (state, t) => {
    for (const render of parts) render(state, t);
  };
}

/** @param {any} tools @param {State} state @param {Translate} t @param {CorrectActions} actions */
function renderTools(tools, state, t, actions) {
  const { sketch, saving } = state;
  const made = sketch ? pencil(state, t, actions) : judging(state, t, actions);
  for (const each of made.slice(1)) each.disabled ||= saving;
  const hadFocus = tools.contains(document.activeElement);
  tools.replaceChildren(...made);
  if (!hadFocus) return; // else the keyboard would start at the top of the page
  (tools.querySelector("button:enabled, select:enabled") ?? tools).focus();
}

/** @param {State} state @param {Translate} t @param {CorrectActions} actions @returns {any[]} */
function judging(state, t, actions) {
  const values = valuesOf(state);
  const said = values ? t("map.select", values) : t("correct.select");
  const draw = button(t("correct.draw"), actions.startSketch);
  if (!values) return [element("p", null, said), draw];
  const key = state.selection?.key;
  const other = classes(state, t, "correct.other", key);
  other.onchange = () => actions.judge("wrong", other.value);
  return [
    element("p", null, said),
    button(t("correct.right"), () => actions.judge("right")),
    button(t("correct.wrong"), () => actions.judge("wrong")),
    other,
    draw,
  ];
}

/** @param {State} state @param {Translate} t @param {CorrectActions} actions @returns {any[]} */
function pencil(state, t, actions) {
  const corners = state.sketch?.length ?? 0;
  const finish = classes(state, t, "correct.finish");
  finish.disabled = corners < 3;
  finish.onchange = () => actions.finishSketch(finish.value);
  const undo = button(t("correct.undo"), actions.dropCorner);
  undo.disabled = !corners;
  return [
    element("p", { role: "status" }, t("correct.drawing", { n: corners })),
    finish,
    undo,
    button(t("correct.cancel"), actions.cancelSketch),
  ];
}

/** @param {string} words @param {() => unknown} onclick */
function button(words, onclick) {
  return element("button", { type: "button", class: "button", onclick: () => onclick() }, words);
}

/** A list of classes whose choice acts. @param {State} state @param {Translate} t @param {string} label @param {string} [but] */
function classes({ config, language }, t, label, but) {
  const options = config.classes
    .filter(({ key }) => key !== but)
    .map(({ key, name }) => element("option", { value: key }, name[language]));
  const first = element("option", { value: "", disabled: true, selected: true }, t(label));
  const select = element("select", null, first, ...options);
  select.ariaLabel = t(label);
  return select;
}

/** @param {any} list @param {State} state @param {Translate} t @param {CorrectActions} actions */
function renderList(list, { corrections, config, language, saving }, t, actions) {
  const named = (/** @type {string} */ key) =>
    config.classes.find((cover) => cover.key === key)?.name[language] ?? key;
  list.replaceChildren(
    ...corrections.map((each, index) => {
      const words = each.instead
        ? t("correct.instead", { name: named(each.class), other: named(each.instead) })
        : t(`correct.said.${each.verdict}`, { name: named(each.class) });
      const back = element("button", { type: "button", class: "quiet" }, t("correct.back"));
      back.ariaLabel = t("correct.backOf", { what: words });
      back.disabled = saving;
      back.onclick = () => actions.takeBack(index);
      return element("li", null, words, " ", back);
    }),
  );
}

/** @param {State} state */
function renderSketch({ sketch, prediction }) {
  byId("frame").classList.toggle("sketching", sketch !== null);
  if (!prediction) return;
  const { width, height } = prediction.image;
  const x = sketch?.map(([column]) => column) ?? [];
  const y = sketch?.map(([, row]) => row) ?? [];
  byId("sketch").setAttribute("viewBox", `0 0 ${width} ${height}`);
  for (const path of byId("sketch").children) path.setAttribute("d", svgPath({ x, y }));
}
