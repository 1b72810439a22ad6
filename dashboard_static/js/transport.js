/** Calls that time out, carry the token, are made again where that is safe, and fail as ApiError alone. */

const TIMEOUT_MS = 60_000;
const TRIES = 3;
const FIRST_WAIT_MS = 300;
const PASSING = new Set([502, 503, 504]); // may go by itself, so a safe call is made again

export class ApiError extends Error {
  /**
   * @param {"offline" | "timeout" | "broken" | "refused"} kind
   * @param {{status?: number, detail?: string, requestId?: string | null}} [about]
   */
  constructor(kind, { status = 0, detail = "", requestId = null } = {}) {
    super(`${kind} ${status} ${detail}`);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
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
 */

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

  const call = (/** @type {string} */ url, /** @type {RequestInit} */ init = {}) =>
    admitted(() => called(send, url, { ...init, headers: headers() }));

  return {
    /** Once: what must not be made twice. */
    call,

    /** @param {string} url */
    get: (url) => again(() => call(url), wait),

    /** Safe to repeat. @param {string} url */
    post: (url) => again(() => call(url, { method: "POST" }), wait),

    /** Safe to repeat. @param {string} url @param {Blob} file @param {Upload} upload */
    upload: (url, file, upload) =>
      again(() => admitted(() => transfer("POST", url, file, headers(), upload)), wait),

    /** To a link, which needs no token. @param {string} url @param {Blob} file @param {Upload} upload */
    put: (url, file, upload) => again(() => transfer("PUT", url, file, {}, upload), wait),
  };
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

/** @param {typeof fetch} send @param {string} url @param {RequestInit} init */
async function called(send, url, init) {
  let response;
  try {
    response = await send(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError(late ? "timeout" : "offline");
  }
  if (response.ok) return response;
  throw refusal(response.status, await response.text(), response.headers.get("x-request-id"));
}

/**
 * fetch tells nothing of an upload's progress, so this is an XMLHttpRequest.
 *
 * @param {"POST" | "PUT"} method
 * @param {string} url
 * @param {Blob} file
 * @param {Record<string, string>} headers
 * @param {Upload} upload
 * @returns {Promise<Response>}
 */
function transfer(method, url, file, headers, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.timeout = TIMEOUT_MS;
    const all = { "content-type": "image/tiff", accept: "application/json", ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.upload.onload = () => onProgress(1);
    request.onerror = () => reject(new ApiError("offline"));
    request.ontimeout = () => reject(new ApiError("timeout"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    request.onload = () => {
      const { status, responseText } = request;
      // S3 shows no such header to a page, and asking for it is an error in the console.
      const requestId = method === "POST" ? request.getResponseHeader("x-request-id") : null;
      if (status < 300) resolve(new Response(responseText, { headers: named(requestId) }));
      else reject(refusal(status, responseText, requestId));
    };
    signal.throwIfAborted();
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** @param {string | null} requestId @returns {Record<string, string>} */
function named(requestId) {
  return requestId ? { "x-request-id": requestId } : {};
}

/** @param {number} status @param {string} body @param {string | null} requestId */
function refusal(status, body, requestId) {
  return new ApiError("refused", { status, detail: detailOf(body), requestId });
}

/** @param {string} body @returns {string} */
function detailOf(body) {
  try {
    return JSON.parse(body).detail ?? "";
  } catch {
    return "";
  }
}

/** @param {number} milliseconds @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
