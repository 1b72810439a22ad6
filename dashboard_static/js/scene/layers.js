/**
 * Threshold, sieve and summarise one class from its scores, as the service does, but at once.
 * A layer keeps runs of pixels, not a picture: small in memory, and quick to paint and to look up.
 */

/** @import {Count, Picture} from "../types.js" */

/**
 * @typedef {object} Layer objects of one class at one threshold; all runs lie in reading order
 * @property {Int32Array} rows index of each row's first run; one entry more than there are rows
 * @property {Int32Array} starts first pixel of each run, counted from the image's first pixel
 * @property {Int32Array} ends one past the last pixel of each run
 * @property {Int32Array} labels object of each run, from 1; 0 where the sieve dropped it
 * @property {number[]} pixels of each object; entry 0 is unused
 * @property {number[]} scores mean of each object, 0 to 1; entry 0 is unused
 */

const SCORE_UNIT = 256; // probability = byte / 256

/**
 * Find the 4-connected objects of at least `leastPixels` pixels.
 *
 * @param {Uint8Array} plane scores of one class, row by row
 * @param {number} width in pixels
 * @param {number} threshold 0 to 1
 * @param {number} leastPixels
 * @returns {Layer}
 */
export function segment(plane, width, threshold, leastPixels) {
  const runs = findRuns(plane, width, Math.ceil(threshold * SCORE_UNIT));
  const parents = connect(runs);
  return { ...runs, ...number(runs, parents, leastPixels) };
}

/**
 * Count and measure a layer.
 *
 * @param {string} key
 * @param {Layer} layer
 * @param {Picture} image
 * @returns {Count}
 */
export function summarise(key, layer, image) {
  const pixels = layer.pixels.reduce((sum, each) => sum + each, 0);
  const weighted = layer.scores.reduce((sum, score, label) => sum + score * layer.pixels[label], 0);
  const squareMetres = pixels * image.pixel_area_m2;
  return {
    key,
    objects: layer.pixels.length - 1,
    squareMetres,
    hectares: squareMetres / 10_000,
    percent: (100 * pixels) / image.valid_pixels,
    score: pixels ? weighted / pixels : null,
  };
}

/**
 * Count the pixels that belong to any of the layers; the sum of the layers counts some twice.
 *
 * @param {Iterable<Layer>} layers
 * @param {number} size pixels of the image
 * @returns {number}
 */
export function covered(layers, size) {
  const seen = new Uint8Array(size);
  for (const { starts, ends, labels } of layers) {
    for (let run = 0; run < starts.length; run++) {
      if (labels[run]) seen.fill(1, starts[run], ends[run]);
    }
  }
  return seen.reduce((sum, each) => sum + each, 0);
}

/**
 * Say which object covers a pixel.
 *
 * @param {Layer} layer
 * @param {number} row
 * @param {number} pixel counted from the image's first pixel
 * @returns {number} the object, or 0
 */
export function objectAt(layer, row, pixel) {
  let low = layer.rows[row];
  let high = layer.rows[row + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (layer.ends[middle] <= pixel) low = middle + 1;
    else high = middle;
  }
  return low < layer.rows[row + 1] && layer.starts[low] <= pixel ? layer.labels[low] : 0;
}

/**
 * @typedef {object} Runs pixels of a class that follow each other in a row
 * @property {number} width of the image
 * @property {Int32Array} rows
 * @property {Int32Array} starts
 * @property {Int32Array} ends
 * @property {Int32Array} sums of the scores, as bytes
 */

/**
 * @param {Uint8Array} plane
 * @param {number} width
 * @param {number} least the lowest byte that belongs to the class
 * @returns {Runs}
 */
function findRuns(plane, width, least) {
  const rows = new Int32Array(plane.length / width + 1);
  const [starts, ends, sums] = roomFor((width + 1) * rows.length);
  let run = 0;
  for (let row = 0; row < rows.length - 1; row++) {
    const end = (row + 1) * width;
    for (let pixel = row * width; pixel < end; pixel++) {
      if (plane[pixel] < least) continue;
      let sum = 0;
      starts[run] = pixel;
      while (pixel < end && plane[pixel] >= least) sum += plane[pixel++];
      ends[run] = pixel;
      sums[run++] = sum;
    }
    rows[row + 1] = run;
  }
  return {
    width,
    rows,
    starts: starts.slice(0, run),
    ends: ends.slice(0, run),
    sums: sums.slice(0, run),
  };
}

/** @type {Int32Array[]} kept between calls, as a slider makes many */
let room = [];

/** @param {number} pixels @returns {Int32Array[]} three lists, as long as there can be runs at most */
function roomFor(pixels) {
  const most = (pixels >> 1) + 1;
  if (!(room[0]?.length >= most)) room = [0, 1, 2].map(() => new Int32Array(most));
  return room;
}

/**
 * Join runs that touch the row above along a side (union-find; a root is an object's first run).
 *
 * @param {Runs} runs
 */
function connect({ rows, width, starts, ends }) {
  const parents = new Int32Array(starts.length);
  for (let run = 0; run < parents.length; run++) parents[run] = run;
  for (let row = 1; row < rows.length - 1; row++) {
    let above = rows[row - 1];
    for (let run = rows[row]; run < rows[row + 1]; run++) {
      while (above < rows[row] && ends[above] + width <= starts[run]) above++;
      for (let each = above; each < rows[row] && starts[each] + width < ends[run]; each++) {
        join(parents, run, each);
      }
    }
  }
  return parents;
}

/** @param {Int32Array} parents @param {number} one @param {number} other */
function join(parents, one, other) {
  const [a, b] = [root(parents, one), root(parents, other)];
  if (a < b) parents[b] = a;
  else parents[a] = b;
}

/** @param {Int32Array} parents @param {number} run */
function root(parents, run) {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]];
    run = parents[run];
  }
  return run;
}

/**
 * Number the objects that are large enough, in reading order, and measure them.
 *
 * @param {Runs} runs
 * @param {Int32Array} parents
 * @param {number} leastPixels
 */
function number({ starts, ends, sums }, parents, leastPixels) {
  const sizes = new Int32Array(starts.length);
  const totals = new Float64Array(starts.length);
  for (let run = 0; run < starts.length; run++) {
    const first = root(parents, run);
    sizes[first] += ends[run] - starts[run];
    totals[first] += sums[run];
  }
  const labels = new Int32Array(starts.length);
  const pixels = [0];
  const scores = [0];
  for (let run = 0; run < starts.length; run++) {
    const first = parents[run] === run ? run : root(parents, run);
    if (sizes[first] < leastPixels) continue;
    if (first === run) {
      labels[run] = pixels.push(sizes[run]) - 1;
      scores.push(totals[run] / sizes[run] / SCORE_UNIT);
    } else labels[run] = labels[first];
  }
  return { labels, pixels, scores };
}
