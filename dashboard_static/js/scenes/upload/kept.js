/** Uploads that this browser has begun: they resume when the same file is chosen again. */

const KEY = "tesela.scene-uploads";
const MOST = 24; // files: three scenes of eight

/**
 * @typedef {object} KeptUpload
 * @property {string} name
 * @property {number} size in bytes
 * @property {number} modified when the file was, in milliseconds
 * @property {string[]} sums of its parts, as far as they are known
 * @property {string | null} id of its scene
 */

/** @returns {KeptUpload[]} newest first */
export function keptUploads() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return []; // storage is forbidden here, or holds something else
  }
}

/** @param {{name: string, size: number, lastModified?: number}} file @returns {KeptUpload | undefined} */
export function keptOf(file) {
  return keptUploads().find((kept) => isOf(kept, file));
}

/** @param {KeptUpload} kept @param {{name: string, size: number, lastModified?: number}} file */
export function isOf(kept, { name, size, lastModified = 0 }) {
  return kept.name === name && kept.size === size && kept.modified === lastModified;
}

/** @param {KeptUpload} upload */
export function keepUpload(upload) {
  const others = keptUploads().filter(
    ({ name, size, modified }) =>
      name !== upload.name || size !== upload.size || modified !== upload.modified,
  );
  write([upload, ...others].slice(0, MOST));
}

/** @param {string} id of a scene */
export function forgetUpload(id) {
  write(keptUploads().filter((kept) => kept.id !== id));
}

/** @param {KeptUpload[]} uploads */
function write(uploads) {
  try {
    localStorage.setItem(KEY, JSON.stringify(uploads));
  } catch {
    // The upload resumes all the same: the service knows its parts, their sums are made again.
  }
}
