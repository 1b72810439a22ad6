/** Save a file of the service's, with the token that an ordinary link could not carry. */

import { element } from "./dom.js";

const READ_MS = 10_000; // the browser may still be reading it

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), READ_MS);
}

const MAX_STEM_BYTES = 150;

/**
 * As the service names it: after the result's name or, without one, after its id.
 *
 * @param {string} id
 * @param {string} form
 * @param {string | null} [name]
 */
export const fileName = (id, form, name) => `${stemOf(name ?? "") || id.slice(0, 8)}-${form}`;

/** @param {string} name @returns {string} what every system takes as the start of a file's name */
function stemOf(name) {
  let stem = trimmed(name.replace(/[\\/:*?"<>|\s]+/g, "-"));
  while (new TextEncoder().encode(stem).length > MAX_STEM_BYTES) {
    stem = trimmed([...stem].slice(0, -1).join(""));
  }
  return stem;
}

/** @param {string} text */
const trimmed = (text) => text.replace(/^[-. ]+|[-. ]+$/g, "");
