"""Sieve and vectorise: masks to polygons with holes, none smaller than a class's least area."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tesela.core.ground.areas import PixelAreas
from tesela.core.masks import SCORE_UNIT, Masks
from tesela.core.outlines import Ring, trace
from tesela.core.runs import Indices, Raster, Runs, connect, find_runs, stack
from tesela.core.tiles import Scores

Mask = NDArray[np.bool_]  # (height, width)

# Masks of one pass: all ten of a small image, which saves calls; one of a large image, memory.
_PASS_PX = 2**20


@dataclass(frozen=True, slots=True)
class Polygon:
    """An object: exterior ring, then holes, in pixel corners; area on the ground; mean score 0 to 1.

    The exterior begins at the upper left corner of the object's first pixel in raster order.
    """

    rings: Sequence[Ring]
    pixels: int
    area_m2: float
    score: float


@dataclass(frozen=True, slots=True)
class Layer:
    """One class after the sieve: its mask, and the same as polygons."""

    mask: Mask
    polygons: Sequence[Polygon]


@dataclass(frozen=True, slots=True)
class _Objects:
    """The objects of a raster: the runs that make them up, and the object of each run."""

    runs: Runs
    numbers: Indices
    count: int

    def sums(self, values: NDArray[np.integer]) -> NDArray[np.float64]:
        """Sum the values of the runs over each object."""
        return np.asarray(np.bincount(self.numbers, values, self.count), np.float64)


def sieve(mask: Mask, least_px: float) -> Mask:
    """The mask without its 4-connected objects of fewer than `least_px` pixels."""
    raster = stack(mask[None])
    _sieve(raster, np.array([least_px]))
    return raster[0, :-1, :-1]


def vectorise(
    masks: Masks, scores: Scores, areas: PixelAreas, least_m2: Sequence[float]
) -> tuple[Layer, ...]:
    """Polygons of each mask's 4-connected objects of at least `least_m2`, and the mask they fill.

    The least area is counted in pixels of the mean size.
    """
    count = max(1, _PASS_PX // max(1, masks[0].size))
    layers: list[Layer] = []
    for start in range(0, len(masks), count):
        part = slice(start, start + count)
        least_px = np.array(least_m2[part]) / areas.mean
        layers += _layers(stack(masks[part]), scores[part], areas, least_px)
    return tuple(layers)


def _layers(
    raster: Raster, scores: Scores, areas: PixelAreas, least_px: NDArray[np.float64]
) -> Iterator[Layer]:
    objects = _sieve(raster, least_px)
    polygons: list[list[Polygon]] = [[] for _ in raster]
    masks = raster[:, :-1, :-1]
    for mask, polygon in _polygons(objects, scores[masks], areas, masks):
        polygons[mask].append(polygon)
    for mask, found in zip(masks, polygons, strict=True):
        yield Layer(mask, found)


def _sieve(raster: Raster, least_px: NDArray[np.float64]) -> _Objects:
    """Find objects, and clear those of the raster that are too small."""
    runs = find_runs(raster)
    numbers, count = connect(runs)
    pixels = np.bincount(numbers, runs.lengths, minlength=count)
    is_kept = pixels[numbers] >= least_px[runs.masks]
    raster.ravel()[runs.of(~is_kept).pixels] = False
    kept = np.zeros(count, bool)
    kept[numbers[is_kept]] = True
    renumbered = np.cumsum(kept) - 1
    return _Objects(runs.of(is_kept), renumbered[numbers[is_kept]], int(np.count_nonzero(kept)))


def _polygons(
    objects: _Objects, scores: NDArray[np.uint8], areas: PixelAreas, masks: Masks
) -> Iterator[tuple[int, Polygon]]:
    """Polygons with the number of their mask, in raster order of their first pixels.

    `scores` are those of the objects' pixels, in raster order.
    """
    runs = objects.runs
    rings = _rings(objects)
    pixels = objects.sums(runs.lengths)
    ground = _ground_areas(objects, pixels, areas, masks)
    means = objects.sums(_run_sums(scores, runs.lengths)) / pixels / SCORE_UNIT
    mask = np.zeros(objects.count, np.intp)
    mask[objects.numbers] = runs.masks
    columns = (mask.tolist(), rings, pixels.astype(int).tolist(), ground.tolist(), means.tolist())
    for number, *polygon in zip(*columns, strict=True):
        yield number, Polygon(*polygon)


def _rings(objects: _Objects) -> list[list[Ring]]:
    """Rings of each object; the first in raster order is its exterior."""
    rings: list[list[Ring]] = [[] for _ in range(objects.count)]
    for outline in trace(objects.runs, objects.numbers):
        rings[outline.object].append(outline.ring)
    return rings


def _run_sums(values: NDArray[np.uint8], lengths: Indices) -> NDArray[np.int64]:
    if not len(lengths):
        return np.zeros(0, np.int64)
    return np.add.reduceat(values, np.cumsum(lengths) - lengths, dtype=np.int64)


def _ground_areas(
    objects: _Objects, pixels: NDArray[np.float64], areas: PixelAreas, masks: Masks
) -> NDArray[np.float64]:
    """Area in m2 of each object."""
    if areas.alike:
        return pixels * areas.mean
    of_pixels = np.repeat(objects.numbers, objects.runs.lengths)
    each = np.broadcast_to(areas.raster, masks.shape)[masks]
    return np.asarray(np.bincount(of_pixels, each, objects.count), np.float64)
