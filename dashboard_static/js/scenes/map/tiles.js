/** Which tiles of a pyramid a view needs, and a cache of those that were fetched. */

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box in pixels of the scene
 * @typedef {{level: number, row: number, column: number}} Tile level 0 has the scene's own pixels
 * @typedef {{width: number, height: number, levels: number, tile: number}} Pyramid `tile` is a side in pixels
 */

/**
 * @param {number} pixelSide device pixels that a pixel of the scene takes
 * @param {number} levels
 * @returns {number} the coarsest one that is as sharp as the screen
 */
export function levelFor(pixelSide, levels) {
  return Math.min(Math.max(Math.floor(-Math.log2(pixelSide)), 0), levels - 1);
}

/** @param {Tile} tile @param {Pyramid} pyramid @returns {Box} within the scene */
export function boxOf({ level, row, column }, { width, height, tile }) {
  const side = tile * 2 ** level;
  const [x, y] = [column * side, row * side];
  return { x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) };
}

/**
 * @param {Box} view
 * @param {number} level
 * @param {Pyramid} pyramid
 * @returns {Tile[]} nearest to the middle first
 */
export function tilesIn(view, level, { width, height, tile }) {
  const side = tile * 2 ** level;
  const first = (/** @type {number} */ start) => Math.max(0, Math.floor(start / side));
  const last = (/** @type {number} */ end, /** @type {number} */ length) =>
    Math.min(Math.ceil(length / side), Math.ceil(end / side)) - 1;
  const tiles = [];
  for (let row = first(view.y); row <= last(view.y + view.height, height); row++)
    for (let column = first(view.x); column <= last(view.x + view.width, width); column++)
      tiles.push({ level, row, column });
  const far = (/** @type {Tile} */ each) =>
    Math.hypot(
      (each.column + 0.5) * side - view.x - view.width / 2,
      (each.row + 0.5) * side - view.y - view.height / 2,
    );
  return tiles.sort((a, b) => far(a) - far(b));
}

/** @param {Tile} tile */
export const nameOf = ({ level, row, column }) => `${level}/${row}/${column}`;

/**
 * As many as fit: the one that was not used for the longest time goes first.
 *
 * @template T
 * @param {number} most
 */
export function createCache(most) {
  /** @type {Map<string, T>} */
  const kept = new Map();
  return {
    /** @param {string} name @returns {T | undefined} */
    get(name) {
      const found = kept.get(name);
      if (found !== undefined) {
        kept.delete(name);
        kept.set(name, found);
      }
      return found;
    },

    /** @param {string} name @param {T} value */
    set(name, value) {
      kept.delete(name);
      kept.set(name, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
    },

    has: (/** @type {string} */ name) => kept.has(name),
    names: () => [...kept.keys()],
    clear: () => kept.clear(),
  };
}
