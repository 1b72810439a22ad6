"""Polygons on the ground: pixel corners to longitude and latitude, rings turned as RFC 7946 wants."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tesela.core.image import Grid
from tesela.core.polygons import Polygon

Coordinates = list[list[list[float]]]  # rings of a polygon: exterior, then holes

_DECIMALS = 7  # of a degree: about a centimetre


def place(polygons: Sequence[Polygon], grid: Grid) -> list[Coordinates]:
    """GeoJSON coordinates of polygons; exterior rings counterclockwise, holes clockwise.

    All corners go through the CRS in one call. Without a CRS they stay pixel corners.
    """
    if not polygons:
        return []
    rings = [np.asarray(ring, float) for polygon in polygons for ring in polygon.rings]
    placed = np.round(grid.to_lonlat(np.concatenate(rings)), _DECIMALS)
    ends = np.cumsum([len(ring) for ring in rings])[:-1]
    turned = iter(np.split(placed, ends))
    return [
        [_turned(next(turned), hole=n > 0).tolist() for n in range(len(polygon.rings))]
        for polygon in polygons
    ]


def _turned(ring: NDArray[np.float64], *, hole: bool) -> NDArray[np.float64]:
    x, y = (ring - ring[0]).T  # differences, or the products would lose the digits that matter
    counterclockwise = np.dot(x[:-1], y[1:]) > np.dot(x[1:], y[:-1])  # shoelace formula
    return ring[::-1] if counterclockwise == hole else ring
