"""Scores of any window of a scene, from tiles whose places depend on the scene alone.

So a pixel is covered by the same tiles whichever block it is computed in. The weighted sums are whole
numbers below 2**24, exact as float32 in any order: blocks agree to the bit with the whole scene.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import KEYS
from tesela.core.image import Pixels, Valid
from tesela.core.tiles import Scores, Tile, ramp
from tesela.scenes.window import Window

Floats = NDArray[np.float32]
Predict = Callable[[Pixels, Sequence[Tile]], Iterable[Scores]]


def starts(length: int, size: int, overlap: int) -> list[int]:
    """Where tiles begin along a side of at least `size` px: at equal steps, and one at the end."""
    return [*range(0, length - size, size - overlap), length - size]


def covering(begins: Sequence[int], size: int, low: int, high: int) -> list[int]:
    """Those tiles of a side that share pixels with `low` to before `high`."""
    return [start for start in begins if start < high and start + size > low]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Where tiles begin, in ascending order: row by row, column by column."""

    rows: Sequence[int]
    columns: Sequence[int]
    size: int
    overlap: int  # of neighbours, up to half of `size`

    def from_first(self) -> "Lattice":
        """Return the same tiles, counted from the first one's first pixel."""
        return replace(
            self,
            rows=[row - self.rows[0] for row in self.rows],
            columns=[column - self.columns[0] for column in self.columns],
        )


def lattice_over(area: Window, height: int, width: int, size: int, overlap: int) -> Lattice:
    """Return the tiles of a scene of (height, width) that share pixels with a window."""
    rows, columns = (starts(max(side, size), size, overlap) for side in (height, width))
    return Lattice(
        covering(rows, size, area.row, area.bottom),
        covering(columns, size, area.column, area.right),
        size,
        overlap,
    )


def blend(pixels: Pixels, valid: Valid, tiles: Lattice, predict: Predict) -> Scores:
    """Scores (10, H, W) of normalised pixels (8, H, W), which the tiles cover; 0 where not valid.

    Args:
        pixels: From the first tile's first pixel to the last tile's last.
        valid: Of the same pixels. A tile without any is not predicted.
        tiles: Counted from the first pixel.
        predict: Returns the scores of tiles of the pixels, in their order.
    """
    size, rows, columns = tiles.size, tiles.rows, tiles.columns
    _, height, width = pixels.shape
    slope = ramp(size, tiles.overlap)
    weight = np.outer(slope, slope)
    down, across = _total(rows, slope, height), _total(columns, slope, width)
    sums = np.zeros((len(KEYS), size, width), np.float32)  # of the rows that a row of tiles covers
    scores = np.empty((len(KEYS), height, width), np.uint8)
    for row, following in pairwise([*rows, rows[-1] + size]):
        along = [Tile(row, column, size) for column in columns]
        along = [tile for tile in along if valid[tile.window].any()]
        for tile, predicted in zip(along, predict(pixels, along), strict=True):
            sums[:, :, tile.window[1]] += predicted * weight
        done = following - row
        mean = sums[:, :done] / np.outer(down[row:following], across)
        scores[:, row:following] = np.rint(mean)
        sums[:, : size - done] = sums[:, done:].copy()
        sums[:, size - done :] = 0
    scores *= valid
    return scores


def _total(begins: Sequence[int], slope: Floats, length: int) -> Floats:
    """Sum of the tiles' weights along a side."""
    total = np.zeros(length, np.float32)
    for start in begins:
        total[start : start + len(slope)] += slope
    return total
