"""Files that end early, directories and tags that lie, sizes and blocks that cannot be."""

import struct
from functools import partial

from tests.hostile.case import ACCEPTED, DECODED, Case
from tests.hostile.writer import (
    ASCII,
    CHUNKY,
    IFD,
    LONG,
    LONG8,
    PLACED,
    SHORT,
    SIDE_PX,
    Writer,
    tags_of,
    tiff,
)

HUGE = 0xFFFFFFF0
MAX32, MAX64 = 2**32 - 1, 2**64 - 1


def truncated() -> dict[str, Case]:
    whole = tiff(*PLACED)
    lengths = {1: "not-a-tiff", 3: "not-a-tiff", 4: "directory-outside", 7: "directory-outside"}
    lengths |= {8: "directory-outside", 1000: "directory-outside"}
    lengths |= {len(whole) - 1: "directory-outside"}
    cases = {
        f"cut to {length} bytes": Case(partial(_start_of, whole, length), code)
        for length, code in lengths.items()
    }
    first = _directory_first()
    return cases | {
        "pixels cut by a byte": Case(lambda: first[:-1], "block-outside"),
        "pixels cut by half": Case(lambda: first[: len(first) // 2], "block-outside"),
    }


def _start_of(file: bytes, length: int) -> bytes:
    return file[:length]


def _directory_first() -> bytes:
    writer = Writer()
    tags = tags_of(0, len(CHUNKY), *PLACED)
    length = len(_page_of(tags))
    writer.page(tags_of(length, len(CHUNKY), *PLACED))
    return bytes(writer.body) + CHUNKY


def _page_of(tags: object) -> bytes:
    writer = Writer()
    writer.page(tags)  # type: ignore[arg-type]
    return bytes(writer.body)


def _pointing(offset: int, *, big: bool = False) -> bytes:
    writer = Writer(big=big)
    writer.add(CHUNKY)
    writer.point(offset)
    return bytes(writer.body)


def _claiming(total: int, *, big: bool = False) -> bytes:
    writer = Writer(big=big)
    writer.page(tags_of(writer.add(CHUNKY), len(CHUNKY)), total=total)
    return bytes(writer.body)


def _loop(pages: int) -> bytes:
    writer = Writer()
    tags = tags_of(writer.add(CHUNKY), len(CHUNKY))
    first = min([writer.page(tags) for _ in range(pages)])
    writer.point(first)
    return bytes(writer.body)


def _chain(count: int, *extra: tuple[int, int, tuple[int, ...]], big: bool = False) -> bytes:
    writer = Writer(big=big)
    tags = tags_of(writer.add(CHUNKY), len(CHUNKY))
    writer.page(tags)
    for _ in range(count):
        writer.page([*tags[:2], *extra])
    return bytes(writer.body)


def _with_subdirectories(count: int) -> bytes:
    """Directories that no reader has to follow: of nothing, of a page, of themselves."""
    writer = Writer()
    tags = tags_of(writer.add(CHUNKY), len(CHUNKY))
    page = writer.page(tags, chained=False)
    writer.page([*tags, (330, IFD, (8, page, *[page] * count))])
    return bytes(writer.body)


def directories() -> dict[str, Case]:
    return {
        "no directory": Case(lambda: _pointing(0), "directory-missing"),
        "directory in the header": Case(lambda: _pointing(4), "directory-outside"),
        "directory at the end of 32 bits": Case(lambda: _pointing(MAX32), "directory-outside"),
        "directory at 2^63": Case(lambda: _pointing(2**63, big=True), "directory-outside"),
        "directory at 2^64 - 1": Case(lambda: _pointing(MAX64, big=True), "directory-outside"),
        "no tag": Case(lambda: _claiming(0), "tag-total"),
        "65,535 tags": Case(lambda: _claiming(65_535), "tag-total"),
        "2^62 tags": Case(lambda: _claiming(2**62, big=True), "tag-total"),
        "a page that follows itself": Case(lambda: _loop(1), "directory-loop"),
        "two pages in a circle": Case(lambda: _loop(2), "directory-loop"),
        "10,000 pages": Case(lambda: _chain(10_000), "directory-count"),
        "30,000 overviews": Case(lambda: _chain(30_000, (254, LONG, (1,))), "directory-count"),
        "30,000 masks": Case(lambda: _chain(30_000, (254, LONG, (4,))), "directory-count"),
        "10,000 pages of BigTIFF": Case(lambda: _chain(10_000, big=True), "directory-count"),
        "400 overviews": Case(lambda: _chain(400, (254, LONG, (1,))), DECODED),
        "400 pages": Case(lambda: _chain(400), "band-count"),
        "100,000 subdirectories": Case(lambda: _with_subdirectories(100_000), DECODED),
        "BigTIFF with offsets of 4 bytes": Case(
            lambda: b"II+\0" + struct.pack("<HHQ", 4, 0, 16) + bytes(100), "bigtiff-offsets"
        ),
        "tags three times": Case(lambda: _page_of([*tags_of(8, 0)] * 3), "all-nodata"),
    }


# What each tag's count or place must be refused with; those that are not read cannot lie.
READ = {273: LONG, 279: LONG, 258: SHORT, 34735: SHORT, 42112: ASCII, 42113: ASCII, 256: LONG}
UNREAD = {270: ASCII, 338: SHORT, 34675: 7, 34665: LONG, 700: 1, 305: ASCII, 347: 7}


def tags() -> dict[str, Case]:
    cases = {}
    for big in (False, True):
        form = "BigTIFF" if big else "TIFF"
        for number, kind in READ.items():
            lie = (number, kind, b"abcdefgh", 2**61 if big else HUGE, 16)
            cases[f"{form}: endless tag {number}"] = Case(partial(tiff, lie, big=big), "tag-count")
        for number, kind in UNREAD.items():
            lie = (number, kind, b"abcdefgh", 2**61 if big else HUGE, 16)
            cases[f"{form}: endless tag {number}, unread"] = Case(
                partial(tiff, lie, big=big), DECODED
            )
    outside = (34735, SHORT, (1,) * 8, None, HUGE)
    return cases | {
        "geo keys outside the file": Case(partial(tiff, outside), "tag-outside"),
        "no width": Case(partial(tiff, drop=(256,)), "tag-missing"),
        "no offsets": Case(partial(tiff, drop=(273,)), "block-table"),
        "no offsets, no counts": Case(partial(tiff, drop=(273, 279)), "block-table"),
        "no counts of uncompressed strips": Case(partial(tiff, drop=(279,)), DECODED),
        "no counts of deflated strips": Case(
            partial(tiff, drop=(279,), compression=8), "block-table"
        ),
        "width as text": Case(partial(tiff, (256, ASCII, b"64\0")), "tag-type"),
        "width as a double": Case(partial(tiff, (256, 12, (64.0,))), "tag-type"),
        "negative width": Case(partial(tiff, (256, 9, (-64,))), "tag-type"),
        "a type that does not exist": Case(partial(tiff, (700, 7, b"x")), DECODED),
        "5 MB of nodata": Case(partial(tiff, (42113, ASCII, b"9" * 5_000_000)), "tag-count"),
        "5 MB of description": Case(partial(tiff, (270, ASCII, b"A" * 5_000_000)), DECODED),
    }


SIZES = {
    (2**31 - 1, 2**31 - 1): "image-too-large",
    (65_536, 65_536): "image-too-large",
    (2049, 2049): "image-too-large",
    (1, 2**30): "image-too-large",
    (2**30, 1): "image-too-large",
    (16, 2**31 - 1): "image-too-large",
    (0, 0): "image-too-small",
    (64, 0): "image-too-small",
    (15, 64): "image-too-small",
    (2048, 2048): "block-short",
}
TILES = {
    (2**30, 16): "block-too-large",
    (16, 2**30): "block-too-large",
    (65_536, 65_536): "block-too-large",
    (32_768, 16_384): "block-too-large",
    (0, 0): "block-size",
    (1, 1): "block-size",
    (15, 17): "block-size",
    (4096, 1024): "block-short",
    (2048, 2048): "block-short",
}


def _tiled(width: int, height: int, **values: int) -> bytes:
    writer = Writer()
    start = writer.add(CHUNKY)
    tiles = [(322, LONG, (width,)), (323, LONG, (height,)), (324, LONG, (start,))]
    counts = (325, LONG, (len(CHUNKY),))
    writer.page(tags_of(0, 0, *tiles, counts, drop=(273, 278, 279), **values))
    return bytes(writer.body)


def sizes() -> dict[str, Case]:
    cases = {
        f"{width} x {height} px": Case(partial(tiff, width=width, height=height), code)
        for (width, height), code in SIZES.items()
    }
    cases |= {
        f"tiles of {width} x {height} px": Case(partial(_tiled, width, height), code)
        for (width, height), code in TILES.items()
    }
    row = SIDE_PX * 16
    shared = [(273, LONG, (8,) * SIDE_PX), (279, LONG, (row,) * SIDE_PX)]
    return cases | {
        "strips of no row": Case(partial(tiff, rows=0), "block-size"),
        "strips of 2^32 rows": Case(partial(tiff, rows=MAX32), DECODED),
        "strips that share their bytes": Case(partial(tiff, *shared, rows=1), ACCEPTED),
        "strips of a row, one listed": Case(partial(tiff, rows=1), "block-table"),
        "a strip of no byte": Case(partial(tiff, length=0), "all-nodata"),
        "a strip of one byte": Case(partial(tiff, length=1), "block-short"),
        "a strip of 2^32 bytes": Case(partial(tiff, length=MAX32), "block-outside"),
        "a strip after the end": Case(partial(tiff, (273, LONG, (2**31,))), "block-outside"),
        "a strip at 2^63": Case(partial(tiff, (273, LONG8, (2**63,)), big=True), "block-outside"),
        "a strip at 2^64 - 1": Case(
            partial(tiff, (273, LONG8, (MAX64,)), big=True), "block-outside"
        ),
        "a strip of 2^63 bytes": Case(
            partial(tiff, (279, LONG8, (2**63,)), big=True), "block-outside"
        ),
        "a strip of 2^64 - 1 bytes": Case(
            partial(tiff, (279, LONG8, (MAX64,)), big=True), "block-outside"
        ),
    }


CASES = truncated() | directories() | tags() | sizes()
