"""Bring an image to the pixel size that the model was trained at, and its scores back.

Area mean when shrinking, bilinear when enlarging.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tesela.core.image import DEFAULT_GSD_M, Image
from tesela.core.limits import LIMITS
from tesela.core.tiles import Scores

# Pixels of these sizes look to the model like those it was trained on; others are resampled.
MIN_GSD_M, MAX_GSD_M = 0.8, 1.8
MAX_ENLARGEMENT = 4  # coarser ground shows none of the objects: more pixels would only cost time

Floats = NDArray[np.float32]
Taps = tuple[NDArray[np.intp], Floats]  # (taps, new): which old pixels, and their weights
Part = tuple[slice, slice]  # rows and columns


def at_model_scale(image: Image) -> Image:
    """The image as the model is shown it: resampled if a side of its pixels is too short or long.

    Its grid covers the same ground with other pixels. Pixels that are half valid are valid, with
    the mean of what is valid.
    """
    grid = image.grid
    height, width = model_size((grid.height, grid.width), grid.pixel_size_m[::-1])
    if (height, width) == (grid.height, grid.width):
        return image
    pixels, valid = _resize_valid(image, height, width)
    return replace(image, pixels=pixels, valid=valid, grid=grid.resized(height, width))


def model_size(sides_px: Sequence[int], sides_m: Sequence[float]) -> tuple[int, int]:
    """Sides in pixels, as many as the model should be shown of an image.

    No side is enlarged by more than `MAX_ENLARGEMENT` or beyond the side of the largest upload, nor
    shrunk below that of the smallest. Sides that grow do so alike.

    Args:
        sides_px: Height and width of the image.
        sides_m: Height and width of a pixel in metres.
    """
    if all(MIN_GSD_M <= side <= MAX_GSD_M for side in sides_m):
        return sides_px[0], sides_px[1]
    pairs = list(zip(sides_px, (side / DEFAULT_GSD_M for side in sides_m), strict=True))
    grown = max(px * min(factor, MAX_ENLARGEMENT) for px, factor in pairs)
    limit = min(1.0, LIMITS.max_side_px / grown)
    height, width = (_side(px, factor, limit) for px, factor in pairs)
    return height, width


def _side(px: int, factor: float, limit: float) -> int:
    if factor > 1:
        return max(px, math.floor(px * min(factor, MAX_ENLARGEMENT) * limit + 0.5))
    return max(round(px * factor), min(px, LIMITS.min_side_px))


def _resize_valid(image: Image, height: int, width: int) -> tuple[Floats, NDArray[np.bool_]]:
    if image.valid.all():
        return resize(image.pixels, height, width), np.ones((height, width), bool)
    share = resize(image.valid[None], height, width)
    pixels = resize(np.where(image.valid, image.pixels, 0), height, width)
    pixels /= np.maximum(share, 1e-6)
    return pixels, share[0] >= 0.5  # noqa: PLR2004


def resize_scores(scores: Scores, height: int, width: int) -> Scores:
    """Bring scores (10, H, W) to (10, height, width), class by class to spare memory."""
    if scores.shape[1:] == (height, width):
        return scores
    result = np.empty((len(scores), height, width), np.uint8)
    for plane, wanted in zip(scores, result, strict=True):
        wanted[:] = np.rint(resize(plane[None], height, width)[0])
    return result


def resize(bands: NDArray[Any], height: int, width: int) -> Floats:
    """Resample bands (C, H, W) to (C, height, width), float32.

    Along an axis that shrinks, each new pixel is the mean of the ground it covers, pixels at its
    rim counting by their share; along one that grows, values are interpolated between pixel
    centres, and the outermost half pixel repeats the outermost centre.
    """
    whole = slice(0, height), slice(0, width)
    return Rescaling.between((bands.shape[1], bands.shape[2]), (height, width)).part(bands, whole)


@dataclass(frozen=True, slots=True, eq=False)
class Rescaling:
    """How pixels of one size become those of another; parts of an image are equal to the whole's."""

    rows: Taps
    columns: Taps
    rows_first: bool  # the axis that shrinks more goes first: what follows has less to do

    @staticmethod
    def between(old: tuple[int, int], new: tuple[int, int]) -> "Rescaling":
        """Return the change from one height and width to another."""
        first = new[0] * old[1] <= new[1] * old[0]
        return Rescaling(_taps(old[0], new[0]), _taps(old[1], new[1]), first)

    def needed(self, wanted: Part) -> Part:
        """Return the rows and columns of the old image that a part of the new one is made of."""
        rows, columns = (
            places[:, part]
            for (places, _), part in zip((self.rows, self.columns), wanted, strict=True)
        )
        return (
            slice(int(rows.min()), int(rows.max()) + 1),
            slice(int(columns.min()), int(columns.max()) + 1),
        )

    def part(self, bands: NDArray[Any], wanted: Part) -> Floats:
        """Return a part (C, h, w) of the new image from those pixels of the old that it needs."""
        (top, left), (rows, columns) = (part.start for part in self.needed(wanted)), wanted
        down = self.rows[0][:, rows] - top, self.rows[1][:, rows]
        across = self.columns[0][:, columns] - left, self.columns[1][:, columns]
        if self.rows_first:
            return _along_columns(_along_rows(bands, *down), *across)
        return _along_rows(_along_columns(bands, *across), *down)


def _taps(old: int, new: int) -> Taps:
    """Which pixels make up each new one: indices (taps, new) and weights (taps, new)."""
    scale = old / new
    return _covered(old, new, scale) if scale > 1 else _between(old, new, scale)


def _covered(old: int, new: int, scale: float) -> Taps:
    low = np.arange(new) * scale
    high = low + scale
    places = np.floor(low).astype(np.intp) + np.arange(math.ceil(scale) + 1)[:, None]
    shares = np.minimum(places + 1, high) - np.maximum(places, low)
    weights = np.maximum(shares, 0) / scale
    return np.minimum(places, old - 1), weights.astype(np.float32)


def _between(old: int, new: int, scale: float) -> Taps:
    centres = np.clip((np.arange(new) + 0.5) * scale - 0.5, 0, old - 1)
    low = np.floor(centres).astype(np.intp)
    share = centres - low
    places = np.stack([low, np.minimum(low + 1, old - 1)])
    return places, np.stack([1 - share, share]).astype(np.float32)


def _along_rows(bands: NDArray[Any], places: NDArray[np.intp], weights: Floats) -> Floats:
    result = np.zeros((len(bands), places.shape[1], bands.shape[2]), np.float32)
    for place, weight in zip(places, weights, strict=True):
        result += bands[:, place] * weight[:, None]
    return result


def _along_columns(bands: NDArray[Any], places: NDArray[np.intp], weights: Floats) -> Floats:
    result = np.zeros((*bands.shape[:2], places.shape[1]), np.float32)
    for place, weight in zip(places, weights, strict=True):
        result += bands[:, :, place] * weight
    return result
