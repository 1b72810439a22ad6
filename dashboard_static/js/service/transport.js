/**
 * Calls that time out, carry the token and are repeated where that is safe. They fail as ApiError
 * alone, bodies included; a cancelled one throws the reason of its signal.
 */

/** @import {Problem} from "../types.js" */

const TIMEOUT_MS = 60_000;
const TRIES = 3;
const FIRST_WAIT_MS = 300;
export const CREATED = 201;
const PASSING = new Set([502, 503, 504]); // may go by itself, so a safe call is made again

export class ApiError extends Error {
  /**
   * @param {"offline" | "timeout" | "broken" | "refused"} kind
   * @param {Partial<Problem> & {requestId?: string | null}} [about]
   */
  constructor(kind, { status = 0, detail = "", code = "", values = {}, requestId = null } = {}) {
    super(`${kind} ${status} ${detail}`);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
    this.code = code;
    this.values = values;
    this.requestId = requestId;
  }
}

/**
 * @typedef {object} Outside what a test replaces
 * @property {typeof fetch} [fetch]
 * @property {(milliseconds: number) => Promise<void>} [wait]
 * @property {() => string | null} [token] the one to send, if any
 * @property {(wasWrong: boolean) => Promise<boolean>} [askToken] whether there is another now
 *
 * @typedef {object} Upload
 * @property {(share: number) => void} onProgress
 * @property {AbortSignal} signal
 * @property {() => void} [onCreated] told where the answer is of something new
 *
 * @typedef {{method?: string, body?: string, headers?: Record<string, string>, cache?: RequestCache, signal?: AbortSignal}} Options the signal cancels the call
 */

export const asJson = (/** @type {Response} */ response) => response.json();
export const asBlob = (/** @type {Response} */ response) => response.blob();
export const asNothing = async () => {};
export const asBytes = async (/** @type {Response} */ response) =>
  new Uint8Array(await response.arrayBuffer());

/** @param {Outside} [outside] */
export function createTransport({
  fetch: send = (...all) => fetch(...all),
  wait = pause,
  token = () => null,
  askToken = async () => false,
} = {}) {
  /** @returns {Record<string, string>} */
  const headers = () => (token() ? { authorization: `Bearer ${token()}` } : {});

  /**
   * Ask the reader for a token when the service does, and call again with it.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function admitted(work) {
    const sent = token();
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof ApiError && error.status === 401;
      if (!refused || !(token() !== sent || (await askToken(sent !== null)))) throw error;
      return admitted(work);
    }
  }

  /**
   * Call once, for what must not be done twice.
   *
   * @template T
   * @param {string} url
   * @param {(response: Response) => Promise<T>} read
   * @param {Options} [options]
   * @returns {Promise<T>}
   */
  const call = (url, read, options = {}) =>
    admitted(() => called(send, url, read, options, headers()));

  return {
    call,

    /**
     * Call what is safe to repeat.
     *
     * @template T
     * @param {string} url
     * @param {(response: Response) => Promise<T>} read
     * @param {Options} [options]
     * @returns {Promise<T>}
     */
    get: (url, read, options) => again(() => call(url, read, options), wait),

    /** Safe to repeat. @param {string} url @param {Blob} file @param {Upload} upload @returns {Promise<any>} */
    upload: (url, file, upload) =>
      again(() => admitted(() => transfer("POST", url, file, headers(), upload)), wait),

    /** To a link, which needs no token. @param {string} url @param {Blob} file @param {Upload} upload @param {Record<string, string>} [about] headers */
    put: (url, file, upload, about = {}) =>
      again(() => transfer("PUT", url, file, about, upload), wait),
  };
}

/** @param {any} problem @returns {boolean} whether the same call may do better later */
export function mayPass({ kind, status }) {
  return kind !== undefined && !(status >= 400 && status < 429);
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @param {(milliseconds: number) => Promise<void>} wait
 * @returns {Promise<T>}
 */
async function again(work, wait) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isPassing(error)) throw error;
      await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof ApiError && (error.kind === "offline" || PASSING.has(error.status));
}

/**
 * @template T
 * @param {typeof fetch} send
 * @param {string} url
 * @param {(response: Response) => Promise<T>} read
 * @param {Options} options
 * @param {Record<string, string>} headers
 * @returns {Promise<T>}
 */
async function called(send, url, read, { method = "GET", body, cache, signal, ...own }, headers) {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  /** @type {string | null} */
  let requestId = null;
  try {
    const both = signal ? AbortSignal.any([signal, late]) : late;
    const all = { ...headers, ...own.headers };
    const response = await send(url, { method, headers: all, body, cache, signal: both });
    requestId = response.headers.get("x-request-id");
    if (response.ok) return await read(response);
    throw refusal(response.status, await response.text(), requestId);
  } catch (error) {
    signal?.throwIfAborted();
    throw failure(error, requestId);
  }
}

/** @param {any} error that fetch or the reading of a body threw @param {string | null} requestId */
function failure(error, requestId) {
  if (error instanceof ApiError) return error;
  if (error.name === "TimeoutError") return new ApiError("timeout", { requestId });
  // A line that breaks, before or within the body, is a TypeError; the rest is a body out of shape.
  return new ApiError(error instanceof TypeError ? "offline" : "broken", { requestId });
}

/**
 * fetch reports no progress of an upload, so this is an XMLHttpRequest.
 *
 * @param {"POST" | "PUT"} method
 * @param {string} url
 * @param {Blob} file
 * @param {Record<string, string>} headers
 * @param {Upload} upload
 * @returns {Promise<any>} the JSON of the answer; null where it has no body
 */
function transfer(method, url, file, headers, { onProgress, signal, onCreated }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    const patience = createPatience(() => {
      reject(new ApiError("timeout"));
      request.abort();
    });
    const all = { "content-type": "image/tiff", accept: "application/json", ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      patience.renew();
      onProgress(event.loaded / event.total);
    };
    request.upload.onload = () => onProgress(1);
    request.onerror = () => reject(new ApiError("offline"));
    request.onloadend = patience.end;
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      const { status, responseText } = request;
      // S3 shows no such header to a page, and asking for it is an error in the console.
      const requestId = method === "POST" ? request.getResponseHeader("x-request-id") : null;
      if (status >= 300) return reject(refusal(status, responseText, requestId));
      if (status === CREATED) onCreated?.();
      try {
        resolve(responseText ? JSON.parse(responseText) : null);
      } catch {
        reject(new ApiError("broken", { requestId }));
      }
    };
    signal.throwIfAborted();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** A large file may take hours; what nothing is heard of for a minute is late. @param {() => void} late */
function createPatience(late) {
  let timer = setTimeout(late, TIMEOUT_MS);
  const end = () => clearTimeout(timer);
  const renew = () => {
    end();
    timer = setTimeout(late, TIMEOUT_MS);
  };
  return { renew, end };
}

/** @param {number} status @param {string} body @param {string | null} requestId */
function refusal(status, body, requestId) {
  return new ApiError("refused", { ...problemOf(body), status, requestId });
}

/** @param {string} body @returns {Partial<Problem>} none where a proxy answered */
function problemOf(body) {
  try {
    const { detail, code, values } = JSON.parse(body);
    return { detail, code, values };
  } catch {
    return {};
  }
}

/** @param {number} milliseconds @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
