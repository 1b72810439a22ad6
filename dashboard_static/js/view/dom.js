/** Elements, by textContent alone. */

/**
 * @import {State} from "../state.js"
 * @import {Language, Translate} from "../types.js"
 */

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/**
 * @param {string} tag
 * @param {Record<string, any> | null} [properties] of the element; `class` and names with a dash are attributes
 * @param {...(Node | string | null | undefined)} children
 * @returns {any}
 */
export function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === "class" || name.includes("-")) made.setAttribute(name, value);
    else Object.assign(made, { [name]: value });
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/**
 * Tell whether any of the values differs from those of the last call.
 *
 * @returns {(...values: any[]) => boolean}
 */
export function changes() {
  /** @type {any[]} */
  let last = [];
  return (...values) => {
    const differs =
      values.length !== last.length || values.some((value, index) => value !== last[index]);
    last = values;
    return differs;
  };
}

/**
 * Render again only when something that was read of the state last time has changed since. Nobody
 * lists what a part of the page depends on, so nothing can be forgotten.
 *
 * @template {{language: Language}} [S=State]
 * @param {(state: S, t: Translate) => void} render
 * @returns {(state: S, t: Translate) => void}
 */
export function whenRead(render) {
  /** @type {Map<keyof S, unknown> | null} */
  let seen = null;
  return (state, t) => {
    if (seen && [...seen].every(([key, value]) => state[key] === value)) return;
    /** @type {Map<keyof S, unknown>} */
    const read = new Map([["language", state.language]]); // the words follow it
    seen = read;
    const noting = new Proxy(state, {
      get(target, key) {
        const name = /** @type {keyof S} */ (key);
        read.set(name, target[name]);
        return target[name];
      },
    });
    render(noting, t);
  };
}

const REST_MS = 80;

/**
 * Do the latest work once nothing new comes for a while: what need not follow a slider's every step.
 *
 * @returns {(work: () => void) => void}
 */
export function whenAtRest() {
  let timer = 0;
  return (work) => {
    clearTimeout(timer);
    timer = window.setTimeout(work, REST_MS);
  };
}

/** @param {string} href of a part of the page that is fetched later */
export function linkStyleSheet(href) {
  document.head.append(element("link", { rel: "stylesheet", href }));
}
