"""What the stages of a scene need from outside, beside its bytes by ranges: a place for results."""

from collections.abc import Iterable
from typing import Protocol


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
