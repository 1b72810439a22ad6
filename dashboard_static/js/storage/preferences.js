/** What this browser remembers: the language chosen, and the file names of its predictions. */

const LANGUAGE = "tesela.language"; // early.js recalls it
const NAMES = "tesela.names";
const MOST_NAMES = 200;

/** @param {string} language */
export const rememberLanguage = (language) => write(LANGUAGE, language);

/** @param {string} id @returns {string | undefined} */
export function recallName(id) {
  return names().find(([known]) => known === id)?.[1];
}

/** @param {string} id @param {string} name */
export function rememberName(id, name) {
  const others = names().filter(([known]) => known !== id);
  write(NAMES, JSON.stringify([[id, name], ...others].slice(0, MOST_NAMES)));
}

/** @returns {[string, string][]} newest first */
function names() {
  try {
    return JSON.parse(read(NAMES) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is forbidden here
  }
}

/** @param {string} key @param {string} value */
function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing is remembered then.
  }
}
