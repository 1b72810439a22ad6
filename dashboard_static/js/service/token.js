/** The service's token: kept for this tab alone, and never part of an address. */

const TOKEN = "tesela.token";
let kept = /** @type {string | null} */ (null); // where storage is forbidden

/** @returns {string | null} */
export function recallToken() {
  try {
    return sessionStorage.getItem(TOKEN) ?? kept;
  } catch {
    return kept;
  }
}

/** @param {string} token */
export function rememberToken(token) {
  kept = token;
  try {
    sessionStorage.setItem(TOKEN, token);
  } catch {
    // It is kept while the page lives.
  }
}
