/** Save a file of the service's, with the token that an ordinary link could not carry. */

import { element } from "./dom.js";

const READ_MS = 10_000; // the browser may still be reading it

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), READ_MS);
}

/** @param {string} id @param {string} form @returns {string} as the service names it */
export const fileName = (id, form) => `${id.slice(0, 8)}-${form}`;
