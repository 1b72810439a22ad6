/** What can be told of a file before it travels. */

// Little and big endian, TIFF and BigTIFF.
const MAGIC = ["49492a00", "4d4d002a", "49492b00", "4d4d002b"];

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

/** @param {Blob} file @param {string} name */
export async function checkFile(file, name) {
  if (!file.size) throw new FileError("error.empty", name);
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const magic = Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!MAGIC.includes(magic)) throw new FileError("error.notTiff", name, "error.notTiffDetail");
}
