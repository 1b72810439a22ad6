"""Overviews: each level has half the pixels of the one before, made of squares of four."""

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Product = Literal["classes", "masks", "scores"]
Raster = NDArray[np.uint8]  # (bands, height, width)

BANDS: dict[Product, int] = {"classes": 1, "masks": 10, "scores": 10}

_HALF = 2  # of four


def levels(height: int, width: int, tile_px: int) -> int:
    """How often a raster is halved until one tile holds it."""
    return max(0, math.ceil(math.log2(max(height, width) / tile_px)))


def halved(raster: Raster, product: Product) -> Raster:
    """Return the next level; a last odd row or column counts twice.

    A class is the most frequent of the four, the first of them where there is none; a mask is set
    where half of the four are; a score is their mean.
    """
    _, height, width = raster.shape
    even = np.pad(raster, ((0, 0), (0, height % 2), (0, width % 2)), mode="edge")
    a, b, c, d = (even[:, row::2, column::2] for row in (0, 1) for column in (0, 1))
    if product == "classes":
        pair = np.where((b == c) | (b == d), b, np.where(c == d, c, a))
        return np.where((a == b) | (a == c) | (a == d), a, pair)
    total: NDArray[Any] = a.astype(np.uint16) + b + c + d
    if product == "masks":
        return (total >= _HALF).astype(np.uint8)
    return ((total + 2) // 4).astype(np.uint8)
