"""Outlines: the rings of pixel corners around objects, exteriors and holes.

Every corner of a ring ends a vertical and a horizontal edge. Edges along one line of the pixel grid
do not overlap, so the corners on it, in order, are joined two by two. With each vertical edge
directed so that its object lies to the left, the horizontal ones lead from each to the next.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tesela.core.runs import Indices, Runs, spread

Ring = NDArray[np.float64]  # (n, 2), closed: pixel corners as column and row


@dataclass(frozen=True, slots=True)
class Outline:
    """A ring, and the object that it encloses or, as a hole, lies in."""

    object: int
    ring: Ring
    is_hole: bool


@dataclass(frozen=True, slots=True)
class _Edges:
    """Vertical edges in raster order of their tops; corners are places in the flat raster.

    A `left` edge has its object to the right of it, and is directed downwards; another, upwards.
    """

    tops: Indices
    bottoms: Indices  # in raster order as well
    end: Indices  # which bottom is that of an edge
    is_left: NDArray[np.bool_]
    objects: Indices
    meets: NDArray[np.bool_]  # whether another edge ends at its top

    @property
    def heads(self) -> Indices:
        """Corners that edges lead to."""
        return np.where(self.is_left, self.bottoms[self.end], self.tops)

    @property
    def tails(self) -> Indices:
        """Corners that edges come from."""
        return np.where(self.is_left, self.tops, self.bottoms[self.end])


def trace(runs: Runs, objects: Indices) -> list[Outline]:
    """Rings in raster order of their first corners, from which they start.

    Exteriors start downwards, holes to the right. Where an object touches itself at a corner, two
    of its rings meet there, so that every polygon is valid (OGC).

    Args:
        runs: Of all objects.
        objects: The object of each run.
    """
    edges = _vertical_edges(runs, objects)
    order, starts = _walk(_successors(edges).tolist())
    firsts = order[starts[:-1]]
    is_hole = ~edges.is_left[firsts]
    rings = _rings(edges, order, starts, is_hole, runs.shape)
    numbers = edges.objects[firsts].tolist()
    return [Outline(*each) for each in zip(numbers, rings, is_hole.tolist(), strict=True)]


def _vertical_edges(runs: Runs, objects: Indices) -> _Edges:
    """Join the ends of runs to edges: those on one side of pixels that lie below each other."""
    places = np.column_stack([runs.starts, runs.ends]).ravel()
    is_left = np.arange(len(places)) % 2 == 0
    side = np.where(is_left, np.int8(1), np.int8(2))
    sides = np.zeros(runs.stride + math.prod(runs.shape), np.int8)  # a row above the first
    sides[places + runs.stride] = side
    above = sides[places]
    is_top, is_bottom = above != side, sides[places + 2 * runs.stride] != side
    tops, bottoms = places[is_top], places[is_bottom] + runs.stride
    # Down each column, tops and bottoms take turns.
    by_column, ends_by_column = _by_column(tops, runs.stride), _by_column(bottoms, runs.stride)
    end = np.empty_like(by_column)
    end[by_column] = ends_by_column
    return _Edges(
        tops,
        bottoms,
        end,
        is_left[is_top],
        np.repeat(objects, 2)[is_top],
        above[is_top] != 0,
    )


def _by_column(corners: Indices, stride: int) -> Indices:
    """Order corners by column, and within it as they are; 16 bits sort in linear time."""
    return np.argsort((corners % stride).astype(np.uint16), kind="stable")


def _successors(edges: _Edges) -> Indices:
    """The edge that follows each one on its ring."""
    count = len(edges.tops)
    owner = np.empty(count, np.intp)  # of each bottom
    owner[edges.end] = np.arange(count)
    corners = np.concatenate([4 * edges.tops + _rank(edges, owner), 4 * edges.bottoms + 2])
    pairs = np.argsort(corners, kind="stable").reshape(-1, 2)  # two sorted halves: linear time
    edge = np.concatenate([np.arange(count), owner])[pairs]
    is_head = (pairs < count) != edges.is_left[edge]
    successors = np.empty(count, np.intp)
    successors[edge[is_head]] = edge[~is_head]
    return successors


def _rank(edges: _Edges, owner: Indices) -> Indices:
    """Where two edges meet end to end, whether the top of the lower one comes first (1) or last (3).

    Pixels that touch there are of two objects, and each keeps its own corner; or of one, and what
    lies between them does.
    """
    rank = np.ones(len(edges.tops), np.intp)
    meeting = np.flatnonzero(edges.meets)
    upper = owner[np.searchsorted(edges.bottoms, edges.tops[meeting])]
    same = edges.objects[upper] == edges.objects[meeting]
    rank[meeting[edges.is_left[meeting] != same]] = 3
    return rank


def _walk(successors: list[int]) -> tuple[Indices, Indices]:
    """Edges ring by ring, each from its first one, and where rings start, with the end of the last."""
    order, starts = list[int](), [0]
    for edge in range(len(successors)):
        while (following := successors[edge]) >= 0:
            order.append(edge)
            successors[edge] = -1
            edge = following  # noqa: PLW2901
        if len(order) > starts[-1]:
            starts.append(len(order))
    return np.array(order, np.intp), np.array(starts)


def _rings(
    edges: _Edges,
    order: Indices,
    starts: Indices,
    is_hole: NDArray[np.bool_],
    shape: tuple[int, int, int],
) -> list[Ring]:
    """Corners in order: an exterior begins with its first edge's tail, a hole with its head."""
    corners = np.column_stack([edges.tails[order], edges.heads[order]]).ravel()
    lengths = 2 * np.diff(starts)
    within = spread(is_hole.astype(np.intp), lengths + 1) % np.repeat(lengths, lengths + 1)
    places = corners[np.repeat(2 * starts[:-1], lengths + 1) + within]
    _, rows, stride = shape
    points = np.column_stack([places % stride, places // stride % rows]).astype(np.float64)
    bounds = np.cumsum(lengths + 1).tolist()
    return [points[start:end] for start, end in pairwise([0, *bounds])]
