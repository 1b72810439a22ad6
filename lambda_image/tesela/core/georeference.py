"""Where an image lies, and what its file lacks to say so: then coordinates are pixels, with a warning."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.io import DatasetReader
from rasterio.transform import Affine
from rasterio.warp import transform as warp_points

from tesela.core.caveat import Caveat
from tesela.core.gdal import GDAL_ERRORS
from tesela.core.ground.crs import LON_LAT
from tesela.core.image import DEFAULT_GSD_M, Grid
from tesela.core.tiff.georeference import Georeference
from tesela.errors import UnsuitableImageError

_MAX_RESIDUAL_PX = 2.0
_MIN_POINTS = 3
_MAX_NUMBER = 1e12  # metres or degrees; beyond it, and for NaN, nothing is fitted
_MAX_NAME = 100
_MIN_PIXEL_M = 1e-3
_MAX_PIXEL_RATIO = 1e4  # of a pixel's sides on the ground
_FALSE_ORIGIN = re.compile(r'"false_(easting|northing)",([-+.\deE]+)', re.IGNORECASE)
_PIXELS = f"Coordinates are pixels, and areas assume {DEFAULT_GSD_M} m pixels unless gsd= states their size."


@dataclass(frozen=True, slots=True)
class _Fit:
    """An affine transform by least squares, and the largest distance that it leaves, in pixels."""

    transform: Affine
    residual_px: float


def locate(page: DatasetReader, tags: Georeference) -> tuple[Grid, tuple[Caveat, ...]]:
    """Return the grid of a page, and warnings about what it lacks.

    Raises:
        UnsuitableImageError: The image lies outside its CRS, or its pixels have no area.
    """
    crs, transform = page.crs, page.transform
    caveats = list(_of_tags(tags))
    if tags.has_control_points:
        points, crs = page.gcps
        fit = _fitted(points)
        caveats.append(_of_points(len(points), fit))
        transform = fit.transform if fit and fit.residual_px <= _MAX_RESIDUAL_PX else None
    elif transform.is_identity:
        transform = None
    lacking = _lacking(crs, transform)
    if lacking:
        return Grid(page.width, page.height), (*caveats, lacking)
    return _sound(Grid(page.width, page.height, crs, transform)), tuple(caveats)


def _of_tags(tags: Georeference) -> Iterator[Caveat]:
    if tags.page > 1:
        yield Caveat(
            "georeference-of-page",
            {"page": tags.page},
            f"Only page {tags.page} and others after the first say where they lie; "
            "the first is taken to lie there too.",
        )
    if tags.rational:
        yield Caveat(
            "rational-polynomials",
            {},
            "The image has rational polynomials (RPC), which are not used: orthorectify it first.",
        )


def _of_points(count: int, fit: _Fit | None) -> Caveat:
    if fit and fit.residual_px <= _MAX_RESIDUAL_PX:
        return Caveat(
            "control-points",
            {"points": count, "residual_px": fit.residual_px},
            f"The image is placed by {count} ground control points, through an affine transform "
            f"that leaves up to {fit.residual_px:.2g} px.",
        )
    return Caveat(
        "control-points-unused",
        {"points": count, "limit_px": _MAX_RESIDUAL_PX}
        | ({"residual_px": fit.residual_px} if fit else {}),
        f"The image has {count} ground control points, which are not used: "
        f"no affine transform fits them to {_MAX_RESIDUAL_PX:g} px.",
    )


def _lacking(crs: CRS | None, transform: Affine | None) -> Caveat | None:
    """Return a warning if the two do not lead to the ground."""
    if crs is None:
        return _no_crs(transform)
    if transform is None:
        what = f"The image has the CRS {_name(crs)}, but no transform."
        return _no("no-transform", what, crs=_name(crs))
    if not _reaches_earth(crs):
        what = f"The image's CRS {_name(crs)} does not lead to longitude and latitude."
        return _no("crs-unusable", what, crs=_name(crs))
    return None


def _no_crs(transform: Affine | None) -> Caveat:
    if transform is None:
        return _no("no-georeference", "The image has neither a CRS nor a transform.")
    pixel = math.sqrt(abs(transform.determinant))
    if not math.isfinite(pixel):
        return _no("no-crs", "The image has a transform, but no CRS.")
    what = f"The image has a transform, of pixels {pixel:.4g} units wide, but no CRS."
    return _no("no-crs", what, pixel=pixel)


def _no(code: str, what: str, **values: object) -> Caveat:
    return Caveat(code, {"gsd_m": DEFAULT_GSD_M} | values, f"{what} {_PIXELS}")


def _name(crs: CRS) -> str:
    """Return what a CRS calls itself: the first text of its WKT."""
    found = re.search(r'"([^"]*)"', str(crs.to_wkt()))
    return (found[1] if found else "")[:_MAX_NAME]


def _reaches_earth(crs: CRS) -> bool:
    """Return whether the origin of a CRS, which every projection can invert, has a place on the earth."""
    if not (crs.is_geographic or crs.is_projected):
        return False
    parameters = dict(_FALSE_ORIGIN.findall(str(crs.to_wkt())))
    x, y = (float(parameters.get(name, 0)) for name in ("easting", "northing"))
    try:
        (lon,), (lat,) = warp_points(crs, LON_LAT, [x], [y])
    except GDAL_ERRORS:
        return False
    return math.isfinite(lon) and math.isfinite(lat)


def _sound(grid: Grid) -> Grid:
    # Bounds and area are asked here, so that an image outside its CRS is refused now; but not before
    # the pixels are known to be of some size, as an edge is divided by it.
    if not 0 < abs(grid.transform.determinant) < math.inf:
        raise _without_area(grid)
    w, h = grid.width, grid.height
    grid.to_lonlat(np.array([[0, 0], [w, 0], [w, h], [0, h]], float))  # an error names a corner
    _check_pixels(grid)
    if not (grid.bounds and grid.pixel_area_m2 > 0):
        raise _without_area(grid)
    return grid


def _check_pixels(grid: Grid) -> None:
    narrow, wide = sorted(grid.pixel_size_m)
    if not narrow > 0:  # NaN too
        raise _without_area(grid)
    if narrow < _MIN_PIXEL_M:
        raise UnsuitableImageError(
            f"The pixels are {narrow:.3g} m wide on the ground; the minimum is {_MIN_PIXEL_M:g} m.",
            "pixel-too-small",
            pixel_m=narrow,
            limit_m=_MIN_PIXEL_M,
        )
    if wide > _MAX_PIXEL_RATIO * narrow:
        raise UnsuitableImageError(
            f"The pixels are {wide:.3g} m by {narrow:.3g} m on the ground; "
            f"the longer side may be {_MAX_PIXEL_RATIO:g} times the shorter one.",
            "pixel-too-long",
            wide_m=wide,
            narrow_m=narrow,
            limit=_MAX_PIXEL_RATIO,
        )


def _without_area(grid: Grid) -> UnsuitableImageError:
    return UnsuitableImageError(
        f"The transform {tuple(grid.transform)[:6]} has no area.", "transform-without-area"
    )


def _fitted(points: Sequence[GroundControlPoint]) -> _Fit | None:
    """Fit an affine transform to ground control points, unless they lie on a line."""
    pixels = np.array([[point.col, point.row, 1] for point in points], float)
    ground = np.array([[point.x, point.y] for point in points], float)
    if len(points) < _MIN_POINTS or not (np.abs(np.hstack([pixels, ground])) < _MAX_NUMBER).all():
        return None
    centre = ground.mean(axis=0)  # differences, or large coordinates would lose digits
    solution: NDArray[np.float64]
    solution, _, rank, _ = np.linalg.lstsq(pixels, ground - centre, rcond=None)
    area = abs(np.linalg.det(solution[:2]))
    if rank < _MIN_POINTS or not 0 < area < math.inf:
        return None
    residual = np.hypot(*(pixels @ solution - (ground - centre)).T).max() / math.sqrt(area)
    (a, d), (b, e), (c, f) = solution + np.array([[0, 0], [0, 0], centre])
    return _Fit(Affine(a, b, c, d, e, f), float(residual))
