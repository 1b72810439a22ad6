/** Addresses of predictions that people paste. */

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param {string} text a link of the page, an address of the service, or an id alone
 * @param {string[]} known addresses of this service and this page; others are not followed
 * @returns {string | null} the hash that shows the prediction
 */
export function hashOfLink(text, known) {
  const trimmed = text.trim();
  if (ID.test(trimmed)) return `#/p/${trimmed}`;
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  if (!url || !known.some((address) => new URL(address).origin === url.origin)) return null;
  if (ID.test(url.hash.slice("#/p/".length, "#/p/".length + 36))) return url.hash;
  const id = /\/predictions\/([^/]+)/.exec(url.pathname)?.[1] ?? "";
  return ID.test(id) ? `#/p/${id}` : null;
}
