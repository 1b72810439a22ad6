/** Names of images: a file's own, or a sample's, which has one in each language. */

const SAMPLE = "sample:";

/** @param {string} sample */
export const sampleName = (sample) => SAMPLE + sample;

/** @param {string} name @param {(key: string) => string} t */
export function shownName(name, t) {
  return name.startsWith(SAMPLE) ? t(`sample.${name.slice(SAMPLE.length)}`) : name;
}
