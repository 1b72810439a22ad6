"""Pixels out of a TIFF whose header was written anew: GDAL opens it in memory, page by page."""

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
from rasterio.windows import Window

from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.core.image import Pixels, Valid
from tesela.core.tiff.page import Page
from tesela.core.tiff.rebuild import Rebuilt
from tesela.errors import CorruptImageError

_FILL_FROM = 1e30  # no sensor counts so far: the fill of floats, -3.4e38, that no tag declares
_MAX_REASON = 200  # characters of GDAL's message


@contextmanager
def opened(rebuilt: Rebuilt, size: int) -> Iterator[MemoryFile]:
    """Hold a TIFF in memory, for `read_pages` and `open_page`; an error names the upload's size.

    Raises:
        CorruptImageError: What is read inside cannot be decoded.
    """
    with gdal(), MemoryFile(rebuilt.body) as file:
        try:
            yield file
        except GDAL_ERRORS as error:
            reason = _reason(error, file.name)
            raise CorruptImageError(
                f"The TIFF of {size} bytes cannot be decoded to its end: {reason}",
                "corrupt-image",
                bytes=size,
            ) from error


def read_pages(
    file: MemoryFile, rebuilt: Rebuilt, window: Window | None = None
) -> tuple[Pixels, list[NDArray[Any]]]:
    """Return bands (8, H, W) and masks (H, W), where 0 is outside; all of them, or a window."""
    bands = [_read_page(file, offset, "float32", window) for offset in rebuilt.pages]
    masks = [_read_page(file, offset, "uint8", window)[0] for offset in rebuilt.masks]
    return bands[0] if len(bands) == 1 else np.concatenate(bands), masks


@contextmanager
def open_page(file: MemoryFile, offset: int) -> Iterator[DatasetReader]:
    """Open a page by the byte at which we wrote its directory; no name comes from the upload."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(f"GTIFF_DIR:off:{offset}:{file.name}", driver="GTiff") as page:
            yield page


def valid_pixels(pixels: Pixels, masks: Sequence[NDArray[Any]], pages: Sequence[Page]) -> Valid:
    """Return which pixels (8, H, W) are finite, inside the masks and not declared as nodata."""
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


def brightness(pixels: Pixels, page: Page) -> Pixels:
    """Return counts that grow with the light, whichever end the page calls white."""
    return 2.0**page.bits - 1 - pixels if page.white_is_zero else pixels


def _read_page(file: MemoryFile, offset: int, dtype: str, window: Window | None) -> NDArray[Any]:
    with open_page(file, offset) as page:
        pixels: NDArray[Any] = page.read(out_dtype=dtype, window=window)
        return pixels


def _reason(error: BaseException, name: str) -> str:
    """Return GDAL's own words, without the name that the file has in memory."""
    names = (
        rf"(GTIFF_DIR:off:\d+:)?({re.escape(name)}|{re.escape(PurePosixPath(name).name)})[:,]? *"
    )
    return re.sub(names, "", str(error.__cause__ or error))[:_MAX_REASON]
