/** Ask for the service's token, once however many calls wait for it. */

import { rememberToken } from "../service/token.js";
import { byId } from "./dom.js";

/** @returns {(wasWrong: boolean) => Promise<boolean>} whether the reader gave one */
export function createTokenDialog() {
  const dialog = byId("token");
  const field = byId("token-text");
  /** @type {Promise<boolean> | null} */
  let asking = null;

  /** @param {boolean} wasWrong @returns {Promise<boolean>} */
  function ask(wasWrong) {
    byId("token-wrong").hidden = !wasWrong;
    field.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.onclose = () => {
        asking = null;
        const given = dialog.returnValue === "given" && field.value.trim();
        if (given) rememberToken(given);
        field.value = "";
        resolve(Boolean(given));
      };
    });
  }

  byId("token-form").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    dialog.close("given");
  };
  byId("token-cancel").onclick = () => dialog.close();
  return (wasWrong) => {
    asking ??= ask(wasWrong);
    return asking;
  };
}
