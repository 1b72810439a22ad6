"""One hostile file, and what must become of it."""

from collections.abc import Callable
from dataclasses import dataclass

DECODED = "decoded"  # to `writer.PIXELS`, as an honest file of the same pixels
ACCEPTED = "accepted"  # to some pixels that are all finite

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Case:
    """`outcome` is `DECODED`, `ACCEPTED`, or the code of the error that refuses the file."""

    make: Make
    outcome: str
    large: bool = False  # an honest size of 2048 px: it may take longer than hostile files may
