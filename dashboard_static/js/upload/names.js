/** Names of images: a file's own, or a sample's, which has one in each language. */

/** @import {Translate} from "../types.js" */

const SAMPLE = "sample:";

/** Files of one band each, by the numbers in their names. @param {File[]} files */
export const inOrder = (files) =>
  [...files].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/** @param {string} sample */
export const sampleName = (sample) => SAMPLE + sample;

/** @param {string} name @param {Translate} t */
export function shownName(name, t) {
  return name.startsWith(SAMPLE) ? t(`sample.${name.slice(SAMPLE.length)}`) : name;
}

/**
 * A CRS by its code, or by the name inside its WKT; PROJ calls one without a name "unknown".
 *
 * @param {string} crs
 */
export function crsName(crs) {
  const names = [...crs.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name]) => name);
  return names.find((name) => name.toLowerCase() !== "unknown") ?? crs;
}
