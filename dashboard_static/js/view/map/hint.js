/** How to zoom, shown where the wheel scrolls the page. */

const HINT_MS = 1500;

/** @param {HTMLElement} node */
export function createHint(node) {
  let timer = 0;
  const hide = () => node.classList.remove("shown");
  function show() {
    node.classList.add("shown");
    clearTimeout(timer);
    timer = window.setTimeout(hide, HINT_MS);
  }
  return { show, hide };
}
