"""Windows of a scene's pixels, from ranges of its file.

The header goes through the checks of an upload, read by ranges. Blocks of pixels that a window needs
are put under a header of our own, so that GDAL decodes bytes in memory and opens nothing itself.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window as RasterWindow

from tesela.core.bands import IN_ORDER, find_order, order_of
from tesela.core.caveat import Caveat
from tesela.core.image import DEFAULT_GSD_M, Grid, Pixels, Valid
from tesela.core.ranges import RangeSource, read_remote
from tesela.core.raster import brightness, opened, read_pages, valid_pixels
from tesela.core.rescale import MAX_GSD_M, MIN_GSD_M, Rescaling
from tesela.core.tiff.header import Header
from tesela.core.tiff.page import PLANAR, Page
from tesela.core.tiff.rebuild import rebuild
from tesela.errors import CorruptImageError, UnsuitableImageError
from tesela.scenes.window import Window

_MAX_GAP_BYTES = 2**16  # between two blocks that are read in one go
_BAND_ROWS = 1024  # read at a time: more would hold more compressed bytes beside the pixels
_BAND_BYTES = 2**27  # as well: strips are read across the whole scene, however wide it is
_RESCALED_ROWS = 256  # made at a time: of pixels of 0.25 m, 25 times as many are read for them
_SMALL_BLOCK_BYTES = 2**16
_MAX_EXPANSION = 2  # of a compressed block over its plain size; real ones exceed it by bytes
_HEADER_BYTES = 16
_MIN_SHARE, _HALF = 1e-6, 0.5  # of a resampled pixel that is valid

# Smaller pixels would be averaged by the hundred; larger ones show none of the objects.
MIN_FILE_GSD_M, MAX_FILE_GSD_M = 0.25, 4.96


@dataclass(frozen=True, slots=True)
class SceneFile:
    """A scene whose header was checked; `order` are the file's bands for coastal, blue, ... NIR2.

    Its grid is that of the results. Where the file's pixels are too small or too large for the model,
    they are resampled as they are read, nodata left out: `fill` are values that mean nodata too, if
    all bands hold them.
    """

    source: RangeSource
    header: Header
    grid: Grid
    order: Sequence[int]
    caveats: tuple[Caveat, ...]
    rescaling: Rescaling | None = None
    fill: tuple[float, ...] = ()

    @property
    def dtype(self) -> str:
        """As stored in the file."""
        return self.header.pages[0].dtype

    @property
    def block_size(self) -> tuple[int, int]:
        """Height and width in pixels of what is decoded at a time."""
        blocks = self.header.pages[0].blocks
        return blocks.height, blocks.width

    @property
    def file_size(self) -> tuple[int, int]:
        """Height and width of the file, in its own pixels."""
        return self.header.pages[0].shape

    def read(self, window: Window) -> tuple[Pixels, Valid]:
        """Return pixels (8, H, W) of the grid as float32, and which of them are valid.

        Raises:
            CorruptImageError: A block of pixels cannot be decoded.
        """
        if self.rescaling is None:
            return self.read_file(window)
        pixels = np.empty((len(IN_ORDER), window.height, window.width), np.float32)
        valid = np.empty((window.height, window.width), bool)
        for band in _bands(window, _RESCALED_ROWS):
            rows, _ = band.within(window)
            pixels[:, rows], valid[rows] = self._rescaled(band, self.rescaling)
        return pixels, valid

    def _rescaled(self, window: Window, how: Rescaling) -> tuple[Pixels, Valid]:
        """Take the mean of what is valid; a pixel that is half valid is valid."""
        part = slice(window.row, window.bottom), slice(window.column, window.right)
        rows, columns = how.needed(part)
        height, width = rows.stop - rows.start, columns.stop - columns.start
        pixels, valid = self.read_file(Window(rows.start, columns.start, height, width))
        pixels[:, ~valid] = 0
        share = how.part(valid[None], part)[0]
        return how.part(pixels, part) / np.maximum(share, _MIN_SHARE), share >= _HALF

    def read_file(self, window: Window) -> tuple[Pixels, Valid]:
        """Return pixels of the file, which a window of its own pixels holds, as `read` does."""
        pixels = np.empty((len(IN_ORDER), window.height, window.width), np.float32)
        valid = np.empty((window.height, window.width), bool)
        for band in _bands(window, self._rows_at_once(window)):
            rows, _ = band.within(window)
            pixels[:, rows], valid[rows] = self._read_band(band)
        return pixels, without_fill(pixels, valid, self.fill)

    def _rows_at_once(self, window: Window) -> int:
        """Return how many rows are read at a time: whole blocks of the file, at least one."""
        step, across = self.block_size
        page = self.header.pages[0]
        width = min(page.width, -(-window.width // across) * across + across)
        row_bytes = width * len(IN_ORDER) * page.bits // 8
        return max(1, min(_BAND_ROWS, _BAND_BYTES // row_bytes) // step) * step

    def _read_band(self, window: Window) -> tuple[Pixels, Valid]:
        body, header, (row, column) = _excerpt(self.source, self.header, window)
        rebuilt = rebuild(body, header)
        del body
        inside = RasterWindow(window.column - column, window.row - row, window.width, window.height)
        with opened(rebuilt, self.source.size) as file:
            pixels, masks = read_pages(file, rebuilt, inside)
        valid = valid_pixels(pixels, masks, self.header.pages)
        pixels = brightness(pixels, self.header.pages[0])
        if tuple(self.order) != IN_ORDER:
            pixels = pixels[[number - 1 for number in self.order]]
        return pixels, valid


def open_scene(
    source: RangeSource, order: Sequence[int] | None = None, names: Sequence[str] = ()
) -> SceneFile:
    """Read and check the header of a scene.

    Args:
        source: Its bytes.
        order: The file's bands for coastal, blue, ... NIR2, where a caller states them.
        names: What a catalogue calls the bands; it counts where the file does not name them all.

    Raises:
        TeselaError: It cannot be read, or lies nowhere.
    """
    found = read_remote(source)
    own = found.header.names
    named = find_order(own if order_of(own) or not names else names)
    bands, caveats = (tuple(order), ()) if order else named
    scene = SceneFile(source, found.header, found.grid, bands, (*found.caveats, *caveats))
    return _at_model_scale(scene)


def without_fill(pixels: Pixels, valid: Valid, fill: tuple[float, ...]) -> Valid:
    """Return which valid pixels (8, ...) are not fill."""
    if not fill:
        return valid
    equal = (pixels == pixels[0]).all(axis=0)
    return np.asarray(valid & ~(equal & np.isin(pixels[0], np.array(fill, np.float32))))


def _at_model_scale(scene: SceneFile) -> SceneFile:
    """Let pixels that are too small or too large for the model be resampled to its own size."""
    sides_m = scene.grid.pixel_size_m[::-1]
    if all(MIN_GSD_M <= side <= MAX_GSD_M for side in sides_m):
        return scene
    _check_pixel_size(scene.grid.pixel_size_m)
    old = scene.file_size
    height, width = (
        max(1, round(px * side / DEFAULT_GSD_M)) for px, side in zip(old, sides_m, strict=True)
    )
    how = Rescaling.between(old, (height, width))
    return replace(scene, grid=scene.grid.resized(height, width), rescaling=how)


def _check_pixel_size(sides_m: tuple[float, float]) -> None:
    if not all(MIN_FILE_GSD_M <= side <= MAX_FILE_GSD_M for side in sides_m):
        width_m, height_m = sides_m
        raise UnsuitableImageError(
            f"The pixels are {width_m:.2f} x {height_m:.2f} m; a scene needs pixels of "
            f"{MIN_FILE_GSD_M} to {MAX_FILE_GSD_M} m.",
            "scene-pixel-size",
            width_m=width_m,
            height_m=height_m,
            minimum_m=MIN_FILE_GSD_M,
            maximum_m=MAX_FILE_GSD_M,
        )


def _bands(window: Window, rows: int) -> Iterator[Window]:
    """Divide a window at multiples of so many rows, which are whole blocks of the file."""
    row = window.row
    while row < window.bottom:
        bottom = min((row // rows + 1) * rows, window.bottom)
        yield Window(row, window.column, bottom - row, window.width)
        row = bottom


def _excerpt(
    source: RangeSource, header: Header, window: Window
) -> tuple[bytes, Header, tuple[int, int]]:
    """Return the blocks that a window needs, a header for them, and the pixel they begin at."""
    pages = [_part(page, window) for page in (*header.pages, *header.masks)]
    offsets = np.concatenate([page.blocks.offsets for page in pages])
    counts = np.concatenate([page.blocks.byte_counts for page in pages])
    body, places = _fetch(source, offsets, counts)
    moved = np.split(places, np.cumsum([len(page.blocks.offsets) for page in pages])[:-1])
    pages = [
        replace(page, blocks=replace(page.blocks, offsets=at))
        for page, at in zip(pages, moved, strict=True)
    ]
    first, count = header.pages[0].blocks, len(header.pages)
    begins = window.row // first.height * first.height, window.column // first.width * first.width
    return body, replace(header, pages=tuple(pages[:count]), masks=tuple(pages[count:])), begins


def _part(page: Page, window: Window) -> Page:
    """Return a page of the blocks that a window touches."""
    blocks = page.blocks
    top, left = window.row // blocks.height, window.column // blocks.width
    bottom, right = -(-window.bottom // blocks.height), -(-window.right // blocks.width)
    planes = page.samples if page.planar == PLANAR else 1
    table = (
        planes,
        math.ceil(page.height / blocks.height),
        math.ceil(page.width / blocks.width),
    )

    def taken(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return values.reshape(table)[:, top:bottom, left:right].ravel()

    counts = taken(blocks.byte_counts)
    _check_lengths(page, counts)
    return replace(
        page,
        height=min(bottom * blocks.height, page.height) - top * blocks.height,
        width=min(right * blocks.width, page.width) - left * blocks.width,
        blocks=replace(blocks, offsets=taken(blocks.offsets), byte_counts=counts),
    )


def _check_lengths(page: Page, counts: NDArray[np.uint64]) -> None:
    samples = 1 if page.planar == PLANAR else page.samples
    plain = page.blocks.height * math.ceil(page.blocks.width * samples * page.bits / 8)
    limit = _MAX_EXPANSION * plain + _SMALL_BLOCK_BYTES
    longest = int(counts.max())
    if longest > limit:
        raise CorruptImageError(
            f"Page {page.number} has a block of {longest} bytes; "
            f"one of {plain} bytes of pixels has at most {limit}.",
            "block-too-long",
            page=page.number,
            bytes=longest,
            limit=limit,
        )


def _fetch(
    source: RangeSource, offsets: NDArray[np.uint64], counts: NDArray[np.uint64]
) -> tuple[bytes, NDArray[np.uint64]]:
    """Return blocks behind the start of their file, and where each of them begins now."""
    chunks, length = [source.read(0, _HEADER_BYTES)], _HEADER_BYTES
    places = np.zeros_like(offsets)
    order = np.argsort(offsets, kind="stable")
    order = order[counts[order] > 0]
    starts, ends = offsets[order].astype(np.int64), (offsets + counts)[order].astype(np.int64)
    reach = np.maximum.accumulate(ends)
    apart = np.flatnonzero(starts[1:] > reach[:-1] + _MAX_GAP_BYTES) + 1
    edges = [0, *apart.tolist(), len(starts)] if len(starts) else []
    for low, high in pairwise(edges):
        start, stop = int(starts[low]), int(reach[high - 1])
        chunk = source.read(start, stop - start)
        if len(chunk) < stop - start:
            raise CorruptImageError(
                f"The file has {len(chunk)} bytes from byte {start} on; "
                f"its header names {stop - start} of pixels.",
                "source-short",
                start=start,
                bytes=len(chunk),
                needed=stop - start,
            )
        places[order[low:high]] = starts[low:high] - start + length
        chunks.append(chunk)
        length += len(chunk)
    return b"".join(chunks), places
