"""The strips or tiles of a page: their size, and where in the file each of them lies."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tesela.core.tiff import tags
from tesela.core.tiff.fields import Directory
from tesela.errors import CorruptImageError, ImageTooLargeError

_TILE_STEP_PX = 16  # TIFF 6.0, section 15: sides of tiles are multiples of 16
_MAX_BLOCKS = 4_000_000  # 64 MB of offsets and lengths; the largest upload has fewer

Numbers = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Strips (of the image's width) or tiles; a block without bytes is sparse: it reads as nodata."""

    height: int
    width: int
    tiled: bool
    offsets: Numbers
    byte_counts: Numbers


def read_blocks(
    directory: Directory,
    shape: tuple[int, int],
    *,
    pixel_bits: int,
    planes: int,
    compressed: bool,
    max_px: int,
) -> Blocks:
    """Read the table of blocks of a page of `shape` (height, width) in pixels.

    `pixel_bits` are the bits of a pixel in one of the `planes`; a block has up to `max_px` pixels.

    Raises:
        CorruptImageError: A block outside the file, a table that is too short, or odd tiles.
        ImageTooLargeError: A block of too many pixels, or too many blocks.
    """
    height, width, tiled = _block_size(directory, shape, max_px)
    total = math.ceil(shape[0] / height) * math.ceil(shape[1] / width) * planes
    _check_total(directory, total)
    offsets = _table(directory, tags.TILE_OFFSETS if tiled else tags.STRIP_OFFSETS, total)
    needed = np.full(total, math.ceil(width * pixel_bits / 8) * height, np.uint64)
    if not tiled:  # the last strip of a plane may be shorter; tiles are padded
        per_plane = total // planes
        rows = shape[0] - (per_plane - 1) * height
        needed[per_plane - 1 :: per_plane] = math.ceil(width * pixel_bits / 8) * rows
    tag = tags.TILE_BYTE_COUNTS if tiled else tags.STRIP_BYTE_COUNTS
    if tag not in directory.entries and not compressed:
        counts = needed  # some old writers leave them out, and they follow from the size
    else:
        counts = _table(directory, tag, total)
    _check_ends(directory, offsets, counts)
    if not compressed:
        _check_lengths(directory, counts, needed)
    return Blocks(height, width, tiled, np.where(counts > 0, offsets, 0), counts)


def _block_size(directory: Directory, shape: tuple[int, int], max_px: int) -> tuple[int, int, bool]:
    tiled = tags.TILE_WIDTH in directory.entries
    if tiled:
        width = directory.integer(tags.TILE_WIDTH)
        height = directory.integer(tags.TILE_LENGTH)
    else:
        width = shape[1]
        height = min(directory.integer(tags.ROWS_PER_STRIP, shape[0]), shape[0])
    if not (width and height) or (tiled and (width % _TILE_STEP_PX or height % _TILE_STEP_PX)):
        raise CorruptImageError(
            f"Page {directory.number} has blocks of {width} x {height} px; "
            f"sides of tiles are multiples of {_TILE_STEP_PX}.",
            "block-size",
            page=directory.number,
            width=width,
            height=height,
        )
    if width * height > max_px:
        limit = math.isqrt(max_px)
        raise ImageTooLargeError(
            f"Page {directory.number} has blocks of {width} x {height} px; "
            f"the limit is {limit} x {limit} px.",
            "block-too-large",
            page=directory.number,
            width=width,
            height=height,
            limit=limit,
        )
    return height, width, tiled


def _check_total(directory: Directory, total: int) -> None:
    if total > _MAX_BLOCKS:
        raise ImageTooLargeError(
            f"Page {directory.number} has {total} blocks; the limit is {_MAX_BLOCKS}.",
            "block-total",
            page=directory.number,
            blocks=total,
            limit=_MAX_BLOCKS,
        )


def _table(directory: Directory, tag: int, total: int) -> Numbers:
    values = directory.integers(tag, total)
    if values is None or len(values) < total:
        have = 0 if values is None else len(values)
        raise CorruptImageError(
            f"Page {directory.number} lists {have} blocks in the tag {tag}; it needs {total}.",
            "block-table",
            page=directory.number,
            tag=tag,
            blocks=have,
            needed=total,
        )
    return values


def _check_ends(directory: Directory, offsets: Numbers, counts: Numbers) -> None:
    size = len(directory.body)
    # Compared one by one, since the sum of two 64-bit numbers may overflow.
    outside = (counts > 0) & ((offsets > size) | (counts > size - np.minimum(offsets, size)))
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        start, length = int(offsets[first]), int(counts[first])
        raise CorruptImageError(
            f"Page {directory.number}: block {first} has {length} bytes from byte {start} on; "
            f"the file has {size} bytes.",
            "block-outside",
            page=directory.number,
            block=first,
            start=start,
            length=length,
            bytes=size,
        )


def _check_lengths(directory: Directory, counts: Numbers, needed: Numbers) -> None:
    short = (counts > 0) & (counts < needed)
    if short.any():
        first = int(np.flatnonzero(short)[0])
        raise CorruptImageError(
            f"Page {directory.number}: block {first} has {int(counts[first])} bytes; "
            f"its size needs {int(needed[first])}.",
            "block-short",
            page=directory.number,
            block=first,
            bytes=int(counts[first]),
            needed=int(needed[first]),
        )
