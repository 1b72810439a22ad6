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

    Sums are kept of one row of tiles alone, so tiles come in the order of `split`.
    """

    def __init__(self, classes: int, height: int, width: int, size: int, overlap: int) -> None:
        slope = ramp(size, overlap)
        self._weight = np.outer(slope, slope)
        self._sum = np.zeros((classes, size, width), np.float32)
        self._total = np.zeros((size, width), np.float32)
        self._top = 0  # the row of the image that the sums begin at
        self._scores = np.empty((classes, height, width), np.uint8)

    def add(self, tile: Tile, scores: Scores) -> None:
        """Add the scores (classes, size, size) of a tile."""
        self._finish_above(tile.row)
        _, columns = tile.window
        # Contiguous first: the interpreter's bytes lie pixel by pixel, which takes twice as long.
        self._sum[:, :, columns] += np.ascontiguousarray(scores) * self._weight
        self._total[:, columns] += self._weight

    def scores(self) -> Scores:
        """The blended bytes, rounded to the nearest; every pixel must have been covered."""
        self._finish_above(self._scores.shape[1])
        return self._scores

    def _finish_above(self, row: int) -> None:
        """Write the rows above `row`, to which no tile is still to come, and let the sums begin there."""
        done = row - self._top
        if not done:
            return
        finished = self._sum[:, :done] / self._total[:done]
        self._scores[:, self._top : row] = np.rint(finished, out=finished)
        for sums in (self._sum, self._total[None]):
            sums[:, :-done] = sums[:, done:]
            sums[:, -done:] = 0
        self._top = row
