/** Plotly figures, made from values alone. */

/** @import {Path} from "./outlines.js" */

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {string} colour `#RRGGBB`
 *
 * @typedef {{ink: string, line: string, font: string}} Theme
 * @typedef {{data: object[], layout: object, config: object}} Figure
 */

const CONFIG = { displayModeBar: false, responsive: true };
const BAR_HEIGHT = 25;
const TOP = 4;

/**
 * Horizontal bars, the first on top. They show proportions; the table has the numbers.
 *
 * @param {Bar[]} bars
 * @param {Theme} theme
 * @returns {Figure}
 */
export function barChart(bars, theme) {
  const most = Math.max(...bars.map((bar) => bar.value), 0);
  const trace = {
    type: "bar",
    orientation: "h",
    y: bars.map((bar) => bar.label),
    x: bars.map((bar) => bar.value),
    hoverinfo: "none",
    marker: { color: bars.map((bar) => bar.colour), line: { color: theme.ink, width: 0.5 } },
  };
  const layout = {
    ...plain(theme),
    height: bars.length * BAR_HEIGHT + 2 * TOP,
    margin: { l: 0, r: 4, t: TOP, b: TOP },
    bargap: 0.4,
    xaxis: { visible: false, fixedrange: true, range: [0, most || 1] },
    yaxis: {
      automargin: true,
      autorange: "reversed",
      fixedrange: true,
      ticks: "",
      ticklabelstandoff: 8,
      showgrid: false,
      zeroline: false,
    },
  };
  return { data: [trace], layout, config: { ...CONFIG, staticPlot: true } };
}

/** @param {number} y CSS pixels from the figure's top @returns {number} the bar there, counted from 0 */
export const barAt = (y) => Math.floor((y - TOP) / BAR_HEIGHT);

/**
 * Outlines over an image, one trace a class, in pixel coordinates with the origin at the top left.
 *
 * @param {{name: string, colour: string, path: Path}[]} outlines
 * @param {{width: number, height: number}} image
 * @param {{width: number, height: number}} size of the figure, in CSS pixels
 * @returns {Figure}
 */
export function outlineMap(outlines, image, size) {
  const data = outlines.map(({ name, colour, path }) => ({
    type: "scatter",
    mode: "lines",
    name,
    x: path.x,
    y: path.y,
    line: { color: colour, width: 1.5, simplify: false },
    hoverinfo: "skip",
  }));
  const axis = { visible: false, fixedrange: true };
  const layout = {
    ...size,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    showlegend: false,
    xaxis: { ...axis, range: [0, image.width] },
    yaxis: { ...axis, range: [image.height, 0] },
  };
  return { data, layout, config: { displayModeBar: false, staticPlot: true } };
}

/** @param {Theme} theme */
function plain({ ink, font }) {
  return {
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: font, color: ink, size: 13 },
    showlegend: false,
  };
}
