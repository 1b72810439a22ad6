"""Areas of an image's pixels on the ground: one value where they are alike, else a lattice of values."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tesela.core.ground.ellipsoid import Points, to_space

ToLonLat = Callable[[Points], Points]

_TOLERANCE = 1e-4  # relative: a tenth of the 0.1 % that areas may be wrong by
_ROUNDING_M = 1e-7  # of a pixel's side, from places in degrees; it matters under a centimetre
_MAX_NODES = 257  # along a side; 8 px between two of them in the widest image
_STEP_PX = 1 / 16  # so short that a chord is as long as its arc, so long that rounding is not felt
_ENDS = ((_STEP_PX / 2, 0), (-_STEP_PX / 2, 0), (0, _STEP_PX / 2), (0, -_STEP_PX / 2))
_GAUSS_PX = 0.5 / 3**0.5  # from a pixel's middle to the points of the two-point rule


@dataclass(frozen=True)
class PixelAreas:
    """Areas in m2 at nodes (m, n) spread evenly from the first to the last pixel's middle.

    Between the nodes they are linear. A single node stands for all pixels.
    """

    width: int
    height: int
    nodes: NDArray[np.float64]

    @property
    def alike(self) -> bool:
        """Whether all pixels have the same area, to 0.01 %."""
        return self.nodes.size == 1

    @cached_property
    def raster(self) -> NDArray[np.float64]:
        """The area of every pixel, (height, width)."""
        return self._at(_middles(0, self.height), _middles(0, self.width))

    @cached_property
    def mean(self) -> float:
        """The mean area of a pixel in m2."""
        if self.nodes.shape == (self.height, self.width):
            return float(self.nodes.mean())
        rows, columns = self.nodes.shape
        down, across = (
            _hats(self.height, rows).mean(axis=0),
            _hats(self.width, columns).mean(axis=0),
        )
        return float(down @ self.nodes @ across)

    def window(self, row: int, column: int, height: int, width: int) -> "PixelAreas":
        """The areas of a part of the pixels, as `raster` has them: with a node for each of them."""
        if self.alike:
            return PixelAreas(width, height, self.nodes)
        part = self._at(_middles(row, height), _middles(column, width))
        return PixelAreas(width, height, part)

    def _at(self, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Interpolate between the nodes; a node per pixel needs none."""
        if self.nodes.shape == (self.height, self.width) == (len(rows), len(columns)):
            return self.nodes
        down, across = self.nodes.shape
        left = _hats_at(rows, self.height, down) @ self.nodes
        return np.asarray(left @ _hats_at(columns, self.width, across).T)


def pixel_areas(to_lonlat: ToLonLat, width: int, height: int) -> PixelAreas:
    """Measure pixels on the ground, at as few places as the CRS allows.

    Nodes are added along rows, and along columns, until those between them can be foretold.
    """

    def at(columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        column, row = np.meshgrid(columns, rows)
        middles = np.column_stack([column.ravel(), row.ravel()])
        return _areas(to_lonlat, middles).reshape(column.shape)

    across = _nodes_needed(width, lambda columns: at(columns, _nodes(height, 3)))
    down = _nodes_needed(height, lambda rows: at(_nodes(width, 3), rows).T)
    return PixelAreas(width, height, at(_nodes(width, across), _nodes(height, down)))


def sides(to_lonlat: ToLonLat, middles: Points) -> NDArray[np.float64]:
    """Sides (2, n, 3) in metres of the pixels whose middles are given: to the right, and downwards."""
    # One call of the CRS for all points: many small ones take three times as long.
    ends = to_lonlat(np.stack([middles + end for end in _ENDS]))
    right, left, lower, upper = map(to_space, ends)
    return np.stack([right - left, lower - upper]) / _STEP_PX


def _areas(to_lonlat: ToLonLat, middles: Points) -> NDArray[np.float64]:
    """Means over each pixel of the area that a pixel would have at four points in it."""
    corners = [(x, y) for x in (-_GAUSS_PX, _GAUSS_PX) for y in (-_GAUSS_PX, _GAUSS_PX)]
    points = np.concatenate([middles + corner for corner in corners])
    right, down = sides(to_lonlat, points)
    areas = np.linalg.norm(np.cross(right, down), axis=1)
    return np.asarray(areas.reshape(len(corners), -1).mean(axis=0))


def _nodes_needed(
    length: int, areas_at: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> int:
    """Nodes along a side of `length` pixels, between which areas (k, nodes) are linear."""
    count, most = 1, min(length, _MAX_NODES)
    known = areas_at(_nodes(length, count))
    while count < most:
        finer = min(max(3, 2 * count - 1), most)
        places = _nodes(length, finer)
        true = areas_at(places)
        foretold = known @ _hats_at(places, length, count).T
        slack = _TOLERANCE * true.min() + _ROUNDING_M * np.sqrt(true.max())
        if np.abs(foretold - true).max() <= slack:
            break
        count, known = finer, true
    return count


def _nodes(length: int, count: int) -> NDArray[np.float64]:
    """Middles of pixels at which nodes lie; the middle of the side if there is but one."""
    return np.linspace(0.5, length - 0.5, count) if count > 1 else np.array([length / 2])


def _hats(length: int, count: int) -> NDArray[np.float64]:
    return _hats_at(_middles(0, length), length, count)


def _middles(first: int, count: int) -> NDArray[np.float64]:
    return np.arange(first, first + count, dtype=np.float64) + 0.5


def _hats_at(places: NDArray[np.float64], length: int, count: int) -> NDArray[np.float64]:
    """Weights (places, count) of the nodes at some places along a side: linear interpolation."""
    nodes = _nodes(length, count)
    return np.column_stack([np.interp(places, nodes, unit) for unit in np.eye(count)])
