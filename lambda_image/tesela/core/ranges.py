"""The header of a TIFF far away, read in ranges: of one file, or of eight with a band each."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol

import numpy as np

from tesela.catalogue import BANDS
from tesela.core.caveat import Caveat
from tesela.core.georeference import locate
from tesela.core.image import Grid
from tesela.core.limits import LIMITS
from tesela.core.raster import open_page, opened
from tesela.core.tiff.blocks import Blocks
from tesela.core.tiff.header import Header, read_header
from tesela.core.tiff.page import PLANAR, Page
from tesela.core.tiff.rebuild import rebuild
from tesela.errors import TeselaError, UnsuitableImageError

SCENE_LIMITS = replace(LIMITS, max_side_px=2**18, max_bytes=2**42)

_PAGE_BYTES = 2**16  # of the header are read and kept at a time
_HEADER_BYTES = 16


class RangeSource(Protocol):
    """A file that is read in pieces, and that stays the same while it is read."""

    @property
    def size(self) -> int:
        """Its length in bytes."""
        ...

    @property
    def version(self) -> str:
        """A text that no other content has, such as a checksum."""
        ...

    def read(self, start: int, length: int) -> bytes:
        """Return bytes, fewer than `length` only at the end of the file.

        Raises:
            SourceChangedError: It has another version now.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class BandFiles:
    """Eight files of one band each, one after the other as if they were one: a `RangeSource`."""

    files: tuple[RangeSource, ...]

    @property
    def size(self) -> int:
        """Length of all of them in bytes."""
        return sum(file.size for file in self.files)

    @property
    def version(self) -> str:
        """Changes with each file, and with their order."""
        return hashlib.sha256("\n".join(file.version for file in self.files).encode()).hexdigest()

    def read(self, start: int, length: int) -> bytes:
        """Return bytes, fewer than `length` at the end of the last file, or where one was cut off."""
        chunks = list[bytes]()
        for file in self.files:
            if start < file.size and length > 0:
                wanted = min(length, file.size - start)
                chunks.append(file.read(start, wanted))
                length = length - wanted if len(chunks[-1]) == wanted else 0
            start = max(0, start - file.size)
        return b"".join(chunks)


@dataclass(frozen=True, slots=True)
class RemoteImage:
    """What the header of a scene says: its pages, where it lies, and what there is to say about that."""

    header: Header
    grid: Grid
    caveats: tuple[Caveat, ...]

    @property
    def area_m2(self) -> float | None:
        """On the ground; None where it lies nowhere."""
        grid = self.grid
        return None if grid.crs is None else grid.width * grid.height * grid.pixel_area_m2


class HeaderBytes:
    """The `Body` of a TIFF far away: what is read of it is kept, since directories are read in bits."""

    def __init__(self, source: RangeSource) -> None:
        self._source = source
        self._pages: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._source.size

    def __getitem__(self, part: slice) -> bytes:
        """Bytes of a slice whose step is 1."""
        start, stop, _ = part.indices(len(self))
        if stop - start > _PAGE_BYTES:  # a table, which is read once
            return self._source.read(start, stop - start)
        first, last = start // _PAGE_BYTES, max(start, stop - 1) // _PAGE_BYTES
        whole = b"".join(self._page(number) for number in range(first, last + 1))
        return whole[start - first * _PAGE_BYTES : stop - first * _PAGE_BYTES]

    def _page(self, number: int) -> bytes:
        if number not in self._pages:
            self._pages[number] = self._source.read(number * _PAGE_BYTES, _PAGE_BYTES)
        return self._pages[number]


def read_remote(source: RangeSource) -> RemoteImage:
    """Read and check the header of a scene.

    Raises:
        TeselaError: A file is no TIFF, breaks the format or exceeds `SCENE_LIMITS`, or eight files
            differ in what they must share.
    """
    if isinstance(source, BandFiles):
        bodies = [HeaderBytes(file) for file in source.files]
        header = _joined_header(bodies)
    else:
        bodies = [HeaderBytes(source)]
        header = read_header(bodies[0], SCENE_LIMITS)
    _check_blocks(header)
    return RemoteImage(header, *_located(bodies[0][:_HEADER_BYTES], header, source.size))


