/** Save what is seen as a PNG sheet: image and classes, title and answer, legend, scale and north. */

import { formatDate, formatNumber, translator } from "../../i18n/i18n.js";
import { outline, svgPath } from "../../scene/outlines.js";
import { northOf } from "../../scene/place.js";
import { scaleBar } from "../../scene/viewport.js";
import { byId, element } from "../dom.js";
import { fileName, save } from "../download.js";
import { visibleLayers } from "./overlay.js";

/**
 * @import {State} from "../../state.js"
 * @import {Prediction, Translate} from "../../types.js"
 */

const MIN_SIDE = 1024;
const COLUMNS = 3; // of the legend
const MARGIN = 20; // this and what follows at a width of 1024 pixels
const LINE = 26;
const TEXT = 17;

/** @param {State} state */
export async function savePicture(state) {
  const { prediction } = state;
  if (!prediction) return;
  save(await sheetOf(state, prediction), fileName(prediction.id, "view.png", state.label.name));
}

/** @param {State} state @param {Prediction} prediction @returns {Promise<Blob>} */
function sheetOf(state, prediction) {
  const { width, height } = prediction.image;
  const factor = Math.max(1, Math.ceil(MIN_SIDE / Math.min(width, height)));
  const [mapWidth, mapHeight] = [width * factor, height * factor];
  const unit = mapWidth / MIN_SIDE;
  const canvas = element("canvas", { width: mapWidth, height: mapHeight });
  const context = canvas.getContext("2d");
  context.font = fontOf(TEXT * unit);
  const texts = sheetTexts(state, prediction);
  const room = mapWidth - 2 * MARGIN * unit;
  const said = [texts.answer, texts.trust].filter(Boolean);
  const answer = said.flatMap((text) => wrapped(context, text, room));
  const foot = wrapped(context, texts.foot, room);
  const legend = visibleLayers(state).filter(({ layer }) => layer.pixels.length > 1);
  const lines = 1 + answer.length + Math.ceil(legend.length / COLUMNS) + foot.length;
  canvas.height = mapHeight + Math.ceil((lines * LINE + 2 * MARGIN) * unit);
  drawMap(context, state, width, factor);
  drawScale(context, state, prediction, unit, mapHeight);
  drawNorth(context, prediction, unit, mapWidth);
  const top = mapHeight + MARGIN * unit;
  drawSheet(context, { ...texts, answer, foot, legend, language: state.language }, unit, top);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** @param {State} state @param {Prediction} prediction what the page says already */
function sheetTexts({ language, palette, config }, { created, model, confidence }) {
  const t = translator(language);
  const made = `${formatDate(created, language)} · ${model.name} ${model.version}`;
  return {
    title: byId("result-title").textContent,
    answer: byId("answer").textContent,
    trust: confidence ? trustOf(confidence.level, t) : "",
    foot: `${made} · ${t(`notice.${palette}`)} Tesela ${config.version}`,
  };
}

/** @param {string} level @param {Translate} t */
function trustOf(level, t) {
  const beware = level === "low" ? ` ${t("confidence.beware")}` : "";
  return `${t(`confidence.${level}`)}.${beware}`;
}

/** @param {CanvasRenderingContext2D} context @param {State} state @param {number} width @param {number} factor */
function drawMap(context, state, width, factor) {
  context.save();
  context.imageSmoothingEnabled = false;
  context.scale(factor, factor);
  context.drawImage(byId("base"), 0, 0, width, byId("overlay").height);
  context.globalAlpha = state.style === "outline" ? 0 : state.opacity;
  context.drawImage(byId("overlay"), 0, 0);
  context.globalAlpha = 1;
  context.lineWidth = 2 / factor;
  for (const { colour, layer } of state.style === "fill" ? [] : visibleLayers(state)) {
    context.strokeStyle = colour;
    context.stroke(new Path2D(svgPath(outline(layer, width))));
  }
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {State} state @param {Prediction} prediction @param {number} unit @param {number} bottom */
function drawScale(context, { language }, { image }, unit, bottom) {
  const side = image.pixel_size_m?.[0] ?? Math.sqrt(image.pixel_area_m2); // the bar lies along a row
  const metresPerPixel = (side * image.width) / context.canvas.width;
  const { metres, width, digits } = scaleBar(metresPerPixel, 160 * unit);
  const [x, y] = [MARGIN * unit, bottom - MARGIN * unit];
  context.fillStyle = "rgb(0 0 0 / 70%)";
  context.fillRect(x - 8 * unit, y - 28 * unit, width + 16 * unit, 38 * unit);
  context.fillStyle = "#ffffff";
  context.fillRect(x, y, width, 4 * unit);
  context.font = fontOf(TEXT * unit, 600);
  context.textAlign = "center";
  context.fillText(`${formatNumber(metres, language, digits)} m`, x + width / 2, y - 6 * unit);
  context.textAlign = "start";
}

const ARROW = "M12 12 4 33l8-5 8 5z"; // as on the page

/** @param {CanvasRenderingContext2D} context @param {Prediction} prediction @param {number} unit @param {number} right */
function drawNorth(context, { image }, unit, right) {
  const angle = northOf(image);
  if (angle === null) return;
  context.save();
  context.translate(right - 40 * unit, 40 * unit);
  context.rotate((angle * Math.PI) / 180);
  context.scale(1.5 * unit, 1.5 * unit);
  context.translate(-12, -17);
  context.fillStyle = "#ffffff";
  context.strokeStyle = "rgb(0 0 0 / 75%)";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.font = fontOf(10, 700);
  context.textAlign = "center";
  const arrow = new Path2D(ARROW);
  context.stroke(arrow);
  context.strokeText("N", 12, 9);
  context.fill(arrow);
  context.fillText("N", 12, 9);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{title: string, answer: string[], foot: string[], legend: ReturnType<typeof visibleLayers>, language: State["language"]}} texts
 * @param {number} unit
 * @param {number} top
 */
function drawSheet(context, { title, answer, foot, legend, language }, unit, top) {
  const { width, height } = context.canvas;
  const left = MARGIN * unit;
  const line = LINE * unit;
  let y = top + TEXT * unit;
  const write = (/** @type {string} */ text, weight = 400, colour = "#17211f") => {
    context.font = fontOf(TEXT * unit, weight);
    context.fillStyle = colour;
    context.fillText(text, left, y);
    y += line;
  };
  context.fillStyle = "#ffffff";
  context.fillRect(0, top - left, width, height);
  write(title, 650);
  for (const each of answer) write(each);
  for (const [index, { cover, colour }] of legend.entries()) {
    const x = left + (index % COLUMNS) * ((width - 2 * left) / COLUMNS);
    const at = y + Math.floor(index / COLUMNS) * line;
    drawEntry(context, cover.name[language], colour, { x, y: at }, unit);
  }
  y += Math.ceil(legend.length / COLUMNS) * line;
  for (const each of foot) write(each, 400, "#5b6763");
}

/** @param {CanvasRenderingContext2D} context @param {string} name @param {string} colour @param {{x: number, y: number}} at @param {number} unit */
function drawEntry(context, name, colour, { x, y }, unit) {
  const side = 16 * unit;
  context.fillStyle = colour;
  context.fillRect(x, y - side + 2 * unit, side, side);
  context.strokeStyle = "#17211f";
  context.lineWidth = unit;
  context.strokeRect(x, y - side + 2 * unit, side, side);
  context.font = fontOf(TEXT * unit);
  context.fillStyle = "#17211f";
  context.fillText(name, x + side + 8 * unit, y);
}

/** @param {number} size @param {number} [weight] */
const fontOf = (size, weight = 400) =>
  `${weight} ${size}px "Inter Variable", system-ui, sans-serif`;

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} room @returns {string[]} lines that fit */
function wrapped(context, text, room) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
