"""Decode: the bytes of an upload, hostile until checked, to an `Image`."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from tesela.core.bands import IN_ORDER, find_order
from tesela.core.caveat import Caveat
from tesela.core.fill import find_fill
from tesela.core.georeference import locate
from tesela.core.image import Grid, Image, Pixels, Valid
from tesela.core.raster import brightness, open_page, opened, read_pages, valid_pixels
from tesela.core.tiff.header import Header, read_header
from tesela.core.tiff.rebuild import rebuild
from tesela.errors import UnsuitableImageError


def decode(body: bytes, order: Sequence[int] | None = None) -> Image:
    """Decode a TIFF of eight bands in one page, or of eight pages of one band.

    The header is read and checked here; GDAL opens a file with a header that was written anew.

    Args:
        body: The upload.
        order: The numbers, from 1, of the file's bands that hold coastal, blue, ... NIR2. Without
            it, the file's own names of all eight bands count, and otherwise their position.

    Raises:
        EmptyUploadError: No bytes.
        UnsupportedFormatError: Not a TIFF, or a compression that is not accepted.
        ImageTooLargeError: More bytes or pixels than `LIMITS`; found before pixels are decoded.
        UnsuitableImageError: Wrong band count, data type or size, or no valid pixel.
        CorruptImageError: The file breaks the format, or cannot be decoded to its end.
    """
    header = read_header(body)
    pixels, masks, grid, place_caveats = _read(body, header)
    page = header.pages[0]
    valid = valid_pixels(pixels, masks, header.pages)
    pixels = brightness(pixels, page)
    # Scenes cut along the orbit are filled with 0; no sensor count is 0 in all bands.
    fill, fill_caveats = find_fill(pixels, valid, zero_is_fill=page.dtype.endswith("int16"))
    bands, band_caveats = (tuple(order), ()) if order else find_order(header.names)
    if bands != IN_ORDER:
        pixels = pixels[[number - 1 for number in bands]]
    caveats = (*place_caveats, *band_caveats, *fill_caveats)
    return Image(pixels, _some(valid & ~fill), page.dtype, grid, caveats, bands)


def _read(
    body: bytes, header: Header
) -> tuple[Pixels, Sequence[NDArray[Any]], Grid, tuple[Caveat, ...]]:
    """Return pixels (8, H, W), masks (H, W) where 0 is outside, the grid and warnings about it."""
    rebuilt = rebuild(body, header)
    with opened(rebuilt, len(body)) as file:
        pixels, masks = read_pages(file, rebuilt)
        with open_page(file, rebuilt.pages[0]) as first:
            located = locate(first, header.georeference)
    return pixels, masks, *located


def _some(valid: Valid) -> Valid:
    if not valid.any():
        raise UnsuitableImageError(
            f"All {valid.size} pixels are nodata; at least 1 is needed.",
            "all-nodata",
            pixels=valid.size,
        )
    return valid
