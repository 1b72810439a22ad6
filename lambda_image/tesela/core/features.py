"""Numbers that describe an image to whoever compares it with training; training shares this code.

All are of normalised pixels, so neither the scale of the counts nor an offset of a band enters.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import BANDS
from tesela.core.masks import SCORE_UNIT
from tesela.core.normalise import sample
from tesela.core.tiles import Scores

Pixels = NDArray[np.float32]  # (8, H, W), normalised
Valid = NDArray[np.bool_]  # (H, W)
Features = NDArray[np.float64]

PAIRS = np.triu_indices(len(BANDS), 1)
SPECTRA = 2 * len(BANDS) + len(PAIRS[0])  # means, logarithms of spreads, correlations
LAGS = (1, 2, 4, 8)  # pixels
_PLANES = ((1, 2, 4), (5, 6, 7))  # blue, green and red; red edge, NIR1 and NIR2
TEXTURE = len(_PLANES) * len(LAGS)

_SAMPLES = (
    4096  # pixels for means and correlations: far more than their differences between scenes need
)
_LINES = 64  # rows, and columns, along which differences are taken
_SCORED_PX = 4096
_FLOOR = 1e-4  # variance that a band without contrast counts as having
_MAX_CORRELATION = 0.999


def spectra(pixels: Pixels, valid: Valid) -> Features:
    """Mean and log spread of each band, and Fisher's z of each pair's correlation (44,)."""
    drawn = sample(pixels, valid, _SAMPLES).astype(np.float64)
    if not drawn.size:
        return np.zeros(SPECTRA)
    mean = drawn.mean(axis=1)
    drawn -= mean[:, None]
    covariance = drawn @ drawn.T / drawn.shape[1]
    spread = np.sqrt(np.diag(covariance) + _FLOOR)
    correlations = (covariance / np.outer(spread, spread))[PAIRS]
    z = np.arctanh(np.clip(correlations, -_MAX_CORRELATION, _MAX_CORRELATION))
    return np.concatenate([mean, np.log(spread), z])


def reordered(features: Features, orders: NDArray[np.intp]) -> Features:
    """The spectra (N, 44) of the same image if its bands were in each of the orders (N, 8)."""
    bands = len(BANDS)
    z = np.zeros((bands, bands))
    z[PAIRS] = features[2 * bands :]
    z += z.T
    pairs = z[orders[:, PAIRS[0]], orders[:, PAIRS[1]]]
    return np.hstack([features[:bands][orders], features[bands : 2 * bands][orders], pairs])


def texture(pixels: Pixels, valid: Valid) -> Features:
    """How much the ground varies over 1, 2, 4 and 8 pixels, beside its whole variance (8,).

    Logarithms of half the mean squared difference (a variogram), in visible light and in infrared.
    """
    whole = bool(valid.all())
    return np.concatenate([_variogram(pixels[list(bands)], valid, whole) for bands in _PLANES])


def _variogram(bands: Pixels, valid: Valid, whole: bool) -> Features:
    height, width = valid.shape
    rows, columns = (_spread_out(side) for side in (height, width))
    across, down = bands[:, rows].mean(axis=0), bands[:, :, columns].mean(axis=0).T
    pairs = ((across, valid[rows]), (down, valid[:, columns].T))
    seen = across[valid[rows]]
    variance = float(seen.var()) + _FLOOR if seen.size else _FLOOR
    halves = [_half_squares(pairs, lag, whole) for lag in LAGS]
    return np.log(np.array(halves) / variance + _FLOOR)


def _half_squares(pairs: tuple[tuple[Pixels, Valid], ...], lag: int, whole: bool) -> float:
    """Half the mean squared difference of valid pixels that lie `lag` apart; 0 where there are none."""
    squares = count = 0.0
    for lines, known in pairs:
        difference = lines[:, lag:] - lines[:, :-lag]
        if whole:
            count += difference.size
        else:
            both = known[:, lag:] & known[:, :-lag]
            difference = difference[both]
            count += difference.size
        squares += float(np.vdot(difference, difference))
    return squares / max(count, 1.0) / 2


def _spread_out(side: int) -> NDArray[np.intp]:
    """Up to `_LINES` positions, evenly along a side."""
    number = min(side, _LINES)
    return ((np.arange(number) + 0.5) * side / number).astype(np.intp)


def agreement(scores: Scores, first_bytes: NDArray[np.integer]) -> tuple[float, float]:
    """Jaccard index that the scores expect of their own masks: were each score the probability it means.

    Args:
        scores: Bytes (10, H, W).
        first_bytes: The least byte (10,) of each class's mask.

    Returns:
        Over all pixels of all classes, and the mean of the classes that are expected to cover 1 %.
    """
    step = math.ceil(math.sqrt(scores.shape[1] * scores.shape[2] / _SCORED_PX))
    drawn = scores[:, ::step, ::step].reshape(len(scores), -1)
    called = drawn >= first_bytes[:, None]
    hits = np.where(called, drawn, 0).sum(axis=1, dtype=np.float64) / SCORE_UNIT
    expected = drawn.sum(axis=1, dtype=np.float64) / SCORE_UNIT
    return expected_jaccard(hits, expected, called.sum(axis=1), drawn.shape[1])


_MIN_SHARE = 0.01


def expected_jaccard(
    hits: Features, expected: Features, called: NDArray[np.integer] | Features, pixels: float
) -> tuple[float, float]:
    """As `agreement`, from sums by class.

    Args:
        hits: Sum of the probabilities (10,) inside each mask.
        expected: The same over all pixels.
        called: Pixels (10,) of each mask.
        pixels: How many pixels were counted.
    """
    union = called + (expected - hits)
    held = expected >= _MIN_SHARE * pixels
    jaccards = hits[held] / np.maximum(union[held], 1e-9)
    together = float(hits.sum() / max(float(union.sum()), 1e-9))
    return together, float(jaccards.mean()) if held.any() else 0.0
