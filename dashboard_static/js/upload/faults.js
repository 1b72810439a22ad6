/** Why the service would refuse a TIFF, told before it travels; `config.json` has its limits. */

/**
 * @import {Limits} from "../types.js"
 * @import {Facts} from "./facts.js"
 */

/** @typedef {{key: string, values: Record<string, string | number>}} Fault numbers are grouped by the language */

/**
 * @param {Facts} facts
 * @param {Limits} limits
 * @returns {Fault[]}
 */
export function faultsOf(facts, limits) {
  const { bytes, width, height, bands, pages, alike, dtype, compression } = facts;
  const { bands: needed, min_side_px, max_side_px, max_bytes } = limits;
  const size = `${width} × ${height}`;
  const paged = pages === 1 || (pages === needed && bands === 1);
  const faults = [
    fault(bands * pages !== needed || !paged, "bands", {
      bands: `${bands}`,
      pages: `${pages}`,
      needed,
    }),
    fault(Math.max(width, height) > max_side_px, "large", { size, limit: `${max_side_px}` }),
    fault(Math.min(width, height) < min_side_px, "small", { size, limit: `${min_side_px}` }),
    fault(bytes > max_bytes, "bytes", { bytes, limit: max_bytes }),
    fault(!limits.dtypes.includes(dtype), "dtype", {
      dtype,
      accepted: limits.dtypes.join(", "),
    }),
    fault(!limits.compressions.includes(compression), "compression", {
      compression,
      accepted: limits.compressions.join(", "),
    }),
    fault(!alike, "pages", {}),
  ];
  return faults.filter((each) => each !== null);
}

const OF_SCENES = ["fault.large", "fault.bytes"];

/** @param {Facts} facts @param {Fault[]} faults @returns {boolean} whether a file lies on the ground, and is only too large for one answer */
export const isScene = ({ crs }, faults) =>
  crs !== null && faults.length > 0 && faults.every(({ key }) => OF_SCENES.includes(key));

/** @param {Facts[]} all @returns {boolean} whether files have one band each, on one grid */
export function areBands(all) {
  const gridOf = (/** @type {Facts} */ { width, height, dtype, crs, affine }) =>
    `${[width, height, dtype, crs, affine]}`;
  return all.every(
    (facts) =>
      facts.bands * facts.pages === 1 && facts.crs !== null && gridOf(facts) === gridOf(all[0]),
  );
}

/** @param {boolean} found @param {string} name @param {Record<string, string | number>} values */
function fault(found, name, values) {
  return found ? { key: `fault.${name}`, values } : null;
}
