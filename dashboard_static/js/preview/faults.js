/** Why the service would refuse a TIFF, told before it travels; the limits are those of its decoder. */

export const BANDS = 8;
const LEAST_SIDE = 16;
const MOST_SIDE = 2048;
const DTYPES = ["uint8", "uint16", "int16", "float16", "float32"];
const COMPRESSIONS = ["NONE", "LZW", "DEFLATE", "ZSTD"];

/** @typedef {{key: string, values: Record<string, string>}} Fault */

/** @param {import("./facts.js").Facts} facts @returns {Fault[]} */
export function faultsOf(facts) {
  const { width, height, bands, pages, alike, dtype, compression } = facts;
  const size = `${width} × ${height}`;
  const paged = pages === 1 || (pages === BANDS && bands === 1);
  const faults = [
    fault(bands * pages !== BANDS || !paged, "bands", { bands, pages, needed: BANDS }),
    fault(Math.max(width, height) > MOST_SIDE, "large", { size, most: MOST_SIDE }),
    fault(Math.min(width, height) < LEAST_SIDE, "small", { size, least: LEAST_SIDE }),
    fault(!DTYPES.includes(dtype), "dtype", { dtype, accepted: DTYPES.join(", ") }),
    fault(!COMPRESSIONS.includes(compression), "compression", {
      compression,
      accepted: COMPRESSIONS.join(", "),
    }),
    fault(!alike, "pages", {}),
  ];
  return faults.filter((each) => each !== null);
}

/** @param {boolean} found @param {string} name @param {Record<string, string | number>} values */
function fault(found, name, values) {
  const texts = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${value}`]));
  return found ? { key: `fault.${name}`, values: texts } : null;
}
