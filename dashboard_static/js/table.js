/** Rows of the table: sorted, and as CSV. */

/** @typedef {import("./types.js").Count & {class: string, code: string, colour: string, number: number, tested: number | null}} Row */

/** @param {Row[]} rows @param {{by: string, descending: boolean}} sort @param {string} language @returns {Row[]} */
export function sortRows(rows, { by, descending }, language) {
  const sign = descending ? -1 : 1;
  return [...rows].sort(
    (a, b) => sign * compare(a, b, /** @type {keyof Row} */ (by), language) || a.number - b.number,
  );
}

/** @param {Row} a @param {Row} b @param {keyof Row} by @param {string} language */
function compare(a, b, by, language) {
  const [one, other] = [a[by], b[by]];
  if (typeof one === "string") return one.localeCompare(String(other), language, { numeric: true });
  return (one ?? -1) - /** @type {number} */ (other ?? -1);
}

/** @param {Row[]} rows @returns {string} RFC 4180, with a point as decimal mark whatever the language */
export function csv(rows) {
  const lines = rows.map((row) => [
    row.number,
    row.key,
    row.class,
    row.code,
    row.objects,
    row.squareMetres.toFixed(2),
    row.hectares.toFixed(6),
    row.percent.toFixed(4),
    row.score?.toFixed(4) ?? "",
  ]);
  const head = [
    "number",
    "key",
    "class",
    "code",
    "objects",
    "area_m2",
    "area_ha",
    "area_percent",
    "mean_score",
  ];
  return [head, ...lines].map((line) => line.map(quote).join(",")).join("\r\n");
}

/** @param {string | number} value */
function quote(value) {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
