"""The raw contents of a TIFF: its byte order, and the values of one tag.

Nothing here trusts a number of the file: every read is checked against the bytes that are there.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tesela.errors import CorruptImageError

ASCII, SHORT, LONG, DOUBLE, LONG8 = 2, 3, 4, 12, 16
TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
TYPE_BYTES |= {13: 4, 16: 8, 17: 8, 18: 8}

_UNSIGNED = {1: "u1", SHORT: "u2", LONG: "u4", LONG8: "u8"}


class Body(Protocol):
    """The bytes of a TIFF, of which a header needs few: `bytes`, or ranges of a file far away."""

    def __len__(self) -> int:
        """Length in bytes."""
        ...

    def __getitem__(self, part: slice, /) -> bytes:
        """Bytes from the start of a slice to before its end; the step is 1."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """Byte order (`<` or `>`), and whether the file is a BigTIFF."""

    order: Literal["<", ">"]
    big: bool

    @property
    def word(self) -> str:
        """The `struct` code of an offset or of a count of values."""
        return "Q" if self.big else "I"

    @property
    def header_bytes(self) -> int:
        """Length of the file's header, before any directory or pixel."""
        return 16 if self.big else 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A tag of a directory: `start` is the byte in the file at which its values begin."""

    tag: int
    kind: int  # a key of `TYPE_BYTES`, if the file is sound
    count: int
    start: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The tags of a page, not yet read; `number` counts the pages of the file from 1."""

    body: Body
    format: Format
    number: int
    entries: Mapping[int, Entry]

    def integers(self, tag: int, max_count: int) -> NDArray[np.uint64] | None:
        """Return the unsigned values of a tag, or None if the page lacks it.

        Raises:
            CorruptImageError: Another type, no or too many values, or values outside the file.
        """
        return self._values(tag, _UNSIGNED, max_count, np.uint64)

    def integer(self, tag: int, default: int | None = None) -> int:
        """Return the single value of a tag.

        Raises:
            CorruptImageError: As `integers`, or the page lacks the tag and there is no default.
        """
        values = self.integers(tag, 1)
        if values is not None:
            return int(values[0])
        if default is None:
            raise CorruptImageError(
                f"Page {self.number} lacks the tag {tag}.", "tag-missing", page=self.number, tag=tag
            )
        return default

    def doubles(self, tag: int, max_count: int) -> NDArray[np.float64] | None:
        """Return the values of a tag of type DOUBLE, or None if the page lacks it."""
        return self._values(tag, {DOUBLE: "f8"}, max_count, np.float64)

    def text(self, tag: int, max_bytes: int) -> bytes | None:
        """Return an ASCII tag up to its first NUL, or None if the page lacks it."""
        if tag not in self.entries:
            return None
        return self._raw(self._checked(tag, {ASCII: "S1"}, max_bytes)).partition(b"\0")[0]

    def _values(
        self, tag: int, types: Mapping[int, str], max_count: int, dtype: type[Any]
    ) -> NDArray[Any] | None:
        if tag not in self.entries:
            return None
        entry = self._checked(tag, types, max_count)
        return np.frombuffer(self._raw(entry), self.format.order + types[entry.kind]).astype(dtype)

    def _raw(self, entry: Entry) -> bytes:
        return self.body[entry.start : entry.start + entry.count * TYPE_BYTES[entry.kind]]

    def _checked(self, tag: int, types: Mapping[int, str], max_count: int) -> Entry:
        entry = self.entries[tag]
        about: dict[str, Any] = {"page": self.number, "tag": tag}
        if entry.kind not in types:
            raise CorruptImageError(
                f"Page {self.number}: the tag {tag} has the type {entry.kind}; "
                f"accepted are {', '.join(map(str, types))}.",
                "tag-type",
                **about,
                type=entry.kind,
            )
        if not 0 < entry.count <= max_count:
            raise CorruptImageError(
                f"Page {self.number}: the tag {tag} has {entry.count} values; "
                f"accepted are 1 to {max_count}.",
                "tag-count",
                **about,
                count=entry.count,
                limit=max_count,
            )
        end = entry.start + entry.count * TYPE_BYTES[entry.kind]
        if end > len(self.body):
            raise CorruptImageError(
                f"Page {self.number}: the tag {tag} ends at byte {end}; "
                f"the file has {len(self.body)} bytes.",
                "tag-outside",
                **about,
                end=end,
                bytes=len(self.body),
            )
        return entry


def unpack(format_: Format, codes: str, body: Body, start: int) -> tuple[int, ...]:
    """Read integers at a byte of the file.

    Raises:
        CorruptImageError: The file ends before.
    """
    end = start + struct.calcsize("=" + codes)
    if end > len(body):
        raise CorruptImageError(
            f"A directory reaches to byte {end}; the file has {len(body)} bytes.",
            "directory-outside",
            end=end,
            bytes=len(body),
        )
    return struct.unpack(format_.order + codes, body[start:end])
