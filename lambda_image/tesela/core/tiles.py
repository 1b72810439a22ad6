"""Split an image into overlapping tiles, and blend what the model says of them without a seam."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Sample = TypeVar("Sample", bound=np.generic)

Scores = NDArray[np.uint8]  # (10, height, width); probability = byte / 256


@dataclass(frozen=True, slots=True)
class Tile:
    """A square window of the padded image, in pixels."""

    row: int
    column: int
    size: int

    @property
    def window(self) -> tuple[slice, slice]:
        """Slices of rows and columns."""
        return (
            slice(self.row, self.row + self.size),
            slice(self.column, self.column + self.size),
        )


def pad(pixels: NDArray[Sample], size: int) -> NDArray[Sample]:
    """Reflect (bands, height, width) at its right and lower border until a tile fits."""
    _, height, width = pixels.shape
    missing = (0, 0), (0, max(0, size - height)), (0, max(0, size - width))
    return np.pad(pixels, missing, mode="reflect") if height < size or width < size else pixels


def split(height: int, width: int, size: int, overlap: int) -> Iterator[Tile]:
    """Tiles that cover (height, width), evenly spread, sharing at least `overlap` px.

    Height and width are those of the padded image, so at least `size`.
    """
    for row in _starts(height, size, overlap):
        for column in _starts(width, size, overlap):
            yield Tile(row, column, size)


def _starts(length: int, size: int, overlap: int) -> list[int]:
    count = 1 + -(-max(0, length - size) // (size - overlap))
    return [round(start) for start in np.linspace(0, length - size, count)]


def ramp(size: int, overlap: int) -> NDArray[np.float32]:
    """Weights along a tile's side: they rise from 1 at its border over the overlap."""
    rising = np.minimum(np.arange(size) + 1, overlap + 1).astype(np.float32)
    return np.minimum(rising, rising[::-1])


class Blend:
    """Weighted mean of overlapping tiles; the weight falls linearly to the tile's border.

    Away from the image's border two tiles therefore pass into each other gradually, and what the
    model guesses at a tile's edge, where it sees least, counts least.
    """

    def __init__(self, classes: int, height: int, width: int, size: int, overlap: int) -> None:
        slope = ramp(size, overlap)
        self._weight = np.outer(slope, slope)
        self._sum = np.zeros((classes, height, width), np.float32)
        self._total = np.zeros((height, width), np.float32)

    def add(self, tile: Tile, scores: Scores) -> None:
        """Add the scores (classes, size, size) of a tile."""
        self._sum[:, *tile.window] += scores * self._weight
        self._total[tile.window] += self._weight

    def scores(self) -> Scores:
        """The blended bytes, rounded to the nearest; every pixel must have been covered."""
        self._sum /= self._total
        return np.rint(self._sum, out=self._sum).astype(np.uint8)
