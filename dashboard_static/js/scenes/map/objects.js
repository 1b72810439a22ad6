/** The object at a place, out of millions: FlatGeobuf has a spatial index, which is read by ranges. */

import { flatgeobuf } from "../../../vendor/flatgeobuf.js";

/**
 * @import {LonLat} from "../../scene/place.js"
 * @import {Placed} from "../ground.js"
 * @import {Found} from "../types.js"
 */

const AROUND = 1e-9; // degrees: a box must have a side

/**
 * @param {string} url of polygons.fgb
 * @param {LonLat} place
 * @param {Placed} placed
 * @param {string[]} order keys of the classes that are shown, the one on top last
 * @returns {Promise<Found | null>}
 */
export async function objectAt(url, place, placed, order) {
  const { deserialize } = await flatgeobuf();
  const { lon, lat } = place;
  const rect = { minX: lon - AROUND, minY: lat - AROUND, maxX: lon + AROUND, maxY: lat + AROUND };
  let top = null;
  for await (const feature of deserialize(url, { rect })) {
    const rank = order.indexOf(feature.properties.class);
    if (rank < 0 || (top && rank < order.indexOf(top.properties.class))) continue;
    if (polygonsOf(feature.geometry).some((rings) => covers(rings, place))) top = feature;
  }
  return top && foundOf(top, place, placed);
}

/** @param {any} geometry GeoJSON @returns {number[][][][]} rings of each polygon */
function polygonsOf({ type, coordinates }) {
  return type === "Polygon" ? [coordinates] : coordinates;
}

/** @param {any} feature @param {LonLat} place @param {Placed} placed @returns {Found} */
function foundOf({ properties, geometry }, place, placed) {
  const rings = polygonsOf(geometry).find((each) => covers(each, place)) ?? [];
  return {
    key: properties.class,
    id: properties.object_id,
    squareMetres: properties.object_area_m2,
    score: properties.score,
    parts: properties.parts,
    rings: rings.map((ring) => ring.map(([lon, lat]) => placed.toPixel({ lon, lat }))),
  };
}

/**
 * By the even-odd rule, so that holes are outside.
 *
 * @param {number[][][]} rings
 * @param {LonLat} place
 */
export function covers(rings, { lon, lat }) {
  let inside = false;
  for (const ring of rings) {
    for (let index = 1; index < ring.length; index++) {
      const [[x, y], [beforeX, beforeY]] = [ring[index], ring[index - 1]];
      if (y > lat === beforeY > lat) continue;
      if (lon < x + ((lat - y) / (beforeY - y)) * (beforeX - x)) inside = !inside;
    }
  }
  return inside;
}
