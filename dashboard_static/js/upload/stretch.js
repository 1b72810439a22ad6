/** Bands as a picture: each stretched between percentiles, as the service does. */

const LOW = 0.02;
const HIGH = 0.98;
const SAMPLE = 50_000; // pixels; percentiles of more move by less than a grey level
const FILL_FROM = 1e30; // no count goes so far: the fill of floats, -3.4e38, that no tag declares
const SHARED = 0.01; // of the sample: a value that all bands share there is fill, not ground

/**
 * @typedef {object} Fill what is no ground
 * @property {number | null} [nodata] the value that the file declares
 * @property {ArrayLike<number> | null} [mask] 0 where there is none
 * @property {boolean} [zeros] whether a pixel that is 0 in all bands is none
 */

/**
 * @param {ArrayLike<number>[]} bands red, green and blue
 * @param {number} width of the image
 * @param {Fill} [fill]
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA; transparent where there is no ground
 */
export function stretch(bands, width, fill = {}) {
  const isGround = groundOf(bands, fill);
  const ranges = rangesOf(bands, sampleOf(bands[0].length, width, isGround));
  const pixels = new Uint8ClampedArray(4 * bands[0].length);
  for (let index = 0; index < bands[0].length; index++) {
    if (!isGround(index)) continue;
    for (let channel = 0; channel < 3; channel++) {
      const { low, high } = ranges[channel];
      pixels[4 * index + channel] = (255 * (bands[channel][index] - low)) / (high - low);
    }
    pixels[4 * index + 3] = 255;
  }
  return pixels;
}

/**
 * A nodata of 0 counts only in all bands, as dark water can be 0 in one; any other counts in each.
 *
 * @param {ArrayLike<number>[]} bands
 * @param {Fill} fill
 * @returns {(index: number) => boolean}
 */
function groundOf(bands, { nodata = null, mask = null, zeros = false }) {
  return (index) =>
    mask?.[index] !== 0 &&
    bands.every(
      (band) => Math.abs(band[index]) < FILL_FROM && (!nodata || band[index] !== nodata),
    ) &&
    !((zeros || nodata === 0) && bands.every((band) => band[index] === 0));
}

/**
 * Pixels of all columns alike: the stride has no divisor in common with the width.
 *
 * @param {number} length
 * @param {number} width
 * @param {(index: number) => boolean} isGround
 * @returns {number[]}
 */
function sampleOf(length, width, isGround) {
  let stride = Math.ceil(length / SAMPLE);
  while (divisor(stride, width) > 1) stride++;
  const sample = [];
  for (let index = 0; index < length; index += stride) if (isGround(index)) sample.push(index);
  return sample;
}

/** @param {number} a @param {number} b @returns {number} the greatest that divides both */
function divisor(a, b) {
  return b ? divisor(b, a % b) : a;
}

/** @param {ArrayLike<number>[]} bands @param {number[]} sample */
function rangesOf(bands, sample) {
  const shared = sharedValues(bands, sample);
  const telling = sample.filter((index) => !isShared(bands, index) || !shared.has(bands[0][index]));
  const ground = telling.length ? telling : sample;
  return bands.map((band) => percentiles(Float64Array.from(ground, (index) => band[index])));
}

/** Values that fill more of the image than chance explains. @param {ArrayLike<number>[]} bands @param {number[]} sample */
function sharedValues(bands, sample) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const index of sample) {
    const value = bands[0][index];
    if (isShared(bands, index)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const many = [...counts].filter(([, count]) => count > SHARED * sample.length);
  return new Set(many.map(([value]) => value));
}

/** @param {ArrayLike<number>[]} bands @param {number} index */
function isShared(bands, index) {
  return bands.every((band) => band[index] === bands[0][index]);
}

/** @param {Float64Array} values */
function percentiles(values) {
  values.sort();
  const at = (/** @type {number} */ share) => values[Math.round(share * (values.length - 1))] ?? 0;
  return { low: at(LOW), high: Math.max(at(HIGH), at(LOW) + 1e-6) };
}
