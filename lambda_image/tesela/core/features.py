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
_LINES = 160  # rows, and columns, along which differences are taken
_SCORED_PX = 16_384
_MIN_SHARE = 0.01  # of the pixels: a class that is expected on less tells nothing
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


def score_shares(scores: Scores, first_bytes: NDArray[np.integer]) -> Features:
    """What the scores say of each class's share of the pixels (3, 10), were each the probability it means.

    The share that is called and expected to be right, the share expected in all, and the share called.

    Args:
        scores: Bytes (10, H, W).
        first_bytes: The least byte (10,) of each class's mask.
    """
    step = math.ceil(math.sqrt(scores.shape[1] * scores.shape[2] / _SCORED_PX))
    drawn = scores[:, ::step, ::step].reshape(len(scores), -1)
    called = drawn >= first_bytes[:, None]
    hits = np.where(called, drawn, 0).sum(axis=1, dtype=np.float64) / SCORE_UNIT
    expected = drawn.sum(axis=1, dtype=np.float64) / SCORE_UNIT
    return np.stack([hits, expected, called.sum(axis=1)]) / drawn.shape[1]


def agreement(shares: Features) -> tuple[float, float]:
    """Jaccard index that scores expect of their own masks, from `score_shares`.

    Returns:
        Over all pixels of all classes, and the mean of the classes that are expected to cover 1 %.
    """
    hits, expected, called = shares
    union = called + (expected - hits)
    held = expected >= _MIN_SHARE
    jaccards = hits[held] / np.maximum(union[held], 1e-9)
    together = float(hits.sum() / max(float(union.sum()), 1e-9))
    return together, float(jaccards.mean()) if held.any() else 0.0


def usual_jaccard(shares: Features, by_class: Features) -> float:
    """Mean of each class's usual Jaccard index (10,) over the classes expected to cover 1 %.

    They count by the root of their expected share; all count alike where none covers so much.
    """
    expected = shares[1]
    weights = np.sqrt(np.where(expected >= _MIN_SHARE, expected, 0))
    return float(np.average(by_class, weights=weights if weights.any() else None))
