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
    first = _first_runs(len(runs.starts), *_touching(runs))
    is_first = first == np.arange(len(first))
    return (np.cumsum(is_first) - 1)[first], int(np.count_nonzero(is_first))


def _touching(runs: Runs) -> tuple[Indices, Indices]:
    """Pairs of runs that share an edge: the one above, and the one below."""
    first = np.searchsorted(runs.ends, runs.starts + runs.stride, "right")
    last = np.searchsorted(runs.starts, runs.ends + runs.stride, "left")
    return np.repeat(np.arange(len(first)), last - first), spread(first, last - first)


def _first_runs(count: int, above: Indices, below: Indices) -> Indices:
    """The first run of each run's object: neighbours take the smaller number until all agree."""
    firsts = np.arange(count)
    while len(above):
        np.minimum.at(firsts, np.maximum(above, below), np.minimum(above, below))
        firsts = _roots(firsts)
        above, below = firsts[above], firsts[below]
        differ = above != below
        above, below = above[differ], below[differ]
    return firsts


def _roots(parents: Indices) -> Indices:
    while True:
        grandparents = parents[parents]
        if np.array_equal(grandparents, parents):
            return parents
        parents = grandparents
