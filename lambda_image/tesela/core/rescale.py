"""Bring bands from one pixel size to another: area mean when shrinking, bilinear when enlarging."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def resize(bands: NDArray[np.number], height: int, width: int) -> Floats:
    """Resample bands (C, H, W) to (C, height, width), float32.

    Along an axis that shrinks, each new pixel is the mean of the ground it covers, pixels at its
    rim counting by their share; along one that grows, values are interpolated between pixel
    centres, and the outermost half pixel repeats the outermost centre.
    """
    rows, columns = _taps(bands.shape[1], height), _taps(bands.shape[2], width)
    # The axis that shrinks more goes first: what follows has less to do.
    if height * bands.shape[2] <= width * bands.shape[1]:
        return _along_columns(_along_rows(bands, *rows), *columns)
    return _along_rows(_along_columns(bands, *columns), *rows)


def _taps(old: int, new: int) -> tuple[NDArray[np.intp], Floats]:
    """Which pixels make up each new one: indices (taps, new) and weights (taps, new)."""
    scale = old / new
    return _covered(old, new, scale) if scale > 1 else _between(old, new, scale)


def _covered(old: int, new: int, scale: float) -> tuple[NDArray[np.intp], Floats]:
    low = np.arange(new) * scale
    high = low + scale
    places = np.floor(low).astype(np.intp) + np.arange(math.ceil(scale) + 1)[:, None]
    shares = np.minimum(places + 1, high) - np.maximum(places, low)
    weights = np.maximum(shares, 0) / scale
    return np.minimum(places, old - 1), weights.astype(np.float32)


def _between(old: int, new: int, scale: float) -> tuple[NDArray[np.intp], Floats]:
    centres = np.clip((np.arange(new) + 0.5) * scale - 0.5, 0, old - 1)
    low = np.floor(centres).astype(np.intp)
    share = centres - low
    places = np.stack([low, np.minimum(low + 1, old - 1)])
    return places, np.stack([1 - share, share]).astype(np.float32)


def _along_rows(bands: NDArray[np.number], places: NDArray[np.intp], weights: Floats) -> Floats:
    result = np.zeros((len(bands), places.shape[1], bands.shape[2]), np.float32)
    for place, weight in zip(places, weights, strict=True):
        result += bands[:, place] * weight[:, None]
    return result


def _along_columns(bands: NDArray[np.number], places: NDArray[np.intp], weights: Floats) -> Floats:
    result = np.zeros((*bands.shape[:2], places.shape[1]), np.float32)
    for place, weight in zip(places, weights, strict=True):
        result += bands[:, :, place] * weight
    return result
