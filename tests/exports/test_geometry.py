from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import transform as warp
from tesela.core.ground.crs import LON_LAT
from tesela.core.image import Grid
from tesela.core.polygons import Polygon
from tesela.exports.geometry import place

from tests.core.layers import alike, vectorise_one
from tests.tiffs import PLACE, UTM

RING = np.array([[1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1]], bool)  # rows of 4
GRIDS = {
    "pixels": Grid(4, 3),
    "UTM": Grid(4, 3, UTM, PLACE),
    "south up": Grid(4, 3, UTM, Affine(1.24, 0, 443_000, 0, 1.24, 690_000)),
    "mirrored": Grid(4, 3, UTM, Affine(-1.24, 0, 443_000, 0, -1.24, 690_000)),
    "degrees": Grid(4, 3, CRS.from_epsg(4326), Affine(1e-5, 0, 37.6, 0, -1e-5, 55.7)),
}


def polygons_of(mask: np.ndarray) -> Sequence[Polygon]:
    areas = alike(mask.shape, 1)
    return vectorise_one(mask, np.full(mask.shape, 200, np.uint8), areas, 0).polygons


def test_no_polygon_has_no_coordinates() -> None:
    assert place([], Grid(4, 3, UTM, PLACE)) == []


@pytest.mark.parametrize("name", GRIDS)
def test_exteriors_turn_left_and_holes_turn_right(name: str) -> None:
    """RFC 7946, 3.1.6."""
    (((exterior, hole),),) = place(polygons_of(RING), GRIDS[name])
    assert shapely.LinearRing(exterior).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    assert exterior[0] == exterior[-1]
    assert hole[0] == hole[-1]


def test_without_a_crs_corners_stay_pixels() -> None:
    (((exterior, hole),),) = place(polygons_of(RING), Grid(4, 3))
    assert {tuple(corner) for corner in exterior} == {(0, 0), (4, 0), (4, 3), (0, 3)}
    assert {tuple(corner) for corner in hole} == {(1, 1), (3, 1), (3, 2), (1, 2)}


def test_corners_are_where_a_warp_puts_them() -> None:
    (((exterior, _),),) = place(polygons_of(RING), Grid(4, 3, UTM, PLACE))
    x, y = [443_000, 443_000 + 4 * 1.24], [690_000, 690_000 - 3 * 1.24]
    lon, lat = warp(UTM, LON_LAT, [x[0], x[1], x[1], x[0]], [y[0], y[0], y[1], y[1]])
    expected = {(round(a, 7), round(b, 7)) for a, b in zip(lon, lat, strict=True)}
    assert {tuple(corner) for corner in exterior} == expected


def test_rings_stay_with_their_polygons() -> None:
    mask = np.zeros((3, 12), bool)
    mask[:, :4] = RING
    mask[1, 6] = True
    mask[:, 8:] = RING
    placed = [parts[0] for parts in place(polygons_of(mask), Grid(12, 3))]
    assert sorted(len(rings) for rings in placed) == [1, 2, 2]
    for rings in placed:
        exterior = shapely.Polygon(rings[0])
        assert all(exterior.contains(shapely.Polygon(hole)) for hole in rings[1:])


@given(mask=arrays(bool, (9, 9)), name=st.sampled_from(sorted(GRIDS)))
def test_polygons_stay_valid_on_the_ground(mask: np.ndarray, name: str) -> None:
    for (rings,) in place(polygons_of(mask), GRIDS[name]):
        polygon = shapely.Polygon(rings[0], rings[1:])
        assert polygon.is_valid
        assert shapely.LinearRing(rings[0]).is_ccw
        assert not any(shapely.LinearRing(hole).is_ccw for hole in rings[1:])
