/** Bands as a picture: each stretched between percentiles, as the service does. */

const LOW = 0.02;
const HIGH = 0.98;
const MOST_SAMPLED = 20_000; // of a band; its percentiles move by less than a grey level

/**
 * @param {ArrayLike<number>[]} bands red, green and blue
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA; transparent where a value is no number or all are 0
 */
export function stretch(bands) {
  const { length } = bands[0];
  const pixels = new Uint8ClampedArray(4 * length);
  const isValid = (/** @type {number} */ index) =>
    bands.every((band) => Number.isFinite(band[index])) && bands.some((band) => band[index] !== 0);
  const ranges = bands.map((band) => percentiles(band, isValid));
  for (let index = 0; index < length; index++) {
    if (!isValid(index)) continue;
    for (let channel = 0; channel < 3; channel++) {
      const { low, high } = ranges[channel];
      pixels[4 * index + channel] = (255 * (bands[channel][index] - low)) / (high - low);
    }
    pixels[4 * index + 3] = 255;
  }
  return pixels;
}

/** @param {ArrayLike<number>} band @param {(index: number) => boolean} isValid */
function percentiles(band, isValid) {
  const step = Math.ceil(band.length / MOST_SAMPLED);
  const values = /** @type {number[]} */ ([]);
  for (let index = 0; index < band.length; index += step) {
    if (isValid(index)) values.push(band[index]);
  }
  values.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => values[Math.round(share * (values.length - 1))] ?? 0;
  return { low: at(LOW), high: Math.max(at(HIGH), at(LOW) + 1e-6) };
}
