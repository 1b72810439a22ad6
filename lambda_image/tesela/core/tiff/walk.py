"""Walk the directories of a TIFF, with bounds for everything that the file can repeat."""

import struct
from collections.abc import Iterator

from tesela.core.limits import LIMITS
from tesela.core.tiff.fields import TYPE_BYTES, Body, Directory, Entry, Format, unpack
from tesela.errors import CorruptImageError, EmptyUploadError, UnsupportedFormatError

_BIG_OFFSET_BYTES = 8


def walk(body: Body) -> tuple[Directory, ...]:
    """List the main directories of a TIFF in the order of the file; SubIFDs are not followed.

    Raises:
        EmptyUploadError: No bytes.
        UnsupportedFormatError: Not a TIFF.
        CorruptImageError: A directory outside the file, a loop, or more than `LIMITS` allows.
    """
    format_ = _format(body)
    return tuple(_directories(body, format_))


def _format(body: Body) -> Format:
    if not len(body):
        raise EmptyUploadError("The upload has 0 bytes; send an 8-band TIFF.", "empty-upload")
    if body[:4] not in LIMITS.magic:
        start = body[:4].hex(" ")
        raise UnsupportedFormatError(
            f"The upload starts with the bytes {start}; a TIFF is needed.",
            "not-a-tiff",
            start=start,
        )
    return Format("<" if body[:2] == b"II" else ">", big=b"+" in body[2:4])


def _directories(body: Body, format_: Format) -> Iterator[Directory]:
    seen: set[int] = set()
    offset = _first_offset(body, format_)
    while offset:
        if offset in seen:
            raise CorruptImageError(
                f"The directory at byte {offset} follows itself.", "directory-loop", offset=offset
            )
        seen.add(offset)
        if len(seen) > LIMITS.max_directories:
            raise CorruptImageError(
                f"The TIFF has more than {LIMITS.max_directories} directories.",
                "directory-count",
                limit=LIMITS.max_directories,
            )
        entries, offset = _entries(body, format_, offset, len(seen))
        yield Directory(body, format_, len(seen), entries)
    if not seen:
        raise CorruptImageError("The TIFF has no directory.", "directory-missing")


def _first_offset(body: Body, format_: Format) -> int:
    if not format_.big:
        return unpack(format_, "I", body, 4)[0]
    size, zero, offset = unpack(format_, "HHQ", body, 4)
    if (size, zero) != (_BIG_OFFSET_BYTES, 0):
        raise CorruptImageError(
            f"The BigTIFF has offsets of {size} bytes; it needs {_BIG_OFFSET_BYTES}.",
            "bigtiff-offsets",
            bytes=size,
        )
    return offset


def _entries(body: Body, format_: Format, offset: int, number: int) -> tuple[dict[int, Entry], int]:
    """Return the tags of a directory, and the offset of the next one (0 after the last)."""
    count_code, entry_codes, inline = ("Q", "HHQ8s", 8) if format_.big else ("H", "HHI4s", 4)
    (count,) = unpack(format_, count_code, body, offset)
    if not 0 < count <= LIMITS.max_tags:
        raise CorruptImageError(
            f"Page {number} has {count} tags; accepted are 1 to {LIMITS.max_tags}.",
            "tag-total",
            page=number,
            tags=count,
            limit=LIMITS.max_tags,
        )
    start = offset + struct.calcsize("=" + count_code)
    size = struct.calcsize("=" + entry_codes)
    (following,) = unpack(format_, format_.word, body, start + count * size)
    entries: dict[int, Entry] = {}
    rows = struct.iter_unpack(format_.order + entry_codes, body[start : start + count * size])
    for row, (tag, kind, values, raw) in enumerate(rows):
        fits = values * TYPE_BYTES.get(kind, inline + 1) <= inline
        at = start + (row + 1) * size - inline
        where = at if fits else struct.unpack(format_.order + format_.word, raw)[0]
        entries.setdefault(tag, Entry(tag, kind, values, where))  # as libtiff: the first counts
    return entries, following
