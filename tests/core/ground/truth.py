"""The right place and area of pixels, by pyproj and geodesics alone."""

from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from tesela.core.image import Grid

WGS84 = Geod(ellps="WGS84")
METRES_PER_DEGREE = 111_320

Points = NDArray[np.float64]  # (n, 2)


def lonlat(grid: Grid, points: Points) -> Points:
    """Longitude (-180 to 180) and latitude of pixel corners (n, 2), column and row."""
    to_lonlat = transformer(grid.crs.to_wkt(version="WKT2_2019"), "OGC:CRS84")  # type: ignore[union-attr]
    x, y = grid.transform @ tuple(points.T)
    lon, lat = to_lonlat.transform(x, y)
    return np.column_stack([(np.asarray(lon) + 180) % 360 - 180, lat])


@cache
def transformer(source: str, target: str) -> Transformer:
    """Return it from longitude or east to latitude or north; making one takes 50 ms."""
    return Transformer.from_crs(CRS.from_user_input(source), target, always_xy=True)


def geodesic_area_m2(grid: Grid, ring: Points, steps: int = 64) -> float:
    """Area of a closed ring of pixel corners, by geodesics between `steps` points along each edge."""
    share = np.linspace(0, 1, steps, endpoint=False)[:, None]
    dense = np.concatenate([first + share * (last - first) for first, last in pairwise(ring)])
    return abs(WGS84.polygon_area_perimeter(*lonlat(grid, dense).T)[0])


def flat_area_m2(grid: Grid, ring: Points) -> float:
    """Area of a small closed ring of pixel corners as a plane polygon between points in space.

    Geodesics keep no more than a tenth of a square metre near the poles.
    """
    to_space = transformer("OGC:CRS84", "EPSG:4978")
    lon, lat = lonlat(grid, ring).T
    points = np.column_stack(to_space.transform(lon, lat, np.zeros(len(ring))))
    points -= points[0]
    return float(np.linalg.norm(np.cross(points[:-1], points[1:]).sum(axis=0))) / 2


def area_of_geojson_m2(geometry: shapely.Geometry) -> float:
    """Area of polygons whose edges are straight in longitude and latitude, as RFC 7946 says."""
    dense = shapely.segmentize(geometry, 0.2)
    return sum(
        sum(abs(WGS84.geometry_area_perimeter(ring)[0]) * sign for ring, sign in _rings(part))
        for part in shapely.get_parts(dense)
    )


def _rings(polygon: shapely.Polygon) -> list[tuple[shapely.Polygon, int]]:
    holes = [(shapely.Polygon(ring), -1) for ring in polygon.interiors]
    return [(shapely.Polygon(polygon.exterior), 1), *holes]


def distance_m(first: Points, second: Points) -> NDArray[np.float64]:
    """Geodesic distances between points (n, 2)."""
    return np.asarray(WGS84.inv(*first.T, *second.T)[2])
