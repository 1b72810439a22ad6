"""What people call a prediction: a name and a note, as they are kept, searched and used in file names."""

import re
import unicodedata
from dataclasses import dataclass

from tesela.errors import InvalidOptionError

MAX_NAME, MAX_NOTE, MAX_SEARCH = 120, 2000, 100  # characters
MAX_STEM_BYTES = 150  # of a file's name; file systems take 255 bytes with what follows it

# Controls, halves of surrogate pairs, separators of lines, unassigned: nothing that a name shows.
_UNSEEN = frozenset(("Cc", "Cs", "Zl", "Zp", "Cn", "Co"))
_JOINERS = frozenset(
    "\u200c\u200d"
)  # of Persian and of emoji; other format characters hide or turn text
_UNSAFE_IN_FILES = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True, slots=True)
class Label:
    """A name and a note; None is none."""

    name: str | None = None
    note: str | None = None


def read_name(text: str) -> str:
    """A name as it is kept: one line, composed characters (NFC), no space around it.

    Raises:
        InvalidOptionError: It is blank, too long, or has characters that cannot be seen.
    """
    return _read("name", text, MAX_NAME, lines=False)


def read_note(text: str) -> str:
    """A note as it is kept: like a name, but longer, and of several lines.

    Raises:
        InvalidOptionError: As `read_name`.
    """
    return _read("note", text, MAX_NOTE, lines=True)


def read_search(text: str) -> tuple[str, ...]:
    """The words of a search, folded.

    Raises:
        InvalidOptionError: As `read_name`.
    """
    return tuple(fold(_read("q", text, MAX_SEARCH, lines=False)).split())


def fold(text: str) -> str:
    """A text without case, accents and ligatures, so that `bogota` finds `Bogotá`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def file_stem(name: str) -> str:
    """A name as the start of a file's name, which every system takes; "" if nothing is left of it."""
    stem = _UNSAFE_IN_FILES.sub("-", name).strip("-. ")
    while len(stem.encode()) > MAX_STEM_BYTES:
        stem = stem[:-1].rstrip("-. ")
    return stem


def _read(parameter: str, text: str, limit: int, *, lines: bool) -> str:
    read = text.replace("\r\n", "\n").replace("\r", "\n") if lines else text
    read = unicodedata.normalize("NFC", read).strip()
    if not read:
        reason = "is blank; leave it out, or send null to remove it."
        raise InvalidOptionError.of(parameter, text[:limit], 1, reason)
    if len(read) > limit:
        reason = f"has {len(read)} characters; the limit is {limit}."
        raise InvalidOptionError.of(parameter, len(read), limit, reason)
    for each in read:
        if _is_hidden(each) and not (lines and each == "\n"):
            reason = f"has the character U+{ord(each):04X}, which cannot be seen."
            raise InvalidOptionError.of(parameter, f"U+{ord(each):04X}", None, reason)
    return read


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _UNSEEN or (category == "Cf" and character not in _JOINERS)
