"""Fill that no tag declares: pixels at which all eight bands hold one and the same value.

On the ground, eight bands differ: a dark lake is low in all of them, but not equal. So equal bands are
what a mosaic, a warp or a crop has put where it had nothing, if they are many or reach the edge.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from tesela.core.caveat import Caveat
from tesela.core.image import Pixels, Valid

_MIN_SHARE = 0.01  # of the image, wherever it lies
_MIN_AREA_PX = 16  # of a connected area at the edge: a row of the smallest image
_MAX_COPIES = (
    0.5  # of the other pixels: beyond, bands are copies of each other, and equal everywhere
)
_MAX_VALUES = 8  # those of most pixels are looked at


def find_fill(
    pixels: Pixels, valid: Valid, *, zero_is_fill: bool
) -> tuple[Valid, tuple[Caveat, ...]]:
    """Return which `valid` pixels of (8, H, W) are fill, and a warning that names its values.

    With `zero_is_fill`, 0 in all bands is fill wherever it is.
    """
    equal = valid & (pixels == pixels[0]).all(axis=0)
    zero = equal & (pixels[0] == 0) if zero_is_fill else np.zeros_like(equal)
    parts = {0.0: zero} if zero.any() else {}
    found = dict(_parts(pixels[0], equal & ~zero))
    others = valid & ~_union(found, zero)
    copied = np.count_nonzero(equal & others) > _MAX_COPIES * np.count_nonzero(others)
    parts |= {} if copied else found
    fill = _union(parts, zero)
    return fill, (_caveat(sorted(parts), fill),) if parts else ()


def _union(parts: Mapping[float, Valid], first: Valid) -> Valid:
    return np.asarray(np.logical_or.reduce([first, *parts.values()]))


def _parts(band: NDArray[np.float32], equal: Valid) -> Iterator[tuple[float, Valid]]:
    """Yield values that all bands share, and the pixels at which they are fill."""
    values, counts = np.unique(band[equal], return_counts=True)
    for index in np.argsort(counts)[::-1][:_MAX_VALUES]:
        where = equal & (band == values[index])
        if counts[index] <= _MIN_SHARE * band.size:
            where = _at_edge(where)
        if where.any():
            yield float(values[index]), where


def _at_edge(where: Valid) -> Valid:
    """Keep the 4-connected areas of some size that reach the edge of the image."""
    padded = np.pad(where, ((0, 0), (0, 1)))  # so that no row continues the one above
    left = set(np.flatnonzero(padded).tolist())
    inner = padded.copy()
    inner[[0, -1]] = inner[:, [0, -2]] = False
    kept = np.zeros(padded.size, bool)
    for start in np.flatnonzero(padded & ~inner).tolist():
        area = _area(start, left, padded.shape[1])
        if len(area) >= _MIN_AREA_PX:
            kept[area] = True
    return kept.reshape(padded.shape)[:, :-1]


def _area(start: int, left: set[int], width: int) -> list[int]:
    """Take the pixels out of `left` that are connected with `start`; there are at most 1 % of all."""
    area, ahead = list[int](), [start]
    while ahead:
        pixel = ahead.pop()
        if pixel in left:
            left.remove(pixel)
            area.append(pixel)
            ahead += (pixel - 1, pixel + 1, pixel - width, pixel + width)
    return area


def _caveat(values: list[float], fill: Valid) -> Caveat:
    pixels = int(np.count_nonzero(fill))
    percent = 100 * pixels / fill.size
    named = " and ".join(f"{value:g}" for value in values)
    return Caveat(
        "undeclared-fill",
        {"values": values, "pixels": pixels, "percent": percent},
        f"{pixels} pixels ({percent:.2g} %) hold {named} in all bands, though no tag declares it: "
        "they are taken as nodata.",
    )
