"""Objects on the globe, compared with pyproj's geodesics and shapely: everywhere the same rules."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape
from tesela.catalogue import KEYS
from tesela.core.image import Grid
from tesela.core.polygons import Layer
from tesela.exports.geojson import feature_collection

from tests.core.ground.grids import grids
from tests.core.ground.truth import METRES_PER_DEGREE, area_of_geojson_m2, distance_m, lonlat
from tests.core.layers import vectorise_one
from tests.exports.drawings import drawing_of

SCORE = 192


def collection_of(mask: np.ndarray, grid: Grid) -> dict[str, Any]:
    """GeoJSON of the first class, which is where the mask is."""
    nothing = Layer(np.zeros(mask.shape, bool), ())
    score = np.full(mask.shape, SCORE, np.uint8)
    layer = vectorise_one(mask, score, grid.pixel_areas, 0)
    return feature_collection(drawing_of([layer, *[nothing] * (len(KEYS) - 1)], grid))


def blobs(grid: Grid, seed: int) -> np.ndarray:
    """Random blocks, among them one with a hole around the middle."""
    random = np.random.default_rng(seed)
    mask = np.zeros((grid.height, grid.width), bool)
    for _ in range(4):
        row, column = int(random.integers(0, grid.height)), int(random.integers(0, grid.width))
        mask[row : row + random.integers(1, 12), column : column + random.integers(1, 12)] = True
    row, column = grid.height // 2, grid.width // 2
    mask[row - 3 : row + 3, column - 3 : column + 3] = True
    mask[row - 1 : row + 1, column - 1 : column + 1] = False
    return mask


def positions(geometry: shapely.Geometry) -> np.ndarray:
    return shapely.get_coordinates(geometry)


@settings(max_examples=40, deadline=None)
@given(grid=grids(), seed=st.integers(0, 99))
def test_every_object_has_its_geodesic_area_and_a_lawful_geometry(grid: Grid, seed: int) -> None:
    mask = blobs(grid, seed)
    collection = collection_of(mask, grid)
    for feature in collection["features"]:
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        parts = shapely.get_parts(geometry)
        assert all(part.exterior.is_ccw for part in parts)
        assert not any(hole.is_ccw for part in parts for hole in part.interiors)
        assert np.abs(positions(geometry)[:, 0]).max() <= 180
        assert np.abs(positions(geometry)[:, 1]).max() <= 90
        rounding_m2 = 0.006 * geodesic_perimeter_m(geometry)
        assert feature["properties"]["area_m2"] == pytest.approx(
            area_of_geojson_m2(geometry), rel=1e-3, abs=rounding_m2 + 0.01
        )


def geodesic_perimeter_m(geometry: shapely.Geometry) -> float:
    rings = shapely.get_rings(shapely.get_parts(geometry))
    return float(sum(distance_m(p[:-1], p[1:]).sum() for p in map(positions, rings)))


@settings(max_examples=40, deadline=None)
@given(grid=grids(), seed=st.integers(0, 99))
def test_the_middle_of_a_pixel_lies_in_an_object_where_the_mask_has_it(
    grid: Grid, seed: int
) -> None:
    mask = blobs(grid, seed)
    geometry = shapely.union_all(
        [shape(feature["geometry"]) for feature in collection_of(mask, grid)["features"]]
    )
    column, row = np.meshgrid(np.arange(grid.width), np.arange(grid.height))
    middles = lonlat(grid, np.column_stack([column.ravel() + 0.5, row.ravel() + 0.5]))
    inside = np.zeros(len(middles), bool)
    for turn in (-360, 0, 360):  # -180 is 180, and both are edges
        inside |= shapely.intersects_xy(geometry, middles[:, 0] + turn, middles[:, 1])
    assert np.array_equal(inside.reshape(mask.shape), mask)


@settings(max_examples=40, deadline=None)
@given(grid=grids())
def test_the_bbox_is_the_smallest_that_holds_every_pixel(grid: Grid) -> None:
    """RFC 7946, 5.2: west is over east across the antimeridian."""
    west, south, east, north = grid.bounds
    share = np.linspace(0, 1, 65)[:, None]
    w, h = grid.width, grid.height
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h], [0, 0]], float)
    edge = np.concatenate([a + share * (b - a) for a, b in pairwise(corners)])
    places = lonlat(grid, edge)
    lat = places[:, 1]
    lon = places[np.abs(lat) < 90 - 1e-7, 0]  # at a pole it is any
    slack = 0.1 / METRES_PER_DEGREE
    around = slack / np.cos(np.radians(min(np.abs(lat).max(), 89.9999)))
    assert south - slack <= lat.min()
    assert lat.max() <= north + slack
    span = (east - west) % 360 or (360 if east > west else 0)
    offset = (lon - west + around) % 360
    assert (offset <= span + 2 * around).all()
    if abs(grid.pole) == 90:
        assert (west, east) == (-180, 180)
        assert grid.pole in (south, north)
    elif np.abs(lat).max() < 89.999:  # where the points tried might miss a pole on the edge
        assert south == pytest.approx(lat.min(), abs=slack)
        assert north == pytest.approx(lat.max(), abs=slack)
        assert offset.min() == pytest.approx(around, abs=around)
        assert offset.max() == pytest.approx(span + around, abs=around)
    assert -180 <= west <= 180
    assert -180 <= east <= 180
