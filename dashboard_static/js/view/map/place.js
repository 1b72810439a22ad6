/** Where the image lies: north, the key of an index's colours, and the way to a street map. */

import { formatNumber } from "../../i18n/i18n.js";
import { northOf, openStreetMapOf } from "../../scene/place.js";
import { byId, element, whenRead } from "../dom.js";

/** @import {State} from "../../state.js" */

export function createPlace() {
  return whenRead((state) => {
    renderNorth(state);
    renderStreetMap(state);
    renderRamp(state);
  });
}

/** @param {State} state */
function renderNorth({ prediction }) {
  const angle = prediction ? northOf(prediction.image) : null;
  byId("north").toggleAttribute("hidden", angle === null); // without a CRS nobody knows
  byId("north").style.rotate = `${angle ?? 0}deg`;
}

/** @param {State} state */
function renderStreetMap({ prediction }) {
  const address = prediction && openStreetMapOf(prediction.image);
  byId("street-map").hidden = !address;
  if (address) byId("street-map").href = address;
}

/** @param {State} state */
function renderRamp({ baseView, config, language }) {
  const ramp = config.ramps[baseView];
  byId("ramp").hidden = !ramp;
  if (!ramp) return;
  const colours = ramp.map((rgb) => `rgb(${rgb.join(" ")})`);
  byId("ramp").style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  const ends = [-1, 0, 1].map((value) => element("span", null, formatNumber(value, language)));
  byId("ramp").replaceChildren(...ends);
}
