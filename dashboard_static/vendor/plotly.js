/** The one way to Plotly: fetched at the first call, so that the first paint never waits for it. */

/** @type {Promise<any> | undefined} */
let loading;

/** @returns {Promise<any>} the Plotly library */
export function plotly() {
  loading ??= load();
  return loading;
}

async function load() {
  linkStyleSheet(); // first, as the bundle looks for it
  await import(beside("plotly/plotly-strict.min.js"));
  return /** @type {any} */ (window).Plotly;
}

/** Plotly injects its rules as an inline style, unless it finds a style sheet with this id and class. */
function linkStyleSheet() {
  const link = document.createElement("link");
  Object.assign(link, { id: "plotly.js-style-global", className: "no-inline-styles" });
  Object.assign(link, { rel: "stylesheet", href: beside("plotly/plotly.css") });
  document.head.append(link);
}

/** @param {string} path */
function beside(path) {
  return new URL(path, import.meta.url).href;
}
