"""Areas and sides of pixels, compared with geodesics; also where they differ across an image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.transform import Affine
from tesela.core.ground.areas import PixelAreas
from tesela.core.image import Grid

from tests.core.ground.grids import grids
from tests.core.ground.truth import WGS84, distance_m, flat_area_m2, geodesic_area_m2, lonlat

EARTH_M2 = 510_065_621_724_088  # WGS 84 (NIMA TR8350.2, table 3.3)
DEGREE = 1.24 / 111_320
LARGE = {
    "2048 px at the edge of a UTM zone": (32618, Affine(1.24, 0, 833_000, 0, -1.24, 515_000)),
    "2048 px in degrees at 60 N": (4326, Affine(DEGREE, 0, 10, 0, -DEGREE, 60)),
    "2048 px in Mercator at 55 N": (3857, Affine(2.16, 0, 4_185_000, 0, -2.16, 7_361_866)),
    "30 m in UTM": (32618, Affine(30, 0, 500_000, 0, -30, 6_700_000)),
    "30 m in Mercator at 65 N": (3857, Affine(71, 0, 0, 0, -71, 9_600_000)),
    "500 m in degrees": (4326, Affine(0.0045, 0, -20, 0, -0.0045, 70)),
    "1 km around the pole": (3413, Affine(1000, 0, -900_000, 0, -1000, 700_000)),
    "feet, turned": (2263, Affine(300, 90, 900_000, 90, -300, 200_000)),
}


@pytest.mark.parametrize("name", LARGE)
def test_blocks_in_every_corner_of_a_large_image_have_their_geodesic_areas(name: str) -> None:
    epsg, transform = LARGE[name]
    grid = Grid(2048, 2048, CRS.from_epsg(epsg), transform)
    areas = np.broadcast_to(grid.pixel_areas.raster, (2048, 2048))
    for row in (0, 1000, 2008):
        for column in (0, 1000, 2008):
            block = areas[row : row + 40, column : column + 40].sum()
            assert block == pytest.approx(geodesic_area_m2(grid, _box(column, row, 40)), rel=2e-4)
    total = geodesic_area_m2(grid, _box(0, 0, 2048), steps=2048)
    assert areas.sum() == pytest.approx(total, rel=2e-4)
    assert grid.pixel_area_m2 == pytest.approx(total / 2048**2, rel=2e-4)


@pytest.mark.parametrize(("width", "height"), [(16, 16), (360, 180), (2048, 1024)])
def test_an_image_of_the_whole_earth_has_its_area(width: int, height: int) -> None:
    transform = Affine(360 / width, 0, -180, 0, -180 / height, 90)
    grid = Grid(width, height, CRS.from_epsg(4326), transform)
    assert grid.pixel_areas.raster.sum() == pytest.approx(EARTH_M2, rel=1e-3)
    assert grid.bounds == (-180, -90, 180, 90)


def test_pixels_of_a_scene_are_alike() -> None:
    """Then an object's area is its pixels times one number, which is what the page shows."""
    grid = Grid(2048, 2048, CRS.from_epsg(32618), Affine(1.24, 0, 603_000, 0, -1.24, 515_000))
    assert grid.pixel_areas.alike


@settings(max_examples=40, deadline=None)
@given(grid=grids(), share=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_pixel_anywhere_has_its_area_on_the_ellipsoid(
    grid: Grid, share: tuple[float, float]
) -> None:
    column, row = int(share[0] * (grid.width - 1)), int(share[1] * (grid.height - 1))
    right = flat_area_m2(grid, _box(column, row, 1))
    assert grid.pixel_areas.raster[row, column] == pytest.approx(right, rel=1e-3)


@settings(max_examples=40, deadline=None)
@given(grid=grids())
def test_sides_are_the_distances_between_corners(grid: Grid) -> None:
    middle = np.array([[grid.width / 2, grid.height / 2]])
    for side, half in zip(grid.pixel_size_m, ((0.5, 0), (0, 0.5)), strict=True):
        ends = lonlat(grid, middle - half), lonlat(grid, middle + half)
        assert side == pytest.approx(float(distance_m(*ends)[0]), rel=1e-3)


def test_feet_and_mercator_are_metres_on_the_ground() -> None:
    foot = 1.24 / (1200 / 3937)
    feet = Grid(96, 96, CRS.from_epsg(2263), Affine(foot, 0, 1e6, 0, -foot, 2e5))
    assert feet.pixel_size_m == pytest.approx((1.24, 1.24), rel=1e-3)
    mercator = Affine(2.9341, 0, 2_782_987.27, 0, -2.9341, 9_603_535.9)
    north = Grid(96, 96, CRS.from_epsg(3857), mercator)
    assert north.pixel_size_m == pytest.approx((1.2437, 1.2422), abs=2e-3)  # 65 N: cos is 0.4226


@pytest.mark.parametrize("side_m", [1e-9, 1e-6, 1e-3, 0.01])
def test_rounding_of_tiny_pixels_is_no_difference_between_them(side_m: float) -> None:
    """Else a transform of nanometres would be measured at every pixel."""
    place = Affine(side_m, 0, 603_000.1, 0, -side_m, 515_000.1)
    grid = Grid(2048, 2048, CRS.from_epsg(32618), place)
    assert grid.pixel_areas.alike
    assert len(grid.outline) == 5
    if side_m >= 1e-3:
        assert grid.pixel_size_m == pytest.approx((side_m / 0.99973,) * 2, rel=1e-3)


def test_without_a_crs_every_pixel_is_1_24_m_wide() -> None:
    grid = Grid(30, 20)
    assert grid.pixel_size_m == (1.24, 1.24)
    assert grid.pixel_areas.raster.sum() == pytest.approx(600 * 1.24**2)


def test_geodesics_know_the_size_of_a_pixel_in_the_tests_themselves() -> None:
    """A square of 100 m at the equator, by hand, lest the truth of these tests be wrong."""
    lon, lat = (
        np.degrees([0, 100 / 6_378_137, 100 / 6_378_137, 0]),
        [0, 0, 0.000904368, 0.000904368],
    )
    assert abs(WGS84.polygon_area_perimeter(lon, lat)[0]) == pytest.approx(10_000, rel=1e-3)


def _box(column: float, row: float, size: float) -> np.ndarray:
    east, south = column + size, row + size
    return np.array([[column, row], [east, row], [east, south], [column, south], [column, row]])


def test_a_window_has_the_areas_that_it_has_in_the_whole_raster() -> None:
    areas = PixelAreas(40, 30, np.array([[1.0, 4.0, 2.0], [3.0, 1.0, 5.0]]))
    window = areas.window(7, 11, 12, 20)
    assert np.allclose(window.raster, areas.raster[7:19, 11:31], rtol=1e-12)
    assert window.mean == pytest.approx(areas.raster[7:19, 11:31].mean())
    alike = PixelAreas(40, 30, np.array([[1.5]])).window(7, 11, 12, 20)
    assert (alike.alike, alike.mean, alike.raster.shape) == (True, 1.5, (12, 20))
