/** What processing a scene takes, from the rates in `config.json`: as the service estimates it in its plan. */

/**
 * @import {SceneRates} from "../types.js"
 *
 * @typedef {{km2: number, cpuSeconds: number, usd: number}} Estimate
 */

const MAX_ENLARGEMENT = 4; // of a side: the service adds no more pixels

/**
 * @param {{width: number, height: number, metres: number}} file sides in pixels, and the side of a pixel
 * @param {SceneRates} rates
 * @returns {Estimate}
 */
export function estimate({ width, height, metres }, rates) {
  const { min_gsd_m, max_gsd_m, gsd_m, block_px } = rates;
  const fits = metres >= min_gsd_m && metres <= max_gsd_m;
  const factor = fits ? 1 : Math.min(metres / gsd_m, MAX_ENLARGEMENT);
  const [columns, rows] = [width * factor, height * factor];
  const blocks = Math.ceil(columns / block_px) * Math.ceil(rows / block_px);
  const megapixels = (columns * rows) / 1e6;
  return {
    km2: (width * height * metres ** 2) / 1e6,
    cpuSeconds: megapixels * rates.cpu_s_per_mpx,
    usd: megapixels * rates.usd_per_mpx + blocks * rates.usd_per_block,
  };
}

/** @typedef {{code: "hours" | "minutes" | "seconds", n: number}} Duration rounded as one would say it */

/** @param {number} seconds @returns {Duration} */
export function duration(seconds) {
  if (seconds >= 5400) return { code: "hours", n: Math.round(seconds / 3600) };
  if (seconds >= 90) return { code: "minutes", n: Math.round(seconds / 60) };
  return { code: "seconds", n: Math.max(1, Math.round(seconds)) };
}
