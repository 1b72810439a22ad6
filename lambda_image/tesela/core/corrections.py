"""What people say of a prediction's objects, and the labels that follow: present, absent or unknown."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, ConfigDict, Field
from rasterio.features import rasterize

from tesela.catalogue import KEYS
from tesela.core.gdal import gdal
from tesela.errors import InvalidOptionError

MAX_CORRECTIONS = 500
MAX_RINGS = 2000  # of one correction: an outline and its holes
MAX_POINTS = 100_000  # of all together
UNKNOWN = 255
Labels = NDArray[np.uint8]  # (10, height, width): 1 present, 0 absent, UNKNOWN

Key = Literal[KEYS]  # type: ignore[valid-type]
Verdict = Literal["right", "wrong", "missing"]
# To a hundredth of a pixel; where the image ends is checked later.
Coordinate = Annotated[
    float,
    Field(ge=0, le=65_536, allow_inf_nan=False),
    AfterValidator(lambda value: round(value, 2)),
]
Ring = Annotated[list[tuple[Coordinate, Coordinate]], Field(min_length=4, max_length=MAX_POINTS)]


@dataclass(frozen=True, slots=True)
class Correction:
    """One object: drawn rightly or wrongly, or missing where a person drew it.

    `rings` are closed lines of pixel corners, column and row: an outline, then its holes. A pixel
    belongs to it if its centre lies inside an odd number of rings.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    verdict: Verdict
    land_cover: Annotated[Key, Field(alias="class")]
    rings: Annotated[list[Ring], Field(min_length=1, max_length=MAX_RINGS)]
    instead: Key | None = None  # what it is, where it is wrong


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pixels of a correction lie in the image, and which of the window they are."""

    rows: slice
    columns: slice
    mask: NDArray[np.bool_]


def check(corrections: Sequence[Correction], width: int, height: int) -> None:
    """Refuse what no image of this size can have.

    Raises:
        InvalidOptionError: Too many points, one outside the image, a ring that is not closed, no
            pixel inside, or a class instead that makes no sense.
    """
    points = sum(len(ring) for each in corrections for ring in each.rings)
    if points > MAX_POINTS:
        reason = f"the rings have {points} points; the limit is {MAX_POINTS}."
        raise InvalidOptionError.of("corrections", points, MAX_POINTS, reason)
    for number, each in enumerate(corrections):
        name = f"corrections.{number}"
        if each.instead and (each.verdict != "wrong" or each.instead == each.land_cover):
            reason = f"{each.instead!r} is for what is wrong, and another class than its own."
            raise InvalidOptionError.of(f"{name}.instead", each.instead, "wrong", reason)
        for ring in each.rings:
            _check_ring(ring, f"{name}.rings", width, height)
        if not place(each, width, height).mask.any():
            reason = "holds the centre of no pixel."
            raise InvalidOptionError.of(f"{name}.rings", None, 1, reason)


def _check_ring(ring: Ring, name: str, width: int, height: int) -> None:
    if ring[0] != ring[-1]:
        reason = f"a ring ends at {ring[-1]}, not where it begins, at {ring[0]}."
        raise InvalidOptionError.of(name, list(ring[-1]), list(ring[0]), reason)
    for x, y in ring:
        if x > width or y > height:
            reason = f"the point {x:g}, {y:g} lies outside the image of {width} x {height} px."
            raise InvalidOptionError.of(name, [x, y], [width, height], reason)


@gdal()
def place(correction: Correction, width: int, height: int) -> Place:
    """The pixels of a correction; nothing outside the image."""
    points = np.concatenate([np.asarray(ring, float) for ring in correction.rings])
    left, top = (max(0, math.floor(low)) for low in points.min(axis=0))
    right, bottom = np.ceil(points.max(axis=0)).astype(int).tolist()
    right, bottom = min(max(right, left + 1), width), min(max(bottom, top + 1), height)
    rings = [[(x - left, y - top) for x, y in ring] for ring in correction.rings]
    shape = (max(bottom - top, 0), max(right - left, 0))
    if 0 in shape:
        return Place(slice(top, top), slice(left, left), np.zeros((0, 0), bool))
    burnt = rasterize([{"type": "Polygon", "coordinates": rings}], shape, dtype="uint8")
    return Place(slice(top, bottom), slice(left, right), burnt.astype(bool))


def labels(corrections: Sequence[Correction], width: int, height: int) -> Labels:
    """What is known of each class; of two corrections of a pixel the later one counts."""
    known = np.full((len(KEYS), height, width), UNKNOWN, np.uint8)
    for each in corrections:
        where = place(each, width, height)
        for key, value in _says(each):
            known[KEYS.index(key), where.rows, where.columns][where.mask] = value
    return known


def _says(correction: Correction) -> Iterator[tuple[str, int]]:
    yield correction.land_cover, int(correction.verdict != "wrong")
    if correction.instead:
        yield correction.instead, 1
