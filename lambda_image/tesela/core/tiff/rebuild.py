"""Write the header of a TIFF anew, from what was checked, around the blocks of pixels as they are.

GDAL opens this file instead of the upload: it meets no directory, text or offset that was not read
here. Whatever else the upload holds (metadata, overviews, SubIFDs, profiles) stays bytes between the
blocks, to which nothing leads.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tesela.core.tiff import tags
from tesela.core.tiff.coding import BLACK_IS_ZERO
from tesela.core.tiff.fields import ASCII, DOUBLE, LONG, LONG8, SHORT, Format
from tesela.core.tiff.geokeys import pack_keys
from tesela.core.tiff.georeference import Georeference
from tesela.core.tiff.header import Header
from tesela.core.tiff.page import Page

_TYPES = {SHORT: "u2", LONG: "u4", LONG8: "u8", DOUBLE: "f8"}

Field = tuple[int, int, Any]  # tag, type, values


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A TIFF, and the bytes at which the directories of its pages and of its masks begin."""

    body: bytes
    pages: tuple[int, ...]
    masks: tuple[int, ...]


def rebuild(body: bytes, header: Header) -> Rebuilt:
    """Return the same pixels under a header of our own, in the byte order of the file."""
    format_ = header.format
    directories = bytearray(len(body) % 2)  # TIFF wants directories at even bytes
    starts: list[int] = []
    for number, page in enumerate((*header.pages, *header.masks)):
        fields = [*_fields(page, format_), *(placed(header.georeference) if not number else ())]
        starts.append(_append(directories, len(body), fields, format_))
    first = struct.pack(format_.order + format_.word, starts[0])
    prefix = body[: format_.header_bytes - len(first)] + first
    whole = b"".join((prefix, memoryview(body)[format_.header_bytes :], directories))
    count = len(header.pages)
    return Rebuilt(whole, tuple(starts[:count]), tuple(starts[count:]))


def _fields(page: Page, format_: Format) -> Iterable[Field]:
    blocks, offset_type = page.blocks, LONG8 if format_.big else LONG
    yield tags.IMAGE_WIDTH, LONG, [page.width]
    yield tags.IMAGE_LENGTH, LONG, [page.height]
    yield tags.BITS_PER_SAMPLE, SHORT, [page.bits] * page.samples
    yield tags.COMPRESSION, SHORT, [page.compression]
    yield tags.PHOTOMETRIC, SHORT, [BLACK_IS_ZERO]
    yield tags.FILL_ORDER, SHORT, [page.fill_order]
    yield tags.SAMPLES_PER_PIXEL, SHORT, [page.samples]
    yield tags.PLANAR_CONFIG, SHORT, [page.planar]
    yield tags.PREDICTOR, SHORT, [page.predictor]
    yield tags.SAMPLE_FORMAT, SHORT, [page.sample_format] * page.samples
    if page.samples > 1:
        yield tags.EXTRA_SAMPLES, SHORT, [0] * (page.samples - 1)
    if blocks.tiled:
        yield tags.TILE_WIDTH, LONG, [blocks.width]
        yield tags.TILE_LENGTH, LONG, [blocks.height]
        yield tags.TILE_OFFSETS, offset_type, blocks.offsets
        yield tags.TILE_BYTE_COUNTS, offset_type, blocks.byte_counts
    else:
        yield tags.ROWS_PER_STRIP, LONG, [blocks.height]
        yield tags.STRIP_OFFSETS, offset_type, blocks.offsets
        yield tags.STRIP_BYTE_COUNTS, offset_type, blocks.byte_counts
    if page.nodata is not None:
        yield tags.GDAL_NODATA, ASCII, f"{page.nodata:.17g}".encode() + b"\0"


def placed(georeference: Georeference) -> Iterable[Field]:
    """Yield the tags of a georeference; those that it lacks are empty."""
    yield tags.PIXEL_SCALE, DOUBLE, georeference.scale
    yield tags.TIEPOINTS, DOUBLE, georeference.tiepoints
    yield tags.MATRIX, DOUBLE, georeference.matrix
    if georeference.keys:
        shorts, doubles, texts = pack_keys(georeference.keys)
        yield tags.GEO_KEYS, SHORT, shorts
        yield tags.GEO_DOUBLES, DOUBLE, doubles
        yield tags.GEO_ASCII, ASCII, texts + b"\0" if texts else b""


def _append(target: bytearray, base: int, fields: Sequence[Field], format_: Format) -> int:
    """Write the values of the fields, then a directory of them; return where it begins."""
    entries = [
        pack_field(target, base, field, format_)
        for field in sorted(fields, key=_tag)
        if len(field[2])
    ]
    start = base + len(target)
    target += struct.pack(format_.order + ("Q" if format_.big else "H"), len(entries))
    target += b"".join(entries)
    target += bytes(struct.calcsize("=" + format_.word))  # no directory follows
    return start


def _tag(field: Field) -> int:
    return field[0]


def pack_field(target: bytearray, base: int, field: Field, format_: Format) -> bytes:
    """Return an entry of a directory; what it cannot hold is added to `target`, which is at `base`."""
    tag, kind, values = field
    raw = (
        values
        if kind == ASCII
        else np.asarray(values).astype(format_.order + _TYPES[kind]).tobytes()
    )
    inline = struct.calcsize("=" + format_.word)
    value = raw.ljust(inline, b"\0")
    if len(raw) > inline:
        value = struct.pack(format_.order + format_.word, base + len(target))
        target += raw + bytes(len(raw) % 2)
    head = struct.pack(format_.order + "HH" + format_.word, tag, kind, len(values))
    return head + value
