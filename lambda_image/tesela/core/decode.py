"""Decode: the bytes of an upload, hostile until checked, to an `Image`."""

import math
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

from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.core.image import Grid, Image, Pixels, Valid
from tesela.core.tiff.header import read_header
from tesela.core.tiff.page import Page
from tesela.core.tiff.rebuild import Rebuilt, rebuild
from tesela.errors import CorruptImageError, UnsuitableImageError

_FILL_FROM = 1e30  # no sensor counts so far: the fill of floats, -3.4e38, that no tag declares
_MAX_REASON = 200  # characters of GDAL's message


def decode(body: bytes) -> Image:
    """Decode a TIFF of eight bands in one page, or of eight pages of one band.

    The header is read and checked here; GDAL opens a file with a header that was written anew.

    Raises:
        EmptyUploadError: No bytes.
        UnsupportedFormatError: Not a TIFF, or a compression that is not accepted.
        ImageTooLargeError: More bytes or pixels than `LIMITS`; found before pixels are decoded.
        UnsuitableImageError: Wrong band count, data type or size, or no valid pixel.
        CorruptImageError: The file breaks the format, or cannot be decoded to its end.
    """
    header = read_header(body)
    rebuilt = rebuild(body, header)
    with gdal(), MemoryFile(rebuilt.body) as file:
        try:
            pixels, masks = _read(file, rebuilt)
            grid = _grid(file, rebuilt)
        except GDAL_ERRORS as error:
            raise CorruptImageError(
                f"The TIFF of {len(body)} bytes cannot be decoded to its end: {_reason(error, file.name)}",
                "corrupt-image",
                bytes=len(body),
            ) from error
    dtype = header.pages[0].dtype
    valid = _valid(pixels, masks, header.pages)
    if header.pages[0].white_is_zero:
        pixels = 2.0 ** header.pages[0].bits - 1 - pixels
    return Image(pixels, _checked_valid(pixels, valid, dtype), dtype, grid)


def _reason(error: BaseException, name: str) -> str:
    """Return GDAL's own words, without the name that the file has in memory."""
    names = (
        rf"(GTIFF_DIR:off:\d+:)?({re.escape(name)}|{re.escape(PurePosixPath(name).name)})[:,]? *"
    )
    return re.sub(names, "", str(error.__cause__ or error))[:_MAX_REASON]


def _read(file: MemoryFile, rebuilt: Rebuilt) -> tuple[Pixels, Sequence[NDArray[Any]]]:
    """Return pixels (8, H, W) and masks (H, W), where 0 is outside."""
    bands = [_read_page(file, offset, "float32") for offset in rebuilt.pages]
    masks = [_read_page(file, offset, "uint8")[0] for offset in rebuilt.masks]
    return (bands[0] if len(bands) == 1 else np.concatenate(bands)), masks


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


def _checked_valid(pixels: Pixels, valid: Valid, dtype: str) -> Valid:
    if dtype.endswith("int16"):
        # Scenes cut along the orbit are filled with 0; no sensor count is 0 in all bands.
        valid = valid & (pixels != 0).any(axis=0)
    if not valid.any():
        height, width = valid.shape
        raise UnsuitableImageError(
            f"All {width * height} pixels are nodata; at least 1 is needed.",
            "all-nodata",
            pixels=width * height,
        )
    return valid


def _grid(file: MemoryFile, rebuilt: Rebuilt) -> Grid:
    with _open(file, rebuilt.pages[0]) as page:
        width, height, crs, transform = page.width, page.height, page.crs, page.transform
    if crs is None or transform.is_identity:
        return Grid(width, height)
    grid = Grid(width, height, crs, transform)
    sound = 0 < abs(transform.determinant) < math.inf
    # Bounds and area are asked here, so that a CRS that does not reach WGS 84 is refused now.
    if not (sound and grid.bounds and grid.pixel_area_m2 > 0):
        raise UnsuitableImageError(
            f"The transform {tuple(transform)[:6]} has no area.", "transform-without-area"
        )
    return grid
