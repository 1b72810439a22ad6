/** Plotly figures, made from values alone. */

/** @import {Path} from "./outlines.js" */

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {string} text the value as a reader writes it
 * @property {string} colour `#RRGGBB`
 *
 * @typedef {{ink: string, line: string, font: string}} Theme
 * @typedef {{data: object[], layout: object, config: object}} Figure
 */

const CONFIG = { displayModeBar: false, responsive: true };
const BAR_HEIGHT = 25;
const CHARACTER_WIDTH = 8; // of 13 px figures, generously

/**
 * Horizontal bars, the first on top.
 *
 * @param {Bar[]} bars
 * @param {Theme} theme
 * @returns {Figure}
 */
export function barChart(bars, theme) {
  const most = Math.max(...bars.map((bar) => bar.value));
  const textRoom = CHARACTER_WIDTH * Math.max(...bars.map((bar) => bar.text.length)) + 4;
  const trace = {
    type: "bar",
    orientation: "h",
    y: bars.map((bar) => bar.label),
    x: bars.map((bar) => bar.value),
    text: bars.map((bar) => bar.text),
    textposition: "outside",
    cliponaxis: false,
    hoverinfo: "none",
    marker: { color: bars.map((bar) => bar.colour), line: { color: theme.ink, width: 0.5 } },
  };
  const layout = {
    ...plain(theme),
    height: bars.length * BAR_HEIGHT + 8,
    margin: { l: 0, r: textRoom, t: 4, b: 4 },
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
