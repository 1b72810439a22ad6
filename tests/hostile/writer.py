"""A TIFF writer that writes any value it is given, false ones included."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

BYTE, ASCII, SHORT, LONG, UNDEFINED, DOUBLE, IFD, LONG8 = 1, 2, 3, 4, 7, 12, 13, 16
CODES = {
    1: "B",
    3: "H",
    4: "I",
    6: "b",
    8: "h",
    9: "i",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
}
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8}

SIDE_PX = 64
PIXELS = np.random.default_rng(7).integers(8, 2048, (8, SIDE_PX, SIDE_PX), np.uint16)
CHUNKY = np.ascontiguousarray(np.moveaxis(PIXELS, 0, -1)).tobytes()
PLACED = (
    (33550, DOUBLE, (1.24, 1.24, 0.0)),
    (33922, DOUBLE, (0, 0, 0, 443_000, 690_000, 0)),
    (34735, SHORT, (1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32618)),
)


class Tag(NamedTuple):
    """A tag as written; `count` and `offset` replace the true ones."""

    number: int
    kind: int
    values: Any  # bytes, or numbers
    count: int | None = None  # type: ignore[assignment] # hides a method that is not used
    offset: int | None = None


Tags = Sequence[Tag | tuple[int, int, Any]]


@dataclass
class Writer:
    """A growing file: data and directories in the order in which they are added."""

    big: bool = False
    order: str = "<"

    def __post_init__(self) -> None:
        magic = b"II" if self.order == "<" else b"MM"
        rest = self._pack("HHHQ", 43, 8, 0, 0) if self.big else self._pack("HI", 42, 0)
        self.body = bytearray(magic + rest)
        self.link = 8 if self.big else 4  # the byte where the offset of the next directory belongs

    @property
    def word(self) -> str:
        return "Q" if self.big else "I"

    def add(self, data: bytes) -> int:
        """Append data; return where it begins."""
        self.body += bytes(len(self.body) % 2)
        self.body += data
        return len(self.body) - len(data)

    def point(self, offset: int, at: int | None = None) -> None:
        """Write an offset, by default that of the next directory."""
        place = self.link if at is None else at
        value = self._pack(self.word, offset)
        self.body[place : place + len(value)] = value

    def page(self, tags: Tags, *, total: int | None = None, chained: bool = True) -> int:
        """Append a directory, by default as the next of the chain; `total` is the count it claims."""
        entries = [self._entry(Tag(*tag)) for tag in sorted(tags, key=lambda tag: tag[0])]
        start = self.add(b"")
        if chained:
            self.point(start)
        claimed = len(entries) if total is None else total
        self.body += self._pack("Q" if self.big else "H", claimed) + b"".join(entries)
        if chained:
            self.link = len(self.body)
        self.body += self._pack(self.word, 0)
        return start

    def _entry(self, tag: Tag) -> bytes:
        raw, count = self._packed(tag)
        inline = struct.calcsize("=" + self.word)
        if tag.offset is not None:
            value = self._pack(self.word, tag.offset)
        elif len(raw) <= inline:
            value = raw.ljust(inline, b"\0")
        else:
            value = self._pack(self.word, self.add(raw))
        count = count if tag.count is None else tag.count
        return self._pack("HH" + self.word, tag.number, tag.kind, count) + value

    def _packed(self, tag: Tag) -> tuple[bytes, int]:
        if isinstance(tag.values, bytes):
            return tag.values, len(tag.values) // SIZES[tag.kind]
        return self._pack(CODES[tag.kind] * len(tag.values), *tag.values), len(tag.values)

    def _pack(self, codes: str, *values: Any) -> bytes:
        return struct.pack(self.order + codes, *values)


def tags_of(offset: int, length: int, *extra: Any, drop: Sequence[int] = (), **values: int) -> Tags:
    """Tags of a page of eight uint16 bands in one strip; `extra` and `values` replace its own."""
    side = SIDE_PX
    names = {"width": side, "height": side, "bits": 16, "compression": 1, "photometric": 1}
    names |= {"bands": 8, "planar": 1, "sample_format": 1} | values
    bands = names["bands"]
    tags = {
        256: (256, LONG, (names["width"],)),
        257: (257, LONG, (names["height"],)),
        258: (258, SHORT, (names["bits"],) * bands),
        259: (259, SHORT, (names["compression"],)),
        262: (262, SHORT, (names["photometric"],)),
        273: (273, LONG, (offset,)),
        277: (277, SHORT, (bands,)),
        278: (278, LONG, (names.get("rows", names["height"]),)),
        279: (279, LONG, (length,)),
        284: (284, SHORT, (names["planar"],)),
        339: (339, SHORT, (names["sample_format"],) * bands),
    }
    tags |= {tag[0]: tag for tag in extra}
    return [tag for number, tag in tags.items() if number not in drop]


def tiff(
    *extra: Any, data: bytes = CHUNKY, big: bool = False, order: str = "<", **values: Any
) -> bytes:
    """A file of one page."""
    writer = Writer(big=big, order=order)
    offset = writer.add(data)
    writer.page(tags_of(offset, values.pop("length", len(data)), *extra, **values))
    return bytes(writer.body)


def metadata(items: str) -> Tag:
    """The tag GDAL_METADATA."""
    return Tag(42112, ASCII, f"<GDALMetadata>{items}</GDALMetadata>\0".encode())
