"""Runs: the stretches of set pixels in the rows of masks, and the 4-connected objects they make up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]
Raster = NDArray[np.bool_]  # (masks, height + 1, width + 1): last row and column of each are clear


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs in raster order, from `starts` up to `ends`, as places in a flat raster of that shape."""

    starts: Indices
    ends: Indices
    shape: tuple[int, int, int]

    @property
    def stride(self) -> int:
        """How far a pixel lies from the one below."""
        return self.shape[2]

    @property
    def lengths(self) -> Indices:
        """Pixels of each run."""
        return self.ends - self.starts

    @property
    def masks(self) -> Indices:
        """The mask of each run."""
        return self.starts // (self.shape[1] * self.shape[2])

    @property
    def pixels(self) -> Indices:
        """The places of all their pixels."""
        return spread(self.starts, self.lengths)

    def of(self, kept: NDArray[np.bool_]) -> "Runs":
        """Those of them that are kept."""
        return Runs(self.starts[kept], self.ends[kept], self.shape)


def spread(starts: Indices, lengths: Indices) -> Indices:
    """Count from each start on, as often as its length says."""
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(lengths.sum()) + np.repeat(starts - before, lengths))


def stack(masks: NDArray[np.bool_]) -> Raster:
    """Masks (n, height, width) with the clear row and column that keep runs and objects apart."""
    count, height, width = masks.shape
    raster = np.zeros((count, height + 1, width + 1), bool)
    raster[:, :height, :width] = masks
    return raster


def find_runs(raster: Raster) -> Runs:
    """Every run of a raster; none crosses the end of a row."""
    flat = raster.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        changes = np.concatenate([[0], changes])
    return Runs(changes[::2], changes[1::2], raster.shape)


def connect(runs: Runs) -> tuple[Indices, int]:
    """Number the 4-connected objects in raster order of their first pixels.

    Returns:
        The object of each run, from 0, and how many objects there are.
    """
    moved = runs.starts + runs.stride, runs.ends + runs.stride  # down by a row
    first = joined(len(runs.starts), *overlaps(*moved, runs.starts, runs.ends))
    is_first = first == np.arange(len(first))
    return (np.cumsum(is_first) - 1)[first], int(np.count_nonzero(is_first))


def overlaps(
    starts: Indices, ends: Indices, other_starts: Indices, other_ends: Indices
) -> tuple[Indices, Indices]:
    """Pairs of intervals that share a number: indices in the first set, and in the second.

    The intervals of a set are in ascending order and apart from each other; ends are not inside.
    """
    low = np.searchsorted(other_ends, starts, "right")
    counts = np.maximum(np.searchsorted(other_starts, ends, "left") - low, 0)
    return np.repeat(np.arange(len(starts)), counts), spread(low, counts)


def joined(count: int, first: Indices, second: Indices) -> Indices:
    """The lowest number that each of `count` things is joined with, over any number of pairs.

    Both of a pair take the smaller number until all agree.
    """
    lowest = np.arange(count)
    while len(first):
        np.minimum.at(lowest, np.maximum(first, second), np.minimum(first, second))
        lowest = _roots(lowest)
        first, second = lowest[first], lowest[second]
        differ = first != second
        first, second = first[differ], second[differ]
    return lowest


def _roots(parents: Indices) -> Indices:
    while True:
        grandparents = parents[parents]
        if np.array_equal(grandparents, parents):
            return parents
        parents = grandparents