def _joined_header(bodies: Sequence[HeaderBytes]) -> Header:
    """Return one header of eight pages, whose blocks count from the first file's first byte."""
    headers = [_band_header(body, number) for number, body in enumerate(bodies, 1)]
    for number, header in enumerate(headers[1:], 2):
        _check_same(headers[0], header, number)
    starts = [0, *accumulate(len(body) for body in bodies)]
    moved = [
        [_moved(page, number, start) for page in (*header.pages, *header.masks)]
        for number, (header, start) in enumerate(zip(headers, starts, strict=False), 1)
    ]
    return replace(
        headers[0],
        pages=tuple(pages[0] for pages in moved),
        masks=tuple(mask for pages in moved for mask in pages[1:]),
        names=tuple(header.names[0] for header in headers),
    )


def _band_header(body: HeaderBytes, number: int) -> Header:
    try:
        return read_header(body, SCENE_LIMITS, bands=1)
    except TeselaError as error:
        sentence = f"File {number} of {len(BANDS)}: {error}"
        raise type(error)(sentence, error.code, **error.values, file=number) from error


def _moved(page: Page, number: int, start: int) -> Page:
    blocks = replace(page.blocks, offsets=page.blocks.offsets + np.uint64(start))
    return replace(page, number=number, blocks=blocks)


def _check_same(first: Header, other: Header, number: int) -> None:
    for (what, here), (_, there) in zip(_shared(first), _shared(other), strict=True):
        if here != there:
            values = "" if what == "CRS" else f": {here} in file 1, {there} in file {number}"
            raise UnsuitableImageError(
                f"The files differ in their {what}{values}; eight files of one band must share it.",
                "files-differ",
                what=what,
                first=here,
                other=there,
                file=number,
            )


def _shared(header: Header) -> Iterator[tuple[str, str]]:
    """Yield what eight files must have in common, and how a message shows it."""
    (page,), place = header.pages, header.georeference
    yield "size", f"{page.width} x {page.height} px"
    yield "data type", f"{page.dtype} of {page.bits} bits"
    yield "nodata", "none" if page.nodata is None else f"{page.nodata:g}"
    yield "CRS", str(sorted(place.keys.items()))
    yield "transform", str([*place.scale, *place.tiepoints, *place.matrix])
    yield "byte order", "little endian" if header.format.order == "<" else "big endian"
    yield "white", "0" if page.white_is_zero else "the largest number"


def _check_blocks(header: Header) -> None:
    """Refuse pages that are divided differently: a window needs the same blocks of each."""
    first = header.pages[0]
    for page in (*header.pages, *header.masks):
        here, there = (f"{each.blocks.width} x {each.blocks.height}" for each in (first, page))
        if here != there:
            raise UnsuitableImageError(
                f"Page {page.number} has blocks of {there} px, page {first.number} of {here} px; "
                "they must be the same.",
                "blocks-differ",
                page=page.number,
                first=here,
                other=there,
            )


def _located(prefix: bytes, header: Header, size: int) -> tuple[Grid, tuple[Caveat, ...]]:
    """Return the grid that GDAL makes of the georeference, from a file without pixels."""
    page = header.pages[0]
    total = page.height * (page.samples if page.planar == PLANAR else 1)
    none = np.zeros(total, np.uint64)
    empty = replace(page, blocks=Blocks(1, page.width, tiled=False, offsets=none, byte_counts=none))
    rebuilt = rebuild(prefix, replace(header, pages=(empty,), masks=()))
    with opened(rebuilt, size) as file, open_page(file, rebuilt.pages[0]) as first:
        return locate(first, header.georeference)
