/** What can be said of a file before it travels. */

/** @import {Limits} from "../types.js" */

/** A file that need not be sent; `key` and `values` name the words for it. */
export class FileError extends Error {
  /** @param {string} key @param {string} name @param {string} [detailKey] */
  constructor(key, name, detailKey) {
    super(`${key}: ${name}`);
    this.key = key;
    this.values = { name };
    this.detailKey = detailKey;
  }
}

/** @param {Blob} file @param {string} name @param {Limits} limits */
export async function checkFile(file, name, { magic }) {
  const head = await firstBytes(file, name);
  if (!head.length) throw new FileError("error.empty", name);
  const found = Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!magic.includes(found)) throw new FileError("error.notTiff", name, "error.notTiffDetail");
}

/** @param {Blob} file @param {string} name */
async function firstBytes(file, name) {
  try {
    return new Uint8Array(await file.slice(0, 4).arrayBuffer());
  } catch {
    // A folder, or a file that was moved or changed since it was chosen.
    throw new FileError("error.unreadable", name, "error.unreadableDetail");
  }
}
