import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import transform as warp
from tesela.core.ground.crs import LON_LAT
from tesela.core.image import Grid
from tesela.errors import UnsuitableImageError

from tests.tiffs import PLACE, UTM

WGS84 = Geod(ellps="WGS84")


def geodesic_area_m2(grid: Grid) -> float:
    """Area of the middle pixel by geodesics, an independent road."""
    column, row = grid.width / 2, grid.height / 2
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    x, y = zip(*(grid.transform @ corner for corner in corners), strict=True)
    return abs(WGS84.polygon_area_perimeter(*warp(grid.crs, LON_LAT, x, y))[0])


def test_without_a_crs_a_pixel_is_1_24_m_wide() -> None:
    grid = Grid(30, 20)
    assert grid.coordinates == "pixel"
    assert grid.pixel_area_m2 == pytest.approx(1.5376)  # 1.24 * 1.24
    assert grid.bounds == (0, 0, 30, 20)
    points = np.array([[1.0, 2.0], [30, 20]])
    assert np.array_equal(grid.to_lonlat(points), points)


def test_a_utm_pixel_has_the_area_of_its_sides_over_the_scale_squared() -> None:
    """At 57 km from the central meridian UTM's scale is 0.99964 (Snyder, eq. 8-11)."""
    grid = Grid(32, 24, UTM, PLACE)
    scale = 0.9996 * (1 + ((500_000 - 443_000) / 0.9996 / 6_378_137) ** 2 / 2)
    assert grid.pixel_area_m2 == pytest.approx(1.24**2 / scale**2, rel=1e-5)


def test_a_degree_at_the_equator_is_110_6_by_111_3_km() -> None:
    grid = Grid(2, 2, CRS.from_epsg(4326), Affine(1e-3, 0, -75, 0, -1e-3, 1e-3))
    assert grid.pixel_area_m2 == pytest.approx(110.574 * 111.320, rel=1e-4)


def test_web_mercator_counts_the_ground_and_not_its_own_metres() -> None:
    """At 60 degrees north its metres are half a metre on the ground."""
    (x,), (y,) = warp(CRS.from_epsg(4326), CRS.from_epsg(3857), [25], [60])
    grid = Grid(2, 2, CRS.from_epsg(3857), Affine(2, 0, x, 0, -2, y))
    assert grid.pixel_area_m2 == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize(
    ("epsg", "transform"),
    [
        (32618, PLACE),
        (32633, Affine(0.3, 0, 700_000, 0, -0.3, 7_500_000)),
        (32735, Affine(1.24, 0.4, 300_000, 0.4, -1.24, 6_500_000)),  # turned
        (4326, Affine(1.1e-5, 0, 37.6, 0, -1.1e-5, 55.75)),
        (4326, Affine(1.1e-5, 0, 350, 0, 1.1e-5, -33)),  # south up, longitude from 0 to 360
        (3857, Affine(2.2, 0, 4_185_000, 0, -2.2, 7_500_000)),
        (3116, Affine(1.24, 0, 830_000, 0, -1.24, 1_180_000)),  # Colombia, MAGNA-SIRGAS
        (2263, Affine(4, 0, 980_000, 0, -4, 200_000)),  # New York, US survey feet
    ],
)
def test_a_pixel_has_its_geodesic_area_in_every_crs(epsg: int, transform: Affine) -> None:
    grid = Grid(160, 120, CRS.from_epsg(epsg), transform)
    assert grid.pixel_area_m2 == pytest.approx(geodesic_area_m2(grid), rel=2e-4)


def test_bounds_reach_all_four_corners_of_a_turned_image() -> None:
    turned = Affine(1e-4, 2e-4, -75, 0.5e-4, -1e-4, 6)
    grid = Grid(10, 20, CRS.from_epsg(4326), turned)
    # Corners: (-75, 6), (-74.999, 6.0005), (-74.995, 5.9985), (-74.996, 5.998).
    assert grid.bounds == pytest.approx((-75, 5.998, -74.995, 6.0005), abs=1e-9)


def test_corners_lead_to_every_pixel_bilinearly() -> None:
    turned = Affine(1.2, 0.3, 603_000, 0.2, -1.24, 515_000)
    grid = Grid(2048, 2048, UTM, turned)
    columns, rows = np.random.default_rng(1).uniform(0, 2048, (2, 500))
    x, y = 603_000 + 1.2 * columns + 0.3 * rows, 515_000 + 0.2 * columns - 1.24 * rows
    lon, lat = warp(UTM, LON_LAT, x, y)
    corners = np.array(grid.corners)
    u, v = columns[:, None] / 2048, rows[:, None] / 2048
    top, bottom = (corners[a] * (1 - u) + corners[b] * u for a, b in ((0, 1), (3, 2)))
    assert top * (1 - v) + bottom * v == pytest.approx(np.transpose([lon, lat]), abs=3e-7)  # 3 cm


def test_an_image_without_crs_has_no_corners_on_the_ground() -> None:
    assert Grid(30, 20, None, Affine.identity()).corners is None


def test_bounds_in_utm_are_those_of_a_warp() -> None:
    grid = Grid(32, 24, UTM, PLACE)
    x, y = [443_000, 443_000 + 32 * 1.24], [690_000 - 24 * 1.24, 690_000]
    lon, lat = warp(UTM, LON_LAT, x, y)
    assert grid.bounds == pytest.approx((lon[0], lat[0], lon[1], lat[1]), abs=1e-6)


@given(column=st.floats(-10, 500), row=st.floats(-10, 500))
def test_points_go_through_the_transform_and_the_crs(column: float, row: float) -> None:
    grid = Grid(32, 24, UTM, PLACE)
    lon, lat = warp(UTM, LON_LAT, [443_000 + 1.24 * column], [690_000 - 1.24 * row])
    assert grid.to_lonlat(np.array([[column, row]]))[0] == pytest.approx([lon[0], lat[0]], abs=1e-9)


@pytest.mark.parametrize("epsg", [4326, 32618, 3857])
def test_longitude_comes_first_whatever_the_axes_of_the_crs(epsg: int) -> None:
    (x,), (y,) = warp(LON_LAT, CRS.from_epsg(epsg), [-75.5], [6.25])
    grid = Grid(1, 1, CRS.from_epsg(epsg), Affine(1e-6, 0, x, 0, -1e-6, y))
    assert grid.to_lonlat(np.zeros((1, 2)))[0] == pytest.approx([-75.5, 6.25], abs=1e-6)


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        (CRS.from_epsg(4326), Affine(1, 0, 0, 0, -1, 91)),
        (CRS.from_epsg(4326), Affine(1, 0, 361, 0, -1, 0)),
        (CRS.from_epsg(32618), Affine(1, 0, 1e12, 0, -1, 1e12)),
        (CRS.from_wkt('LOCAL_CS["nowhere",UNIT["metre",1]]'), PLACE),
    ],
)
def test_a_place_off_the_earth_is_refused(crs: CRS, transform: Affine) -> None:
    with pytest.raises(UnsuitableImageError, match="CRS"):
        Grid(2, 2, crs, transform).to_lonlat(np.zeros((1, 2)))
