"""A decoded image and where it lies on the ground."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import transform as warp_points

from tesela.core.caveat import Caveat
from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.core.ground.areas import PixelAreas, pixel_areas, sides
from tesela.core.ground.crs import LON_LAT
from tesela.core.ground.ellipsoid import (
    FULL_TURN_DEG,
    HALF_TURN_DEG,
    Points,
    to_space,
    turned_in,
)
from tesela.core.ground.rings import trace
from tesela.errors import UnsuitableImageError

Pixels = NDArray[np.float32]  # (8, height, width)
Valid = NDArray[np.bool_]  # (height, width), False where nodata or not finite

DEFAULT_GSD_M = 1.24  # WorldView-3 multispectral at nadir, assumed where an image has no CRS

_MAX_LON_LAT_DEG = 360, 90  # some rasters count longitude from 0 to 360
_ROUNDING_DEG = 1e-9


@dataclass(frozen=True)
class Grid:
    """Pixels on the ground: `transform` leads from (column, row) to `crs`; without `crs`, to pixels."""

    width: int
    height: int
    crs: CRS | None = None
    transform: Affine = field(default_factory=Affine.identity)
    # Width and height of a pixel in metres that count where there is no CRS.
    assumed_size_m: tuple[float, float] = (DEFAULT_GSD_M, DEFAULT_GSD_M)

    def resized(self, height: int, width: int) -> "Grid":
        """The same ground in other pixels."""
        across, down = self.width / width, self.height / height
        a, b, c, d, e, f = tuple(self.transform)[:6]
        return Grid(
            width,
            height,
            self.crs,
            Affine(a * across, b * down, c, d * across, e * down, f),
            (self.assumed_size_m[0] * across, self.assumed_size_m[1] * down),
        )

    @property
    def coordinates(self) -> str:
        """What `to_lonlat` answers in: `lonlat`, or `pixel` (column, row; rows downwards)."""
        return "lonlat" if self.crs else "pixel"

    @gdal()
    def to_lonlat(self, points: Points) -> Points:
        """Convert pixel corners (..., n, 2), column and row, to longitude (-180 to 180) and latitude.

        Without a CRS they stay as they are.

        Raises:
            UnsuitableImageError: The CRS does not reach WGS 84 at these points.
        """
        if self.crs is None:
            return points
        a, b, c, d, e, f = tuple(self.transform)[:6]
        x, y = (points @ np.array([[a, d], [b, e]]) + (c, f)).reshape(-1, 2).T
        try:
            lon, lat = warp_points(self.crs, LON_LAT, x, y)
        except GDAL_ERRORS as error:
            raise UnsuitableImageError(
                f"The image's CRS cannot be used: {error}", "crs-unusable", reason=str(error)
            ) from error
        lonlat = np.column_stack([lon, lat])
        outside = ~(np.abs(lonlat) <= _MAX_LON_LAT_DEG).all(axis=1)  # not finite, or too large
        if outside.any():
            first = int(np.argmax(outside))
            raise UnsuitableImageError(
                f"The image's point {x[first]:g}, {y[first]:g} lies outside its CRS.",
                "outside-crs",
                x=float(x[first]),
                y=float(y[first]),
            )
        lonlat[:, 0] = turned_in(lonlat[:, 0])
        return lonlat.reshape(points.shape)

    @cached_property
    def outline(self) -> Points:
        """The image's edge, a closed ring (n, 2); longitudes are continuous, as `trace` makes them.

        Raises:
            UnsuitableImageError: The image covers more than all longitudes, so parts of it twice.
        """
        w, h = self.width, self.height
        corners = np.array([[0, 0], [w, 0], [w, h], [0, h], [0, 0]], float)
        if self.crs is None:
            return corners
        self.to_lonlat(corners)  # first, so that an error names a corner, which people know
        (line,) = self.trace([corners])
        span = float(np.ptp(line[:, 0]))
        if span > FULL_TURN_DEG + _ROUNDING_DEG:
            raise UnsuitableImageError(
                f"The image covers {span:g} degrees of longitude; there are {FULL_TURN_DEG}.",
                "longitudes-repeated",
                degrees=span,
                limit=FULL_TURN_DEG,
            )
        return line

    def trace(self, rings: list[Points]) -> list[Points]:
        """Lead closed rings of pixel corners over the globe, as `rings.trace`."""
        return trace(rings, self.to_lonlat, self.pixel_size_m)

    @cached_property
    def pole(self) -> int:
        """90 or -90 if that pole lies inside the image, else 0."""
        turns = round((self.outline[-1, 0] - self.outline[0, 0]) / 360) if self.crs else 0
        return self.pole_within(turns, clockwise=True)

    def pole_within(self, turns: int, *, clockwise: bool) -> int:
        """The latitude of the pole that a ring encloses: 90, -90, or 0 for none.

        Args:
            turns: How often the ring runs around the globe eastwards: -1, 0 or 1.
            clockwise: Whether it runs clockwise in the image, rows downwards.
        """
        return 90 * turns * (1 if clockwise == self.mirrored else -1)

    @cached_property
    def mirrored(self) -> bool:
        """Whether the image shows the ground as in a mirror; north-up images do not."""
        middle = np.array([[self.width / 2, self.height / 2]])
        right, down = sides(self.to_lonlat, middle)
        upwards = np.cross(down, right) @ to_space(self.to_lonlat(middle)).T
        return bool(upwards[0, 0] < 0)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north as in RFC 7946, 5.2; (0, 0, width, height) without CRS.

        West is over east where the image crosses the antimeridian. A pole inside makes the bounds
        reach it, and all longitudes.
        """
        if self.crs is None:
            return 0, 0, float(self.width), float(self.height)
        (west, south), (east, north) = self.outline.min(axis=0), self.outline.max(axis=0)
        if self.pole:
            return -180, float(min(south, self.pole)), 180, float(max(north, self.pole))
        if east - west >= FULL_TURN_DEG - _ROUNDING_DEG:
            return -180, float(south), 180, float(north)
        first = (west + HALF_TURN_DEG) % FULL_TURN_DEG - HALF_TURN_DEG
        (last,) = turned_in(np.array([first + (east - west)]))
        return float(first), float(south), float(last), float(north)

    @cached_property
    def corners(self) -> tuple[tuple[float, float], ...] | None:
        """Longitude and latitude of the image's corners, clockwise in the image from its first pixel.

        What lies between follows bilinearly, to a centimetre in an image of 2.5 km. None without CRS.
        """
        if self.crs is None:
            return None
        w, h = self.width, self.height
        points = self.to_lonlat(np.array([[0, 0], [w, 0], [w, h], [0, h]], float))
        return tuple((float(lon), float(lat)) for lon, lat in points)

    @cached_property
    def pixel_size_m(self) -> tuple[float, float]:
        """Length on the ground of the middle pixel's sides, along a row and along a column."""
        if self.crs is None:
            return self.assumed_size_m
        middle = np.array([[self.width / 2, self.height / 2]])
        along_row, along_column = np.linalg.norm(sides(self.to_lonlat, middle), axis=2)[:, 0]
        return float(along_row), float(along_column)

    @cached_property
    def pixel_areas(self) -> PixelAreas:
        """Areas of the pixels on the WGS 84 ellipsoid, so that every CRS counts alike."""
        if self.crs is None:
            area_m2 = self.assumed_size_m[0] * self.assumed_size_m[1]
            return PixelAreas(self.width, self.height, np.array([[area_m2]]))
        return pixel_areas(self.to_lonlat, self.width, self.height)

    @property
    def pixel_area_m2(self) -> float:
        """Mean area of a pixel on the ground."""
        return self.pixel_areas.mean


@dataclass(frozen=True)
class Image:
    """Decoded pixels (8, height, width) in the file's own units, bands coastal to NIR2."""

    pixels: Pixels
    valid: Valid
    dtype: str  # as stored in the file, `float16` included
    grid: Grid
    caveats: tuple[Caveat, ...] = ()  # what the answer has to say about the file
    order: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8)  # the file's bands that `pixels` come from
