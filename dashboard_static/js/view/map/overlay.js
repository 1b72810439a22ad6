/** The classes over the image: the fill on a canvas at once, the outlines by Plotly when a slider rests. */

import { plotly } from "../../../vendor/plotly.js";
import { outlineMap } from "../../scene/figures.js";
import { outline } from "../../scene/outlines.js";
import { legendOf } from "../../scene/palettes.js";
import { paint } from "../../scene/raster.js";
import { byId, changes, whenAtRest } from "../dom.js";

/**
 * @import {Layer} from "../../scene/layers.js"
 * @import {Size} from "../../scene/viewport.js"
 * @import {State} from "../../state.js"
 * @import {LandCover} from "../../types.js"
 */

const MOST_OUTLINED = 3000; // objects; above, SVG turns slow and the fill shows more

export function createOverlay() {
  const fillChanged = changes();
  const outlineChanged = changes();
  const atRest = whenAtRest();

  /** @param {{world: Size}} sizes @param {State} state */
  function schedule({ world }, state) {
    byId("outlines").style.visibility = "hidden"; // stale until drawn anew
    atRest(() => drawOutlines(world, state).catch(console.warn));
  }

  return {
    /** @param {{world: Size}} sizes @param {State} state */
    resize: schedule,

    /** @param {{world: Size}} sizes @param {State} state */
    render(sizes, state) {
      const { layers, hidden, palette, style, opacity, pointed } = state;
      const alone = pointed?.on === "list" ? pointed.key : undefined;
      byId("overlay").style.opacity = style === "outline" ? "0" : String(opacity);
      if (fillChanged(layers, hidden, palette, alone)) drawFill(state, alone);
      byId("outlines").classList.toggle("faded", alone !== undefined);
      if (outlineChanged(layers, hidden, palette, style)) schedule(sizes, state);
    },
  };
}

/**
 * The layers that are shown, in the order in which the service paints them too, so that a car shows
 * on its road and `overlay.png` is what is seen.
 *
 * @param {State} state
 * @returns {{cover: LandCover, colour: string, layer: Layer}[]}
 */
export function visibleLayers({ config, layers, hidden, palette }) {
  return config.paint_order.flatMap((key) => {
    const cover = config.classes.find((each) => each.key === key);
    const layer = layers.get(key);
    if (!cover || !layer || hidden.has(key)) return [];
    return [{ cover, colour: legendOf(cover, palette).colour, layer }];
  });
}

/** @param {State} state @param {string} [alone] the one class that is pointed at */
function drawFill(state, alone) {
  if (!state.prediction) return;
  const { width, height } = state.prediction.image;
  const canvas = byId("overlay");
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pixels = new ImageData(width, height);
  paint(emphasised(visibleLayers(state), alone), new Uint32Array(pixels.data.buffer));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

const FADED = 0.2;

/** @param {ReturnType<typeof visibleLayers>} layers @param {string} [alone] comes last, over the others */
function emphasised(layers, alone) {
  const first = layers.filter(({ cover }) => cover.key === alone);
  if (!first.length) return layers;
  const others = layers.filter(({ cover }) => cover.key !== alone);
  return [...others.map((each) => ({ ...each, alpha: FADED })), ...first];
}

/** @param {Size} world @param {State} state */
async function drawOutlines(world, state) {
  const visible = visibleLayers(state);
  const objects = visible.reduce((sum, { layer }) => sum + layer.pixels.length - 1, 0);
  const tooMany = state.style !== "fill" && objects > MOST_OUTLINED;
  byId("many").hidden = !tooMany;
  if (!state.prediction || state.style === "fill" || tooMany) return;
  const { width } = state.prediction.image;
  const outlines = visible.map(({ cover, colour, layer }) => ({
    name: cover.key,
    colour,
    path: outline(layer, width),
  }));
  const { data, layout, config } = outlineMap(outlines, state.prediction.image, world);
  await (await plotly()).react(byId("outlines"), data, layout, config);
  byId("outlines").style.visibility = "";
}
