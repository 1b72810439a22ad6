/** A file's way to the service: its parts' sums, and the parts that are missing there. */

import { ApiError } from "../../service/transport.js";

/**
 * @import {Part, Scene} from "../types.js"
 *
 * @typedef {object} Way what a test replaces
 * @property {() => Promise<Scene>} order asks for the parts that are missing
 * @property {(part: Part, body: Blob, onProgress: (share: number) => void, signal: AbortSignal) => Promise<unknown>} put
 * @property {(milliseconds: number) => Promise<void>} [wait]
 */

const PARALLEL = 3; // more do not fill a line better, and lose more when it breaks
const WAITS_MS = [1000, 2000, 4000, 8000, 16_000, 30_000];

/**
 * SHA-256 of each part, one after the other, so that one part is in memory at a time.
 *
 * @param {Blob} file
 * @param {number} partBytes
 * @param {string[]} known sums of the first parts, from an earlier visit
 * @param {(sums: string[]) => void} onSum
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>} in hex
 */
export async function sumParts(file, partBytes, known, onSum, signal) {
  const count = Math.ceil(file.size / partBytes);
  const sums = known.slice(0, count);
  while (sums.length < count) {
    signal.throwIfAborted();
    const start = sums.length * partBytes;
    const bytes = await file.slice(start, start + partBytes).arrayBuffer();
    sums.push(hex(await crypto.subtle.digest("SHA-256", bytes)));
    /** @type {any} */ (bytes).transfer?.(0); // freed at once, else several parts pile up
    onSum(sums);
  }
  return sums;
}

/** @param {{size: number}[]} files @returns {number} bytes of all of them */
export const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);

/** @param {ArrayBuffer} bytes */
const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Send what is missing, and ask again until nothing is: also for addresses that have expired.
 *
 * @param {Blob[]} files one, or one of each band
 * @param {Way} way
 * @param {(bytes: number) => void} onProgress bytes that have arrived
 * @param {AbortSignal} signal
 * @returns {Promise<Scene>} as the service describes it when nothing is missing any more
 */
export async function sendParts(files, { order, put, wait = pause }, onProgress, signal) {
  const size = sizeOf(files);
  for (let failures = 0; ; ) {
    const scene = await order();
    signal.throwIfAborted();
    if (!scene.upload) return scene;
    const { parts } = scene.upload;
    const there = Math.max(0, size - missingBytes(scene.upload));
    const sent = new Map();
    const report = (/** @type {Part} */ part, /** @type {number} */ share) => {
      sent.set(`${part.file} ${part.number}`, share * part.size);
      onProgress(there + [...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
    };
    onProgress(there);
    try {
      await sendSome(parts, files, put, report, signal);
      failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (!mayPass(error) || failures === WAITS_MS.length) throw error;
      await wait(WAITS_MS[failures++]);
    }
  }
}

/**
 * Ask again, after longer and longer waits, as long as a later answer may be better: S3 takes its time
 * to make one file of many parts.
 *
 * @template T
 * @param {() => Promise<T>} act
 * @param {AbortSignal} signal
 * @param {(milliseconds: number) => Promise<void>} [wait]
 * @returns {Promise<T>}
 */
export async function patiently(act, signal, wait = pause) {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      if (!mayPass(error) || failures === WAITS_MS.length) throw error;
      await wait(WAITS_MS[failures]);
    }
  }
}

/** Exactly, where all parts are listed; else as if each were whole. @param {NonNullable<Scene["upload"]>} upload */
function missingBytes({ missing, part_bytes: partBytes, parts }) {
  return missing === parts.length ? sizeOf(parts) : missing * partBytes;
}

/** @param {any} error @returns {boolean} S3 answers 403 where an address has expired */
function mayPass(error) {
  if (!(error instanceof ApiError)) return false;
  return error.kind !== "refused" || error.status === 403 || error.status >= 500;
}

/**
 * @param {Part[]} parts
 * @param {Blob[]} files
 * @param {Way["put"]} put
 * @param {(part: Part, share: number) => void} report
 * @param {AbortSignal} signal
 */
async function sendSome(parts, files, put, report, signal) {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const waiting = [...parts];
  async function work() {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const sending = part;
      either.throwIfAborted();
      const file = files[(part.file ?? 1) - 1];
      const body = file.slice(part.start, part.start + part.size);
      await put(part, body, (share) => report(sending, share), either);
      report(part, 1);
    }
  }
  const workers = Array.from({ length: PARALLEL }, () =>
    work().catch((error) => {
      failed.abort(error); // the others end as well, so that progress is what has arrived
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  if (failed.signal.aborted) throw failed.signal.reason;
  return ends;
}

/** @param {number} milliseconds @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
