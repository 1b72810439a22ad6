/** Save what is seen, image and classes, as a PNG of at least 1024 pixels. */

import { outline, svgPath } from "../../scene/outlines.js";
import { byId, element } from "../dom.js";
import { fileName, save } from "../download.js";
import { visibleLayers } from "./overlay.js";

/** @import {State} from "../../state.js" */

const LEAST_SIDE = 1024;

/** @param {State} state */
export async function savePicture(state) {
  const { prediction } = state;
  if (!prediction) return;
  save(await compose(state, prediction.image), fileName(prediction.id, "view.png"));
}

/** @param {State} state @param {{width: number, height: number}} image @returns {Promise<Blob>} */
function compose(state, { width, height }) {
  const factor = Math.max(1, Math.ceil(LEAST_SIDE / Math.max(width, height)));
  const canvas = element("canvas", { width: width * factor, height: height * factor });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.scale(factor, factor);
  context.drawImage(byId("base"), 0, 0, width, height);
  context.globalAlpha = state.style === "outline" ? 0 : state.opacity;
  context.drawImage(byId("overlay"), 0, 0);
  context.globalAlpha = 1;
  context.lineWidth = 2 / factor;
  for (const { colour, layer } of state.style === "fill" ? [] : visibleLayers(state)) {
    context.strokeStyle = colour;
    context.stroke(new Path2D(svgPath(outline(layer, width))));
  }
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
