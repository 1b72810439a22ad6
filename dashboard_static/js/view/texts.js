/** The words that stand in the document: `data-i18n` fills an element, `data-i18n-label` its aria-label, `data-i18n-placeholder` what an empty field shows. */

import { byId, changes } from "./dom.js";

/**
 * @import {Api} from "../service/api.js"
 * @import {State} from "../state.js"
 * @import {Translate} from "../types.js"
 */

/** @param {Api} api */
export function createTexts(api) {
  const changed = changes();
  const noticeChanged = changes();
  byId("docs").href = api.docsUrl;

  /** @param {State} state @param {Translate} t */
  return ({ language, config, palette }, t) => {
    if (noticeChanged(language, palette)) byId("notice").textContent = t(`notice.${palette}`);
    if (!changed(language)) return;
    document.documentElement.lang = language;
    translateDocument(t);
    for (const button of byId("languages").children) {
      button.setAttribute("aria-pressed", String(button.value === language));
    }
    byId("footer").textContent = t("page.footer", { version: config.version });
  };
}

/** @param {Translate} t */
export function translateDocument(t) {
  for (const node of document.querySelectorAll("[data-i18n]")) {
    node.textContent = t(/** @type {HTMLElement} */ (node).dataset.i18n ?? "");
  }
  for (const node of document.querySelectorAll("[data-i18n-label]")) {
    node.ariaLabel = t(/** @type {HTMLElement} */ (node).dataset.i18nLabel ?? "");
    if (node.matches("button")) /** @type {HTMLElement} */ (node).title = node.ariaLabel;
  }
  for (const node of document.querySelectorAll("[data-i18n-placeholder]")) {
    const input = /** @type {HTMLInputElement} */ (node);
    input.placeholder = t(input.dataset.i18nPlaceholder ?? "");
  }
}
