"""What the header of one page declares, checked against `LIMITS` and against the bytes of the file."""

from dataclasses import dataclass
from typing import Any

from tesela.core.limits import Limits
from tesela.core.tiff import tags
from tesela.core.tiff.blocks import Blocks, read_blocks
from tesela.core.tiff.coding import (
    BLACK_IS_ZERO,
    RGB,
    WHITE_IS_ZERO,
    dtype_of,
    mask_dtype_of,
    read_alike,
    read_compression,
    read_nodata,
    read_photometric,
    read_predictor,
    unknown,
)
from tesela.core.tiff.fields import Directory
from tesela.errors import ImageTooLargeError, UnsuitableImageError

CHUNKY, PLANAR = 1, 2  # samples of a pixel side by side; a plane after the other
_FILL_ORDERS = 1, 2  # the first bit of a byte is its highest, or its lowest


@dataclass(frozen=True, slots=True)
class Page:
    """A page of full size: eight bands, one of eight, or a mask; `number` counts from 1."""

    number: int
    width: int
    height: int
    samples: int
    bits: int  # of a sample, as stored: 11 and 12 are packed
    sample_format: int
    dtype: str  # as numpy names it; `uint16` for 9 to 15 bits
    compression: int
    predictor: int
    planar: int
    fill_order: int
    white_is_zero: bool
    rgb: bool
    nodata: float | None  # a value that the type can hold
    blocks: Blocks

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.height, self.width


def read_page(directory: Directory, limits: Limits, *, mask: bool = False) -> Page:
    """Read and check the header of a page; a mask has one sample of 1 or 8 bits.

    Raises:
        CorruptImageError: Tags that contradict each other or the length of the file.
        ImageTooLargeError: A side or a block over the limits.
        UnsuitableImageError: A side, a data type or a colour space that is not accepted.
        UnsupportedFormatError: A compression that is not accepted.
    """
    width, height = _size(directory, limits)
    samples = directory.integer(tags.SAMPLES_PER_PIXEL, 1)
    bits = read_alike(directory, tags.BITS_PER_SAMPLE, samples, 1)
    sample_format = read_alike(directory, tags.SAMPLE_FORMAT, samples, 1)
    dtype = mask_dtype_of(directory, samples, bits) if mask else dtype_of(bits, sample_format)
    photometric = BLACK_IS_ZERO if mask else read_photometric(directory, dtype)
    compression, codec = read_compression(directory)
    planar = _one_of(directory, tags.PLANAR_CONFIG, (CHUNKY, PLANAR), "planar-configuration")
    return Page(
        number=directory.number,
        width=width,
        height=height,
        samples=samples,
        bits=bits,
        sample_format=sample_format,
        dtype=dtype,
        compression=compression,
        predictor=read_predictor(directory, codec, bits, dtype),
        planar=planar,
        fill_order=_one_of(directory, tags.FILL_ORDER, _FILL_ORDERS, "fill-order"),
        white_is_zero=photometric == WHITE_IS_ZERO,
        rgb=photometric == RGB,
        nodata=None if mask else read_nodata(directory, dtype),
        blocks=read_blocks(
            directory,
            (height, width),
            pixel_bits=bits * (samples if planar == CHUNKY else 1),
            planes=1 if planar == CHUNKY else samples,
            compressed=codec != "NONE",
            max_px=limits.max_block_px,
        ),
    )


def _size(directory: Directory, limits: Limits) -> tuple[int, int]:
    width = directory.integer(tags.IMAGE_WIDTH)
    height = directory.integer(tags.IMAGE_LENGTH)
    size: dict[str, Any] = {"width": width, "height": height}
    if max(width, height) > limits.max_side_px:
        limit = limits.max_side_px
        raise ImageTooLargeError(
            f"The image is {width} x {height} px; the limit is {limit} x {limit} px.",
            "image-too-large",
            **size,
            limit=limit,
        )
    if min(width, height) < limits.min_side_px:
        limit = limits.min_side_px
        raise UnsuitableImageError(
            f"The image is {width} x {height} px; the minimum is {limit} x {limit} px.",
            "image-too-small",
            **size,
            limit=limit,
        )
    return width, height


def _one_of(directory: Directory, tag: int, accepted: tuple[int, int], name: str) -> int:
    value = directory.integer(tag, accepted[0])
    if value not in accepted:
        raise unknown(directory, name.replace("-", " "), value, name)
    return value
