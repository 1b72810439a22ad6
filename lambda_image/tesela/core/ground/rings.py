"""Rings of pixel corners on the globe: curved where the CRS curves them, continuous in longitude."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tesela.core.ground.areas import ToLonLat
from tesela.core.ground.ellipsoid import RADIUS_M, Points
from tesela.errors import UnsuitableImageError

_MIN_BEND_M, _MAX_BEND_M = 0.001, 0.5  # below a millimetre, rounding looks like a bend
_MAX_BEND_PX = 0.003
_MAX_STEP_DEG = 45  # of longitude: a longer step could be one around the globe
_MAX_SPLITS = 24  # of an edge in halves; one that leads through a pole needs most
_MAX_STEP_SPLITS = 6
_POLE_DEG = 90 - 1e-8  # a millimetre from it
_SAME_DEG = 1e-9
_MAX_ADDED = 1_000_000  # points between corners: a second of work


def trace(
    rings: Sequence[Points], to_lonlat: ToLonLat, pixel_size_m: tuple[float, float]
) -> list[Points]:
    """Closed rings (n, 2) of pixel corners, to longitude and latitude along them.

    An edge that is straight in pixels gets further points where it bends by more than 0.3 % of a pixel's
    shorter side, but no less than 1 mm and no more than 0.5 m. Longitudes start in -180..180 and go on past the antimeridian; the end of
    a ring around a pole is 360 degrees from its start.

    Raises:
        UnsuitableImageError: The edges bend so strongly that too many points would be needed.
    """
    lengths = [len(ring) for ring in rings]
    corners = np.concatenate(rings)
    places = to_lonlat(corners)
    inside = np.ones(len(corners), bool)
    inside[np.cumsum(lengths) - 1] = False  # no edge leads from a ring's end to the next ring
    starts = np.flatnonzero(inside)
    added, position = _bends(corners, places, starts, to_lonlat, pixel_size_m)
    order = np.argsort(np.concatenate([np.arange(len(corners)), position]), kind="stable")
    ring_of = np.repeat(np.arange(len(rings)), lengths)
    owner = np.concatenate([ring_of, ring_of[position.astype(int)]])[order]
    line = _led_past_poles(np.concatenate([places, added])[order], owner)
    return np.split(_unwrapped(line, owner), np.flatnonzero(np.diff(owner)) + 1)


def _bends(
    corners: Points,
    places: Points,
    starts: NDArray[np.intp],
    to_lonlat: ToLonLat,
    pixel_size_m: tuple[float, float],
) -> tuple[Points, NDArray[np.float64]]:
    """Points to add along the edges from `starts` to the corners after them, and where they belong.

    A position is the number of the edge's first corner, and the share of the edge after it.
    """
    tolerance_m = min(max(_MIN_BEND_M, _MAX_BEND_PX * min(pixel_size_m)), _MAX_BEND_M)
    starts = starts[_may_bend(corners, places, starts, tolerance_m, max(pixel_size_m))]
    ends, share, width = starts + 1, np.zeros(len(starts)), 1.0
    first, last = places[starts], places[ends]
    found: list[tuple[Points, NDArray[np.float64]]] = [(np.empty((0, 2)), np.empty(0))]
    left = _MAX_ADDED
    for split in range(_MAX_SPLITS):
        if not len(starts):
            break
        middle_share = share + width / 2
        middle = to_lonlat(_along(corners, starts, middle_share))
        bent = _deviation_m(first, middle, last) > tolerance_m
        if split < _MAX_STEP_SPLITS:
            bent |= _is_long(first, middle) | _is_long(middle, last)
        left -= int(bent.sum())
        if left < 0:
            raise UnsuitableImageError(
                f"Outlines bend so strongly over the globe that more than {_MAX_ADDED:,} points would be "
                "needed between the corners of pixels.",
                "outlines-too-long",
                limit=_MAX_ADDED,
            )
        starts, share, middle_share = starts[bent], share[bent], middle_share[bent]
        first, middle, last = first[bent], middle[bent], last[bent]
        found.append((middle, starts + middle_share))
        starts, share = np.tile(starts, 2), np.concatenate([share, middle_share])
        first, last = np.concatenate([first, middle]), np.concatenate([middle, last])
        width /= 2
    added, positions = zip(*found, strict=True)
    return np.concatenate(added), np.concatenate(positions)


def _may_bend(
    corners: Points,
    places: Points,
    starts: NDArray[np.intp],
    tolerance_m: float,
    pixel_m: float,
) -> NDArray[np.bool_]:
    """Leave out edges so short that they cannot bend so far, which are nearly all.

    The height of an arc is its length squared over 8 radii. In longitude and latitude a straight line
    on the ground has at least the radius of its parallel's projection, R / tan(latitude), shared here
    by 3 for lines in other directions, for the CRS's own curvature and near the equator. Pixels may be
    twice as long as `pixel_m`, which is measured in the middle of the image.
    """
    length_m = 2 * pixel_m * np.abs(corners[starts + 1] - corners[starts]).sum(axis=1)
    latitude = np.maximum(np.abs(places[starts, 1]), np.abs(places[starts + 1, 1]))
    curvature = 3 * (1 + np.tan(np.radians(np.minimum(latitude, 90)))) / RADIUS_M
    return np.asarray(length_m**2 * curvature / 8 > tolerance_m)


def _along(corners: Points, starts: NDArray[np.intp], share: NDArray[np.float64]) -> Points:
    first, last = corners[starts], corners[starts + 1]
    return np.asarray(first + share[:, None] * (last - first))


def _deviation_m(first: Points, middle: Points, last: Points) -> NDArray[np.float64]:
    """Distance of the middle from the straight line between the ends, in longitude and latitude."""
    scale = np.radians(RADIUS_M) * np.column_stack(
        [np.cos(np.radians(middle[:, 1])), np.ones(len(middle))]
    )
    x, y = (scale * _difference(first, last)).T
    middle_x, middle_y = (scale * _difference(first, middle)).T
    length = np.hypot(x, y)
    across = np.abs(x * middle_y - y * middle_x) / np.where(length > 0, length, 1)
    return np.asarray(np.where(length > 0, across, np.hypot(middle_x, middle_y)))


def _is_long(first: Points, last: Points) -> NDArray[np.bool_]:
    return np.asarray(np.abs(_difference(first, last)[:, 0]) > _MAX_STEP_DEG)


def _difference(first: Points, last: Points) -> Points:
    """Degrees from one point to the other, the short way around."""
    difference = last - first
    difference[:, 0] = (difference[:, 0] + 180) % 360 - 180
    return difference


def _led_past_poles(line: Points, owner: NDArray[np.intp]) -> Points:
    """Give points at a pole, where any longitude is right, that of the point before them.

    Those of a grid in longitude and latitude fit a neighbour already.
    """
    for ring in np.unique(owner[np.abs(line[:, 1]) > _POLE_DEG]):
        start, end = np.searchsorted(owner, [ring, ring + 1])
        line[start:end] = _led_past_pole(line[start:end])
    return line


def _led_past_pole(ring: Points) -> Points:
    at_pole = np.abs(ring[:-1, 1]) > _POLE_DEG
    if at_pole.all():
        return ring
    ring = np.roll(ring[:-1], -int(np.argmin(at_pole)), axis=0)  # start elsewhere
    for index in np.flatnonzero(np.abs(ring[:, 1]) > _POLE_DEG):
        neighbours = ring[[index - 1, (index + 1) % len(ring)]]
        steps = np.abs(_difference(np.broadcast_to(ring[index], (2, 2)), neighbours)[:, 0])
        if (steps > _SAME_DEG).all():
            ring[index, 0] = neighbours[0, 0]
    return np.concatenate([ring, ring[:1]])


def _unwrapped(line: Points, owner: NDArray[np.intp]) -> Points:
    """Make longitudes continuous along each ring."""
    jumps = np.diff(line[:, 0], prepend=line[:1, 0])
    turns = np.round(jumps / 360) * (np.diff(owner, prepend=owner[:1]) == 0)
    if not turns.any():
        return line
    total = np.cumsum(turns)
    first = np.searchsorted(owner, owner)  # index of the ring's first point
    return np.column_stack([line[:, 0] - 360 * (total - total[first]), line[:, 1]])
