"""A decoded image and where it lies on the ground."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import transform as warp_points

from tesela.core.caveat import Caveat
from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.errors import UnsuitableImageError

Pixels = NDArray[np.float32]  # (8, height, width)
Valid = NDArray[np.bool_]  # (height, width), False where nodata or not finite

DEFAULT_GSD_M = 1.24  # WorldView-3 multispectral at nadir, assumed where an image has no CRS
LON_LAT = CRS.from_string("OGC:CRS84")

# WGS 84 (NIMA TR8350.2): semi-major axis in metres, first eccentricity squared.
_A_M = 6_378_137.0
_E2 = 6.694_379_990_14e-3
_MOST_LON_LAT_DEG = 360, 90  # some rasters count longitude from 0 to 360


@dataclass(frozen=True)
class Grid:
    """Pixels on the ground: `transform` leads from (column, row) to `crs`; without `crs`, to pixels."""

    width: int
    height: int
    crs: CRS | None = None
    transform: Affine = field(default_factory=Affine.identity)

    @property
    def coordinates(self) -> str:
        """What `to_lonlat` answers in: `lonlat`, or `pixel` (column, row; rows downwards)."""
        return "lonlat" if self.crs else "pixel"

    @gdal()
    def to_lonlat(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixel corners (n, 2) as column and row, to (n, 2) longitude and latitude, or unchanged without CRS.

        Raises:
            UnsuitableImageError: The CRS does not reach WGS 84 at these points.
        """
        if self.crs is None:
            return points
        a, b, c, d, e, f = tuple(self.transform)[:6]
        x, y = (points @ np.array([[a, d], [b, e]]) + (c, f)).T
        try:
            lon, lat = warp_points(self.crs, LON_LAT, x, y)
        except GDAL_ERRORS as error:
            raise UnsuitableImageError(
                f"The image's CRS cannot be used: {error}", "crs-unusable", reason=str(error)
            ) from error
        lonlat = np.column_stack([lon, lat])
        if not np.isfinite(lonlat).all() or (np.abs(lonlat) > _MOST_LON_LAT_DEG).any():
            raise UnsuitableImageError(
                f"The image's upper left corner {c:g}, {f:g} lies outside its CRS.",
                "outside-crs",
                x=c,
                y=f,
            )
        return lonlat

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in longitude and latitude; (0, 0, width, height) without CRS."""
        w, h = self.width, self.height
        corners = self.to_lonlat(np.array([[0, 0], [w, 0], [w, h], [0, h]], float))
        west, south = corners.min(axis=0)
        east, north = corners.max(axis=0)
        return float(west), float(south), float(east), float(north)

    @cached_property
    def pixel_area_m2(self) -> float:
        """Area of the middle pixel on the WGS 84 ellipsoid, so that every CRS counts alike.

        From the radii of curvature M and N at its latitude (Snyder, USGS PP 1395, eq. 4-18, 4-20).
        """
        if self.crs is None:
            return DEFAULT_GSD_M**2
        column, row = self.width / 2, self.height / 2
        corner = np.array([[column, row], [column + 1, row], [column, row + 1]], float)
        origin, right, down = self.to_lonlat(corner)
        sin2 = math.sin(math.radians(origin[1])) ** 2
        meridian = _A_M * (1 - _E2) / (1 - _E2 * sin2) ** 1.5
        parallel = _A_M / math.sqrt(1 - _E2 * sin2) * math.sqrt(1 - sin2)
        (east_r, north_r), (east_d, north_d) = np.radians([right - origin, down - origin])
        return float(abs(east_r * north_d - east_d * north_r) * meridian * parallel)


@dataclass(frozen=True)
class Image:
    """Decoded pixels (8, height, width) in the file's own units, bands coastal to NIR2."""

    pixels: Pixels
    valid: Valid
    dtype: str  # as stored in the file, `float16` included
    grid: Grid
    caveats: tuple[Caveat, ...] = ()  # what the answer has to say about the file
    order: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8)  # the file's bands that `pixels` come from
