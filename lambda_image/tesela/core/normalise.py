"""Make images of any linear scale look alike to the model; serving and training share this code.

Counts of 11 bits, the same stretched to 8 bits, or scaled to 0..1: all differ by an offset (haze,
dark current) and a gain, for the whole image or by band. So each band loses its dark level, and is
divided by a spread half its own, half the whole image's: a wrong gain of one band counts by its
square root only, yet a band that varies little beside the others stays quiet, as the ground is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 16_384  # pixels that the percentiles are taken from: 1 ms, and they move by under 1 %
_SEED = 0
_ROUNDING = 1e-5  # a spread below this share of the largest value is rounding, not ground
_SMALLEST = np.finfo(
    np.float32
).tiny  # numbers below it have few digits, and 1 over them is infinite


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The numbers that the weights were trained with, from `model.json`."""

    dark_percent: float = 2.0  # percentile taken as the dark level of a band
    bright_percent: float = 98.0  # the spread reaches from the dark level to this percentile
    own_share: float = 0.5  # exponent of the band's own spread; the rest is the mean spread's
    low: float = -0.5  # results are clipped, so that int8 holds them in fine steps
    high: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """What a scene's bands lose and are multiplied by, (8,) each."""

    dark: NDArray[np.float32]
    factor: NDArray[np.float32]


def normalise(
    pixels: NDArray[np.float32], valid: NDArray[np.bool_], how: Normalisation
) -> NDArray[np.float32]:
    """Bands (8, H, W) of any linear scale to about 0 (dark) .. 1 (bright), clipped.

    Invalid pixels and bands that do not vary become 0. Multiplying the whole image by a positive
    number, or adding one to a band, changes nothing.
    """
    drawn = sample(pixels, valid)
    if not drawn.size:
        return np.zeros_like(pixels, dtype=np.float32)
    return stretch(pixels.astype(np.float32), valid, levels(drawn, how), how)


def levels(drawn: NDArray[np.float32], how: Normalisation) -> Levels:
    """Measure valid pixels (8, n), at least one, of a scene."""
    dark, spread = _dark_and_spread(drawn, how)
    return Levels(dark, _factor(spread, how.own_share))


def stretch(
    pixels: NDArray[np.float32], valid: NDArray[np.bool_], by: Levels, how: Normalisation
) -> NDArray[np.float32]:
    """Normalise bands (8, H, W) in place, by the levels of the scene that they are a part of."""
    pixels -= by.dark[:, None, None]
    pixels *= by.factor[:, None, None]
    np.clip(pixels, how.low, how.high, out=pixels)
    pixels[:, ~valid] = 0
    return pixels


def radiometry(normalised: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How strongly each band varies (8,), to be held against the range of the training scenes."""
    drawn = sample(normalised, valid)
    return drawn.std(axis=1) if drawn.size else np.zeros(len(normalised), np.float32)


def sample(
    pixels: NDArray[np.float32], valid: NDArray[np.bool_], number: int = _SAMPLES
) -> NDArray[np.float32]:
    """Take valid pixels (8, n): all, or a random one out of each of `number` equal runs of them.

    A fixed stride would meet the same few columns again and again, and take whatever repeats in them
    (stripes of the sensor, rows of a crop) for the whole image. The seed is fixed, so an image always
    has the same sample.
    """
    valid_at = np.flatnonzero(valid)
    if len(valid_at) > number:
        within = np.random.default_rng(_SEED).random(number)
        chosen = (np.arange(number) + within) * (len(valid_at) / number)
        valid_at = valid_at[chosen.astype(np.intp)]
    return pixels.reshape(len(pixels), -1)[:, valid_at].astype(np.float32)


def _dark_and_spread(
    drawn: NDArray[np.float32], how: Normalisation
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Dark level and spread (8,) of each band; 0 where it is mere rounding, or has no finite inverse."""
    last = drawn.shape[1] - 1
    ranks = [round(last * percent / 100) for percent in (how.dark_percent, how.bright_percent)]
    # One rank at a time, as numpy's vector code knows it: both at once take six times as long.
    dark, bright = (np.partition(drawn, rank, axis=1)[:, rank] for rank in ranks)
    spread = bright - dark
    spread[spread <= np.maximum(_ROUNDING * np.abs(drawn).max(axis=1), _SMALLEST)] = 0
    return dark, spread


def _factor(spread: NDArray[np.float32], own_share: float) -> NDArray[np.float32]:
    """One over the mixed spread (8,); 0 where a band does not vary."""
    varies = spread > 0
    if not varies.any():
        return np.zeros_like(spread)
    mean = spread[varies].mean()  # a missing band must not make the others louder
    mixed = np.where(varies, spread, 1) ** own_share * mean ** (1 - own_share)
    return np.where(varies, 1 / mixed, 0).astype(np.float32)
