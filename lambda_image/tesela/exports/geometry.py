"""Polygons on the ground: pixel corners to longitude and latitude, in the form that RFC 7946 wants."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tesela.core.ground.ellipsoid import FULL_TURN_DEG, HALF_TURN_DEG, Points
from tesela.core.image import Grid
from tesela.core.polygons import Polygon

if TYPE_CHECKING:
    import shapely

Coordinates = list[list[list[float]]]  # rings of a polygon: exterior, then holes
Parts = list[Coordinates]  # polygons of an object: one, or several where the antimeridian cuts it

_DECIMALS = 7, 10  # of a degree, least and most: a centimetre, ten micrometres
_METRES_PER_DEGREE = 111_320


def place(polygons: Sequence[Polygon], grid: Grid) -> list[Parts]:
    """GeoJSON coordinates of objects; exterior rings counterclockwise, holes clockwise.

    Objects are cut at the antimeridian (RFC 7946, 3.1.9), and one around a pole reaches the pole.
    All corners go through the CRS in one call. Without a CRS they stay pixel corners.
    """
    if not polygons:
        return []
    rings = [np.asarray(ring, float) for polygon in polygons for ring in polygon.rings]
    decimals = decimals_of(grid)
    lines = grid.trace(rings) if grid.crs else rings
    if grid.crs and np.abs(np.concatenate(lines)[:, 0]).max() >= HALF_TURN_DEG:
        return _folded_parts(polygons, rings, lines, grid)
    ends = np.cumsum([len(line) for line in lines])[:-1]
    rounded = iter(np.split(np.round(np.concatenate(lines), decimals), ends))
    return [[_turned_rings(next(rounded) for _ in polygon.rings)] for polygon in polygons]


def _folded_parts(
    polygons: Sequence[Polygon], rings: list[Points], lines: list[Points], grid: Grid
) -> list[Parts]:
    """Where some object may reach the antimeridian or a pole, look at each of them."""
    corners, line, decimals = iter(rings), iter(lines), decimals_of(grid)
    return [
        _parts(
            [next(line) for _ in polygon.rings],
            [next(corners) for _ in polygon.rings],
            grid,
            decimals,
        )
        for polygon in polygons
    ]


def multipolygon(parts: Parts) -> "shapely.MultiPolygon":
    """The same as shapely has it."""
    import shapely

    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in parts])


def decimals_of(grid: Grid) -> int:
    """Decimals of a degree that move a corner by less than a hundredth of a pixel."""
    step_deg = min(grid.pixel_size_m) / 100 / _METRES_PER_DEGREE
    least, most = _DECIMALS
    return min(max(math.ceil(-math.log10(step_deg)), least), most)


def _parts(lines: list[Points], corners: list[Points], grid: Grid, decimals: int) -> Parts:
    if any(_leaves_the_map(line) for line in lines):
        regions = [_region(line, ring, grid) for line, ring in zip(lines, corners, strict=True)]
        return _cut(regions, 10.0**-decimals)
    return [_turned_rings(np.round(line, decimals) for line in lines)]


def _turned_rings(rings: Iterable[Points]) -> Coordinates:
    return [_turned(ring, hole=n > 0).tolist() for n, ring in enumerate(rings)]


def _leaves_the_map(line: Points) -> bool:
    return bool(np.abs(line[:, 0]).max() > HALF_TURN_DEG or line[-1, 0] != line[0, 0])


def _region(line: Points, corners: Points, grid: Grid) -> Points:
    """The ring, by way of the pole if it runs around it.

    It goes to the pole from its nearest point, so that it does not cross itself on the way.
    """
    turns = round((line[-1, 0] - line[0, 0]) / FULL_TURN_DEG)
    if not turns:
        return line
    pole = grid.pole_within(turns, clockwise=_area(corners) > 0)
    nearest = int(np.argmin(np.abs(line[:-1, 1] - pole)))
    around = np.concatenate([line[nearest:-1], line[: nearest + 1] + (line[-1] - line[0])])
    return np.concatenate([around, [[around[-1, 0], pole], [around[0, 0], pole]], around[:1]])


def _cut(regions: list[Points], step_deg: float) -> Parts:
    """Polygons between -180 and 180 degrees of the first region without the others."""
    import shapely

    exterior, *holes = [_folded(region, step_deg) for region in regions]
    rest = shapely.difference(exterior, shapely.union_all(holes), grid_size=step_deg)
    decimals = -round(math.log10(step_deg))
    return [
        _turned_rings(
            np.round(shapely.get_coordinates(ring), decimals)
            for ring in (part.exterior, *part.interiors)
        )
        for part in _polygons(rest)
    ]


def _folded(region: Points, step_deg: float) -> "shapely.Geometry":
    """The region with all its longitudes between -180 and 180 degrees."""
    import shapely

    whole = shapely.make_valid(shapely.Polygon(region), method="structure", keep_collapsed=False)
    west, _, east, _ = whole.bounds
    first = math.floor((west + HALF_TURN_DEG) / FULL_TURN_DEG)
    last = math.ceil((east + HALF_TURN_DEG) / FULL_TURN_DEG)
    pieces = [_piece(whole, FULL_TURN_DEG * turn, step_deg) for turn in range(first, last)]
    return shapely.union_all(pieces, grid_size=step_deg)


def _piece(whole: "shapely.Geometry", middle_deg: float, step_deg: float) -> "shapely.Geometry":
    """What lies within 180 degrees of a longitude, moved to the meridian of Greenwich."""
    import shapely

    box = shapely.box(middle_deg - HALF_TURN_DEG, -90, middle_deg + HALF_TURN_DEG, 90)
    piece = shapely.MultiPolygon([*_polygons(shapely.intersection(whole, box))])
    moved = shapely.set_coordinates(piece, shapely.get_coordinates(piece) - (middle_deg, 0))
    return shapely.set_precision(moved, step_deg)


def _polygons(geometry: Any) -> Iterator[Any]:
    """The polygons of any geometry, without points and lines."""
    import shapely

    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part


def _turned(ring: Points, *, hole: bool) -> Points:
    return ring[::-1] if (_area(ring) > 0) == hole else ring


def _area(ring: Points) -> float:
    """Twice the area of a closed ring by the shoelace formula: over 0 if it runs from x to y."""
    x, y = (ring - ring[0]).T  # differences, or the products would lose the digits that matter
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))
