"""The WGS 84 ellipsoid (NIMA TR8350.2) as a surface in space, where no meridian or pole is special."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2), or several of them (..., n, 2)

RADIUS_M = 6_378_137.0  # semi-major axis
HALF_TURN_DEG, FULL_TURN_DEG = 180, 360
_E2 = 6.694_379_990_14e-3  # first eccentricity squared


def to_space(lonlat: Points) -> NDArray[np.float64]:
    """Geocentric coordinates (n, 3) in metres of points at height 0, longitude and latitude in degrees.

    Snyder, USGS PP 1395, eq. 4-20 for the radius of curvature in the prime vertical.
    """
    lon, lat = np.radians(lonlat).T
    radius = RADIUS_M / np.sqrt(1 - _E2 * np.sin(lat) ** 2)
    return np.column_stack(
        [
            radius * np.cos(lat) * np.cos(lon),
            radius * np.cos(lat) * np.sin(lon),
            radius * (1 - _E2) * np.sin(lat),
        ]
    )


def turned_in(longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitudes in degrees, moved into -180 to 180 where they lie outside."""
    inside = np.abs(longitudes) <= HALF_TURN_DEG
    moved = (longitudes + HALF_TURN_DEG) % FULL_TURN_DEG - HALF_TURN_DEG
    return np.asarray(np.where(inside, longitudes, moved))
