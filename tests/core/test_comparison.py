"""Two images of one place: the right values come from hand, numpy slices and rasterio's own warp."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject
from rasterio.warp import transform as warp_points
from tesela.catalogue import KEYS
from tesela.core.comparison import (
    GAINED,
    KEPT,
    LOST,
    NEITHER,
    OUTSIDE,
    Comparison,
    Side,
    compare,
    nearest_pixels,
)
from tesela.core.image import Grid
from tesela.errors import NotComparableError

UTM = CRS.from_epsg(32618)
BOGOTA = Affine(1.24, 0, 603_000, 0, -1.24, 514_880)
PIXEL_HA = 1.24**2 / 10_000


def side(grid: Grid, masks: dict[int, NDArray[np.bool_]], valid: object = True) -> Side:
    empty = np.zeros((grid.height, grid.width), bool)
    layers = [masks.get(number, empty) for number in range(1, len(KEYS) + 1)]
    return Side(grid, layers, np.full(empty.shape, valid, bool))


def codes_of(comparison: Comparison, number: int) -> NDArray[np.uint8]:
    return np.asarray(comparison.codes[number - 1])


def noise(grid: Grid, seed: int) -> NDArray[np.bool_]:
    return np.random.default_rng(seed).random((grid.height, grid.width)) < 0.5


def test_nine_pixels_counted_by_hand() -> None:
    grid = Grid(3, 3, UTM, BOGOTA)
    before = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]], bool)
    after = np.array([[1, 0, 0], [1, 1, 1], [0, 0, 0]], bool)
    valid = np.array([[1, 1, 1], [1, 1, 1], [1, 1, 0]], bool)
    compared = compare(side(grid, {3: before}), side(grid, {3: after}, valid))
    assert codes_of(compared, 3).tolist() == [
        [KEPT, LOST, NEITHER],
        [KEPT, GAINED, GAINED],
        [NEITHER, NEITHER, OUTSIDE],
    ]
    roads = compared.changes[2]
    assert (roads.number, roads.key) == (3, "roads")
    pixels = [roads.a_ha, roads.b_ha, roads.lost_ha, roads.gained_ha, roads.kept_ha]
    assert pixels == pytest.approx([n * PIXEL_HA for n in (3, 4, 1, 2, 2)], rel=2e-3, abs=5.1e-5)
    assert roads.difference_ha == pytest.approx(roads.b_ha - roads.a_ha)
    assert compared.common_px == 8
    assert not compared.resampled
    assert {change.a_ha for change in compared.changes if change.number != 3} == {0}


@given(st.integers(-25, 25), st.integers(-25, 25))
def test_a_grid_shifted_by_whole_pixels_is_a_slice(right: int, down: int) -> None:
    grid = Grid(20, 24, UTM, BOGOTA)
    other = replace(grid, transform=BOGOTA @ Affine.translation(right, down))
    before, after = noise(grid, 1), noise(grid, 2)
    expected = np.full((24, 20), OUTSIDE, np.uint8)
    rows = slice(max(0, down), max(0, 24 + min(0, down)))
    columns = slice(max(0, right), max(0, 20 + min(0, right)))
    shifted = np.roll(after, (down, right), (0, 1))
    both = before * LOST + shifted * GAINED
    expected[rows, columns] = both[rows, columns]
    if (expected == OUTSIDE).all():
        with pytest.raises(NotComparableError) as refused:
            compare(side(grid, {1: before}), side(other, {1: after}))
        assert refused.value.code == "places-apart"
    else:
        compared = compare(side(grid, {1: before}), side(other, {1: after}))
        assert np.array_equal(codes_of(compared, 1), expected)
        assert compared.resampled == ((right, down) != (0, 0))


OTHERS = {
    "coarser": Grid(30, 30, UTM, Affine(2.5, 0, 603_004, 0, -2.5, 514_875)),
    "finer": Grid(300, 300, UTM, Affine(0.31, 0, 603_010, 0, -0.31, 514_860)),
    "turned": Grid(80, 80, UTM, BOGOTA @ Affine.translation(9, 3) @ Affine.rotation(30)),
    "neighbouring zone": Grid(
        60, 60, CRS.from_epsg(32617), Affine(1.3, 0, 1_268_500, 0, -1.3, 516_500)
    ),
    "degrees": Grid(70, 70, CRS.from_epsg(4326), Affine(1.2e-5, 0, 0, 0, -1.1e-5, 0)),
    "national": Grid(50, 50, CRS.from_epsg(3116), Affine(1.5, 0, 0, 0, -1.5, 0)),
}


def placed_over(grid: Grid, other: Grid) -> Grid:
    """The other grid, with its middle a little off the middle of the first."""
    (x,), (y,) = warp_points(grid.crs, other.crs, *([v] for v in grid.transform @ (40.3, 41.9)))
    a, b, c, d, e, f = tuple(other.transform)[:6]
    at_x, at_y = Affine(a, b, 0, d, e, 0) @ (other.width / 2, other.height / 2)
    del c, f
    return replace(other, transform=Affine(a, b, x - at_x, d, e, y - at_y))


@pytest.mark.parametrize("name", OTHERS)
def test_other_pixels_are_those_that_rasterio_takes(name: str) -> None:
    grid = Grid(80, 84, UTM, BOGOTA)
    other = placed_over(grid, OTHERS[name])
    after = noise(other, 3).astype(np.uint8)
    expected = np.full((84, 80), 9, np.uint8)
    reproject(
        after,
        expected,
        src_transform=other.transform,
        src_crs=other.crs,
        dst_transform=grid.transform,
        dst_crs=grid.crs,
        resampling=Resampling.nearest,
        init_dest_nodata=False,
        tolerance=0,
    )
    rows, columns, inside = nearest_pixels(grid, other)
    taken = np.where(inside, after[rows, columns], 9)
    assert inside.any()
    assert not inside.all()
    assert (
        np.count_nonzero(taken != expected) <= 3
    )  # middles on an edge, to a billionth of a degree
    compared = compare(side(grid, {5: noise(grid, 4)}), side(other, {5: after.astype(bool)}))
    lost = noise(grid, 4) & (expected == 0)
    assert compared.resampled
    assert compared.changes[4].lost_ha == pytest.approx(lost.sum() * PIXEL_HA, rel=2e-3, abs=1e-3)


def test_longitudes_of_0_to_360_are_the_same_meridians() -> None:
    wgs84 = CRS.from_epsg(4326)
    west = Grid(20, 20, wgs84, Affine(1e-5, 0, -179.9999, 0, -1e-5, 4))
    east = replace(west, transform=Affine(1e-5, 0, 180.0001, 0, -1e-5, 4))
    mask = noise(west, 5)
    for a, b in ((west, east), (east, west)):
        compared = compare(side(a, {2: mask}), side(b, {2: mask}))
        assert compared.common_px == 400
        assert compared.changes[1].lost_ha == compared.changes[1].gained_ha == 0


def test_where_a_crs_breaks_no_pixel_is_taken_from_the_other_side_of_the_world() -> None:
    world = Grid(360, 160, CRS.from_epsg(4326), Affine(1, 0, -180, 0, -1, 80))
    mercator = Grid(40, 40, CRS.from_epsg(3857), Affine(1e5, 0, -2e6, 0, -1e5, 2e6))
    rows, columns, inside = nearest_pixels(world, mercator)
    lon, lat = np.meshgrid(np.arange(360) - 179.5, 79.5 - np.arange(160))
    x, y = warp_points("OGC:CRS84", mercator.crs, lon.ravel(), lat.ravel())
    column = ((np.array(x) + 2e6) / 1e5).reshape(lon.shape)
    row = ((2e6 - np.array(y)) / 1e5).reshape(lon.shape)
    expected = (column >= 0) & (column < 40) & (row >= 0) & (row < 40)
    assert np.array_equal(inside, expected)
    assert np.array_equal(columns[inside], np.floor(column[inside]).astype(int))
    assert np.array_equal(rows[inside], np.floor(row[inside]).astype(int))


def test_areas_are_those_of_the_ground_where_pixels_differ() -> None:
    grid = Grid(20, 400, CRS.from_epsg(3857), Affine(5e3, 0, 0, 0, -5e3, 8e6))
    left = np.zeros((400, 20), bool)
    left[:, :10] = True
    compared = compare(side(grid, {4: left}), side(grid, {}))
    areas_ha = grid.pixel_areas.raster / 10_000
    assert compared.changes[3].lost_ha == pytest.approx(areas_ha[:, :10].sum(), rel=1e-9)
    assert compared.common_ha == pytest.approx(areas_ha.sum(), rel=1e-9)
    assert areas_ha.max() > 1.5 * areas_ha.min()


def test_two_images_whose_common_ground_is_nodata_have_nothing_to_compare() -> None:
    grid = Grid(4, 4, UTM, BOGOTA)
    valid = np.zeros((4, 4), bool)
    valid[0] = True
    with pytest.raises(NotComparableError, match="no valid pixel"):
        compare(side(grid, {}, valid), side(grid, {}, ~valid))
