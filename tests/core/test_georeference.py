from typing import Any

import numpy as np
import pytest
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import transform as transform_points
from tesela.core.caveat import Caveat
from tesela.core.decode import decode
from tesela.core.image import Grid
from tesela.errors import UnsuitableImageError

from tests.hostile.writer import DOUBLE, PLACED, SHORT, tiff
from tests.tiffs import PLACE, UTM, counts, one_page

GEOTIFF = PLACED[:2]  # a scale and a tiepoint


def located(body: bytes) -> tuple[Grid, list[Caveat]]:
    image = decode(body)
    return image.grid, list(image.caveats)


@pytest.mark.parametrize(
    ("creation", "code", "values"),
    [
        ({}, "no-georeference", {}),
        ({"crs": UTM}, "no-transform", {"crs": "WGS 84 / UTM zone 18N"}),
        ({"transform": PLACE}, "no-crs", {"pixel": 1.24}),
    ],
)
def test_what_is_missing_is_named(
    creation: dict[str, Any], code: str, values: dict[str, object]
) -> None:
    grid, (caveat,) = located(one_page(counts(), **creation))
    assert (grid.coordinates, grid.bounds) == ("pixel", (0, 0, 32, 24))
    assert caveat.code == code
    assert caveat.values == {"gsd_m": 1.24} | values
    assert caveat.text.endswith(
        "Coordinates are pixels, and areas assume 1.24 m pixels unless gsd= states their size."
    )


def keys(*rows: tuple[int, int]) -> tuple[int, int, tuple[int, ...]]:
    flat = [number for key, value in rows for number in (key, 0, 1, value)]
    return 34735, SHORT, (1, 1, 0, len(rows), *flat)


PROJECTED = (1024, 1)
NOWHERE = {
    "raster type alone": [(1025, 1)],
    "a user-defined model": [(1024, 32767), (1025, 1)],
    "projected, but not how": [PROJECTED],
    "a user-defined projection": [PROJECTED, (3072, 32767)],
    "a code that EPSG lacks": [PROJECTED, (3072, 59999)],
    "a code of no CRS": [PROJECTED, (3072, 9001)],
    "geocentric": [(1024, 3), (2048, 4978)],
    "heights alone": [PROJECTED, (3072, 5703)],
}


@pytest.mark.parametrize("case", NOWHERE)
def test_a_crs_that_leads_nowhere_gives_pixels_and_a_warning(case: str) -> None:
    grid, (caveat,) = located(tiff(*GEOTIFF, keys(*NOWHERE[case])))
    assert grid == Grid(64, 64)
    assert caveat.code == "crs-unusable"
    assert "does not lead to longitude and latitude" in caveat.text
    assert "schema" not in caveat.text  # of PROJ's JSON


@pytest.mark.parametrize(
    "wkt",
    [
        'LOCAL_CS["site grid",UNIT["metre",1]]',
        'ENGCRS["site grid",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],UNIT["metre",1]]',
    ],
)
def test_a_local_crs_is_named(wkt: str) -> None:
    _, (caveat,) = located(one_page(counts(), crs=CRS.from_wkt(wkt), transform=PLACE))
    assert caveat.values == {"gsd_m": 1.24, "crs": "site grid"}


@pytest.mark.parametrize(
    "epsg", [32618, 3857, 4326, 4686, 9377, 3116, 2263, 27700, 3031, 3413, 54009]
)
def test_a_crs_of_the_earth_leads_to_it(epsg: int) -> None:
    """The corner comes back to a place that lies in the CRS's area of use."""
    crs = CRS.from_user_input(f"ESRI:{epsg}" if epsg == 54009 else f"EPSG:{epsg}")
    lon, lat = {2263: (-74, 40.7), 27700: (-2, 52), 3031: (10, -80), 3413: (10, 80)}.get(
        epsg, (-75.5, 6.2)
    )
    (x,), (y,) = transform_points("EPSG:4326", crs, [lon], [lat])
    gsd = 1e-5 if crs.is_geographic else 1.24
    grid, caveats = located(one_page(counts(), crs=crs, transform=Affine(gsd, 0, x, 0, -gsd, y)))
    assert caveats == []
    assert np.allclose(grid.to_lonlat(np.zeros((1, 2))), (lon, lat), atol=1e-7)


def controlled(points: list[tuple[float, float, float, float]], **creation: Any) -> bytes:
    """An image with control points (column, row, x, y) in UTM 18 N."""
    gcps = [GroundControlPoint(row, column, x, y) for column, row, x, y in points]
    return one_page(counts(), gcps=gcps, crs=UTM, **creation)


def corners(transform: Affine, off_px: float = 0) -> list[tuple[float, float, float, float]]:
    at = [(0, 0), (32, 0), (32, 24), (0, 24)]
    moved = [off_px if n % 2 else 0 for n in range(4)]
    return [
        (*corner, *(transform @ (corner[0] + move, corner[1])))
        for corner, move in zip(at, moved, strict=True)
    ]


@pytest.mark.parametrize("turn_deg", [0, 30])
def test_control_points_place_the_image_through_an_affine_transform(turn_deg: float) -> None:
    transform = PLACE @ Affine.rotation(turn_deg)
    grid, (caveat,) = located(controlled(corners(transform)))
    assert grid.crs == UTM
    assert np.allclose(tuple(grid.transform), tuple(transform), atol=1e-6)
    assert caveat.code == "control-points"
    assert caveat.values == {"points": 4, "residual_px": pytest.approx(0, abs=1e-6)}


def test_the_residual_of_control_points_is_stated() -> None:
    """Two opposite corners are 1 px to the right: the best plane leaves half of it at each."""
    _, (caveat,) = located(controlled(corners(PLACE, off_px=1)))
    assert caveat.code == "control-points"
    assert caveat.values["residual_px"] == pytest.approx(0.5, rel=1e-6)
    assert "0.5 px" in caveat.text


@pytest.mark.parametrize(
    "points",
    [
        corners(PLACE, off_px=10),
        [(n, n, 443_000 + n, 690_000 - n) for n in range(5)],
        corners(PLACE)[:2],
        [*corners(PLACE)[:3], (0, 24, float("nan"), 690_000)],
    ],
    ids=["far from affine", "on a line", "two", "not a number"],
)
def test_control_points_that_no_transform_fits_are_mentioned(
    points: list[tuple[float, float, float, float]],
) -> None:
    grid, caveats = located(controlled(points))
    assert grid.coordinates == "pixel"
    assert [caveat.code for caveat in caveats] == ["control-points-unused", "no-transform"]
    assert caveats[0].values["points"] == len(points)


def test_rational_polynomials_are_mentioned() -> None:
    _, caveats = located(tiff((50844, DOUBLE, (0.0,) * 92)))
    assert [caveat.code for caveat in caveats] == ["rational-polynomials", "no-georeference"]


def test_an_image_outside_its_crs_is_refused_without_proj_s_words() -> None:
    body = one_page(counts(), crs=UTM, transform=Affine(1.24, 0, 1e12, 0, -1.24, 1e12))
    with pytest.raises(UnsuitableImageError):
        decode(body)
