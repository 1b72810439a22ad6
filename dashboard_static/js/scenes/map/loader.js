/** The tiles of a finished scene: read as they are needed, painted when they are drawn, kept within bounds. */

import { paint } from "./paint.js";
import { boxOf, createCache, nameOf } from "./tiles.js";

/**
 * @import {Colours} from "./paint.js"
 * @import {Rasters} from "./rasters.js"
 * @import {Pyramid, Tile} from "./tiles.js"
 */

const MOST_TILES = 72; // of 512 x 512 px: 18 MB of numbers, and four times as much painted
const AT_ONCE = 6;

/**
 * @param {(state: "loading" | "ready" | "failed") => void} onState
 * @param {() => void} redraw
 */
export function createLoader(onState, redraw) {
  /** @type {Rasters | null} */
  let rasters = null;
  /** @type {number[] | null} */
  let order = null;
  /** @type {Pyramid | null} */
  let pyramid = null;
  const numbers = /** @type {ReturnType<typeof createCache<Uint8Array>>} */ (
    createCache(MOST_TILES)
  );
  const pictures = /** @type {ReturnType<typeof createCache<OffscreenCanvas>>} */ (
    createCache(MOST_TILES)
  );
  const fetching = new Set();
  const failed = new Set();
  let generation = 0; // of what is fetched: answers of an earlier one are dropped

  /** @param {Tile} tile @param {string} name */
  async function fetchTile(tile, name) {
    const started = generation;
    fetching.add(name);
    try {
      const found = await rasters?.read(tile, order);
      if (!found || started !== generation) return;
      numbers.set(name, found);
      onState("ready");
    } catch (error) {
      console.info("no tile:", error);
      if (started === generation) failed.add(name); // asked for again by the next move
    } finally {
      if (started === generation) fetching.delete(name);
      redraw();
    }
  }

  async function open() {
    const opening = rasters;
    if (!opening) return;
    onState("loading");
    const opened = await opening.open(order).catch((error) => console.info("no raster:", error));
    if (rasters !== opening) return;
    if (!opened) onState("failed");
    pyramid = opened ?? null;
    redraw();
  }

  return {
    pyramid: () => pyramid,
    count: () => numbers.names().length,
    repaint: () => pictures.clear(),
    retry: () => failed.clear(),

    /** Begin anew. @param {Rasters | null} next @param {number[] | null} nextOrder */
    use(next, nextOrder) {
      if (next !== rasters) {
        rasters?.close();
        pyramid = null;
      }
      [rasters, order] = [next, nextOrder];
      generation += 1;
      for (const each of [numbers, pictures, fetching, failed]) each.clear();
      open();
    },

    /** @param {Tile[]} missing */
    load(missing) {
      for (const tile of missing) {
        if (fetching.size >= AT_ONCE) return;
        const name = nameOf(tile);
        if (!fetching.has(name) && !failed.has(name)) fetchTile(tile, name);
      }
    },

    /** @param {string} name @param {Colours} colours @returns {OffscreenCanvas | undefined} */
    pictureOf(name, colours) {
      const known = pictures.get(name);
      const found = numbers.get(name);
      if (known || !found || !pyramid) return known;
      const [level, row, column] = name.split("/").map(Number);
      const { width } = boxOf({ level, row, column }, pyramid);
      const picture = paint(found, Math.ceil(width / 2 ** level), colours);
      pictures.set(name, picture);
      return picture;
    },

    /** @param {number} column @param {number} row @returns {number} the class that is drawn there, 0 for none or unknown */
    numberAt: (column, row) => (pyramid ? numberAt(column, row, pyramid, numbers.get) : 0),
  };
}

/**
 * By the sharpest tile that is there.
 *
 * @param {number} column
 * @param {number} row
 * @param {Pyramid} pyramid
 * @param {(name: string) => Uint8Array | undefined} get
 */
function numberAt(column, row, pyramid, get) {
  for (let level = 0; level < pyramid.levels; level++) {
    const side = 2 ** level;
    const [x, y] = [Math.floor(column / side), Math.floor(row / side)];
    const tile = {
      level,
      row: Math.floor(y / pyramid.tile),
      column: Math.floor(x / pyramid.tile),
    };
    const found = get(nameOf(tile));
    const width = Math.ceil(boxOf(tile, pyramid).width / side);
    if (found) return found[(y % pyramid.tile) * width + (x % pyramid.tile)] ?? 0;
  }
  return 0;
}
