"""Decode: the bytes of an upload, hostile until checked, to an `Image`."""

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
import rasterio
from rasterio.enums import MaskFlags
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import DatasetReader, MemoryFile

from tesela.catalogue import BANDS
from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.core.image import Grid, Image, Pixels, Valid
from tesela.errors import (
    CorruptImageError,
    EmptyUploadError,
    ImageTooLargeError,
    UnsuitableImageError,
    UnsupportedFormatError,
)

LEAST_SIDE_PX = 16
MOST_SIDE_PX = 2048
DTYPES = ("uint8", "uint16", "int16", "float16", "float32")
COMPRESSIONS = ("NONE", "LZW", "DEFLATE", "ZSTD")

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # TIFF and BigTIFF, both byte orders
# A block is decoded whole, so its declared size is bounded as the image's is.
_MOST_BLOCK_PX = MOST_SIDE_PX * MOST_SIDE_PX
_FILL_FROM = 1e30  # no sensor counts so far: the fill of floats, -3.4e38, that no tag declares


def decode(body: bytes) -> Image:
    """Decode a TIFF of eight bands in one page, or of eight pages of one band.

    Raises:
        EmptyUploadError: No bytes.
        UnsupportedFormatError: Not a TIFF, or another compression than `COMPRESSIONS`.
        ImageTooLargeError: A side over `MOST_SIDE_PX`; found in the header, before pixels are decoded.
        UnsuitableImageError: Wrong band count, data type or size, or no valid pixel.
        CorruptImageError: GDAL cannot read it to its end.
    """
    _check_magic(body)
    with gdal(), MemoryFile(body) as file, ExitStack() as stack:
        try:
            pages = [stack.enter_context(page) for page in _open_pages(file)]
            _check_header(pages)
            pixels, valid = _read(pages)
            grid = _grid(pages[0])
            dtype = _dtype(pages[0])
        except GDAL_ERRORS as error:
            raise CorruptImageError(
                f"The TIFF of {len(body)} bytes cannot be decoded to its end: {_reason(error)}"
            ) from error
    return Image(pixels, _checked_valid(pixels, valid, dtype), dtype, grid)


def _reason(error: BaseException) -> str:
    """GDAL's own words, without the name that the file has in memory."""
    told = error.__cause__ or error
    return re.sub(r"(/vsimem/)?[\w/-]+\.tif[:,]? *", "", str(told))


def _check_magic(body: bytes) -> None:
    if not body:
        raise EmptyUploadError("The upload has 0 bytes; send an 8-band TIFF.")
    if body[:4] not in _MAGIC:
        raise UnsupportedFormatError(f"The upload starts with {body[:4]!r}; a TIFF is needed.")


def _open_pages(file: MemoryFile) -> Iterator[DatasetReader]:
    with _quiet():
        first = file.open(driver="GTiff")
    yield first
    for name in first.subdatasets[1 : len(BANDS) + 1]:
        with _quiet():
            yield rasterio.open(name, driver="GTiff")


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def _check_header(pages: list[DatasetReader]) -> None:
    first = pages[0]
    bands = sum(page.count for page in pages)
    pages_told = max(1, len(first.subdatasets))
    if bands != len(BANDS) or (pages_told > 1 and pages_told != len(BANDS)):
        raise UnsuitableImageError(
            f"The image has {first.count} band(s) on {pages_told} page(s); "
            f"{len(BANDS)} bands are needed: {', '.join(BANDS)}."
        )
    if len({(page.shape, _dtype(page)) for page in pages}) > 1:
        raise UnsuitableImageError("The pages differ in size or data type.")
    for page in pages:
        _check_page(page)


def _check_page(page: DatasetReader) -> None:
    if max(page.shape) > MOST_SIDE_PX or np.prod(page.block_shapes[0]) > _MOST_BLOCK_PX:
        raise ImageTooLargeError(
            f"The image is {page.width} x {page.height} px in blocks of "
            f"{page.block_shapes[0][1]} x {page.block_shapes[0][0]}; "
            f"the limit is {MOST_SIDE_PX} x {MOST_SIDE_PX} px."
        )
    if min(page.shape) < LEAST_SIDE_PX:
        raise UnsuitableImageError(
            f"The image is {page.width} x {page.height} px; "
            f"the least is {LEAST_SIDE_PX} x {LEAST_SIDE_PX} px."
        )
    if set(page.dtypes) - set(DTYPES) or _dtype(page) not in DTYPES:
        raise UnsuitableImageError(
            f"The data type is {_dtype(page)}; accepted are {', '.join(DTYPES)}."
        )
    compression = page.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION", "NONE")
    if compression not in COMPRESSIONS:
        raise UnsupportedFormatError(
            f"The compression is {compression}; accepted are {', '.join(COMPRESSIONS)}."
        )


def _dtype(page: DatasetReader) -> str:
    """The stored type: GDAL 3.10 shows float16 as float32 of 16 bits."""
    bits = page.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
    name = str(page.dtypes[0])
    return "float16" if name == "float32" and bits == "16" else name


def _read(pages: list[DatasetReader]) -> tuple[Pixels, Valid]:
    pixels = np.concatenate([page.read(out_dtype="float32") for page in pages])
    masks = [page.read_masks(band) for page in pages for band in page.indexes if _has_mask(page)]
    # 0 is a count that dark water can have in one band; any other nodata is no count at all.
    joined = np.logical_or if pages[0].nodata == 0 else np.logical_and
    valid = joined.reduce(masks) if masks else np.ones(pixels.shape[1:], bool)
    valid &= (np.abs(pixels) < _FILL_FROM).all(axis=0)  # NaN is not
    return pixels, valid


def _has_mask(page: DatasetReader) -> bool:
    """Nodata or a mask page; not alpha, which is what some writers call the fourth of eight bands."""
    flags = {flag for band in page.mask_flag_enums for flag in band}
    return bool(flags & {MaskFlags.nodata, MaskFlags.per_dataset}) and MaskFlags.alpha not in flags


def _checked_valid(pixels: Pixels, valid: Valid, dtype: str) -> Valid:
    if dtype.endswith("int16"):
        # Scenes cut along the orbit are filled with 0; no sensor count is 0 in all bands.
        valid = valid & (pixels != 0).any(axis=0)
    if not valid.any():
        height, width = valid.shape
        raise UnsuitableImageError(f"All {width * height} pixels are nodata; at least 1 is needed.")
    return valid


def _grid(page: DatasetReader) -> Grid:
    placed = page.crs is not None and not page.transform.is_identity
    if not placed:
        return Grid(page.width, page.height)
    grid = Grid(page.width, page.height, page.crs, page.transform)
    sound = 0 < abs(page.transform.determinant) < math.inf
    # Bounds and area are asked here, so that a CRS that does not reach WGS 84 is refused now.
    if not (sound and grid.bounds and grid.pixel_area_m2 > 0):
        raise UnsuitableImageError(f"The transform {tuple(page.transform)[:6]} has no area.")
    return grid
