"""Objects of a mask as runs of pixels, joined by union-find; all of it in numpy."""

import math

import numpy as np
from numpy.typing import NDArray

from tesela.core.polygons import Mask

Indexes = NDArray[np.int64]


def keep_large(mask: Mask, least_px: float) -> Mask:
    """Drop the 4-connected objects of fewer than `least_px` pixels."""
    least = math.ceil(min(least_px, mask.size + 1))
    if least <= 1 or not mask.any():
        return mask
    begins, ends = _runs(mask)
    stride = mask.shape[1] + 1
    above, below = overlaps(begins + stride, ends + stride, begins, ends)
    roots = joined(len(begins), above, below)
    sizes = np.bincount(roots, weights=ends - begins, minlength=len(begins))
    kept = sizes[roots] >= least
    steps = np.zeros(mask.shape[0] * stride + 1, np.int8)
    steps[begins[kept]] += 1
    steps[ends[kept]] -= 1
    return np.cumsum(steps[:-1], dtype=np.int8).reshape(-1, stride)[:, :-1].astype(bool)


def _runs(mask: Mask) -> tuple[Indexes, Indexes]:
    """Where runs of a mask's rows begin and end, in pixels of a mask that is one column wider."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int8)
    padded[:, :-1] = mask
    steps = np.diff(padded.ravel(), prepend=0)
    return np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)


def overlaps(
    begins: Indexes, ends: Indexes, other_begins: Indexes, other_ends: Indexes
) -> tuple[Indexes, Indexes]:
    """Pairs of intervals that share a number: indexes in the first set, and in the second.

    The intervals of a set are in ascending order and apart from each other; ends are not inside.
    """
    low = np.searchsorted(other_ends, begins, "right")
    high = np.searchsorted(other_begins, ends, "left")
    counts = np.maximum(high - low, 0)
    first = np.repeat(np.arange(len(begins)), counts)
    within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    return first, np.repeat(low, counts) + within


def joined(count: int, first: Indexes, second: Indexes) -> Indexes:
    """The lowest number that each of `count` things is joined with, over any number of pairs.

    Each round hooks the higher root of a pair to the lower one, and then halves all paths.
    """
    parent = np.arange(count)
    while True:
        low = np.minimum(parent[first], parent[second])
        high = np.maximum(parent[first], parent[second])
        apart = low != high
        if not apart.any():
            return parent
        first, second = first[apart], second[apart]
        np.minimum.at(parent, high[apart], low[apart])
        while (parent != parent[parent]).any():
            parent = parent[parent]
