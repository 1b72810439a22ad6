"""The name of a CRS leads pyproj to the same place; codes are compared with the EPSG registry's."""

import numpy as np
import pyproj
import pytest
from rasterio.crs import CRS
from tesela.core.ground.crs import crs_name
from tesela.core.image import Image
from tesela.prediction import image_record

from tests.core.ground.grids import OWN, PLACES, scene_at
from tests.core.ground.truth import distance_m, lonlat

EVERYWHERE = OWN | PLACES
CODES = {
    "UTM 18N": "EPSG:32618",
    "degrees": "EPSG:4326",
    "feet": "EPSG:2263",
    "MAGNA-SIRGAS Bogotá": "EPSG:3116",
    "MAGNA-SIRGAS city grid": "EPSG:6247",
    "Bogotá 1975": "EPSG:21897",
}


@pytest.mark.parametrize("name", CODES)
def test_a_registered_crs_is_named_by_its_code(name: str) -> None:
    assert crs_name(CRS.from_user_input(PLACES[name].crs)) == CODES[name]


def test_a_projection_spelled_out_is_named_by_its_code() -> None:
    assert crs_name(CRS.from_string("+proj=utm +zone=18 +datum=WGS84")) == "EPSG:32618"


@pytest.mark.parametrize("name", OWN)
def test_a_crs_with_an_ellipsoid_or_a_shift_of_its_own_has_no_code(name: str) -> None:
    assert crs_name(CRS.from_string(OWN[name].crs)).startswith(("PROJCRS[", "BOUNDCRS["))


def test_a_registered_crs_with_another_shift_has_no_code() -> None:
    """GDAL finds it equal to EPSG:21897."""
    plain = CRS.from_epsg(21897).to_wkt()
    authority = ',AUTHORITY["EPSG","6218"]'
    assert authority in plain
    shifted = plain.replace(authority, f",TOWGS84[1,2,3,0,0,0,0]{authority}")
    assert crs_name(CRS.from_wkt(shifted)).startswith("BOUNDCRS[")


@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_name_leads_to_the_place_that_pyproj_finds(name: str) -> None:
    place = EVERYWHERE[name]
    grid = scene_at(place)
    points = np.array([[0.0, 0], [30, 0], [30, 20], [0, 20]])
    x, y = grid.transform @ tuple(points.T)
    original = pyproj.Transformer.from_crs(place.crs, "OGC:CRS84", always_xy=True)
    right = np.column_stack(original.transform(x, y))
    named = pyproj.Transformer.from_crs(crs_name(grid.crs), "OGC:CRS84", always_xy=True)
    assert distance_m(np.column_stack(named.transform(x, y)), right).max() < 1e-3
    assert distance_m(grid.to_lonlat(points), right).max() < 1e-3
    assert distance_m(lonlat(grid, points), right).max() < 1e-3


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_kept_grid_lies_where_the_image_did(name: str) -> None:
    grid = scene_at(EVERYWHERE[name])
    pixels = np.zeros((8, grid.height, grid.width), np.float32)
    image = Image(pixels, np.ones(pixels.shape[1:], bool), "uint16", grid)
    kept = image_record(image, "0" * 64)
    assert kept.bounds == grid.bounds
    assert kept.grid.bounds == pytest.approx(kept.bounds, abs=1e-9)
