"""Decode: the bytes of an upload, hostile until checked, to an `Image`."""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import DatasetReader, MemoryFile

from tesela.core.bands import IN_ORDER, find_order
from tesela.core.caveat import Caveat
from tesela.core.fill import find_fill
from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.core.georeference import locate
from tesela.core.image import Grid, Image, Pixels, Valid
from tesela.core.tiff.header import Header, read_header
from tesela.core.tiff.page import Page
from tesela.core.tiff.rebuild import rebuild
from tesela.errors import CorruptImageError, UnsuitableImageError

_FILL_FROM = 1e30  # no sensor counts so far: the fill of floats, -3.4e38, that no tag declares
_MAX_REASON = 200  # characters of GDAL's message


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
    valid = _valid(pixels, masks, header.pages)
    if page.white_is_zero:
        pixels = 2.0**page.bits - 1 - pixels
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
    with gdal(), MemoryFile(rebuilt.body) as file:
        try:
            bands = [_read_page(file, offset, "float32") for offset in rebuilt.pages]
            masks = [_read_page(file, offset, "uint8")[0] for offset in rebuilt.masks]
            with _open(file, rebuilt.pages[0]) as first:
                located = locate(first, header.georeference)
        except GDAL_ERRORS as error:
            reason = _reason(error, file.name)
            raise CorruptImageError(
                f"The TIFF of {len(body)} bytes cannot be decoded to its end: {reason}",
                "corrupt-image",
                bytes=len(body),
            ) from error
    return bands[0] if len(bands) == 1 else np.concatenate(bands), masks, *located


def _reason(error: BaseException, name: str) -> str:
    """Return GDAL's own words, without the name that the file has in memory."""
    names = (
        rf"(GTIFF_DIR:off:\d+:)?({re.escape(name)}|{re.escape(PurePosixPath(name).name)})[:,]? *"
    )
    return re.sub(names, "", str(error.__cause__ or error))[:_MAX_REASON]


def _read_page(file: MemoryFile, offset: int, dtype: str) -> NDArray[Any]:
    with _open(file, offset) as page:
        pixels: NDArray[Any] = page.read(out_dtype=dtype)
        return pixels


@contextmanager
def _open(file: MemoryFile, offset: int) -> Iterator[DatasetReader]:
    """Open a page by the byte at which we wrote its directory; no name comes from the upload."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(f"GTIFF_DIR:off:{offset}:{file.name}", driver="GTiff") as page:
            yield page


def _valid(pixels: Pixels, masks: Sequence[NDArray[Any]], pages: Sequence[Page]) -> Valid:
    valid = np.asarray((np.abs(pixels) < _FILL_FROM).all(axis=0))  # NaN is not
    for mask in masks:
        valid &= mask != 0
    declared = [page.nodata for page in pages for _ in range(page.samples)]
    if any(nodata is not None for nodata in declared):
        counted = np.stack(
            [
                band != nodata if nodata is not None else np.ones(band.shape, bool)
                for band, nodata in zip(pixels, declared, strict=True)
            ]
        )
        # 0 is a count that dark water can have in one band; any other nodata is no count at all.
        valid &= counted.any(axis=0) if pages[0].nodata == 0 else counted.all(axis=0)
    return valid


def _some(valid: Valid) -> Valid:
    if not valid.any():
        raise UnsuitableImageError(
            f"All {valid.size} pixels are nodata; at least 1 is needed.",
            "all-nodata",
            pixels=valid.size,
        )
    return valid
