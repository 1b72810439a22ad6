"""What the stages of a scene need from outside: its bytes by ranges, and somewhere to keep results."""

from collections.abc import Iterable
from typing import Protocol


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


class Store(Protocol):
    """Results by name; a name is written whole or not at all."""

    def get(self, name: str) -> bytes | None:
        """Return what was put under a name, or None."""
        ...

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return a part of what was put under a name."""
        ...

    def put(self, name: str, body: bytes) -> None:
        """Keep bytes under a name, in place of what it had."""
        ...

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Keep what may not fit in memory, and return its length in bytes."""
        ...
