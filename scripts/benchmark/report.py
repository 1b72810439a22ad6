"""Tables of the benchmark: for the terminal, and as blocks of README.md, which a run replaces."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).with_name("README.md")


class SkippedError(Exception):
    """What a table needs is not here; the message says what."""


@dataclass(frozen=True)
class Table:
    """Rows under columns, and sentences below them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """Return it padded, so that it is as easy to read in a terminal."""
        lines = [self.columns, *self.rows]
        widths = [max(len(line[n]) for line in lines) for n in range(len(self.columns))]
        head, *body = ("| " + " | ".join(_padded(line, widths)) + " |" for line in lines)
        rule = "|" + "|".join(_rule(n, width) for n, width in enumerate(widths)) + "|"
        notes = [f"\n{note}" for note in self.notes]
        return "\n".join([f"### {self.title}\n", head, rule, *body, *notes])


def number(value: float, digits: int = 1) -> str:
    """A number with thousands separated."""
    return f"{value:,.{digits}f}"


def replace_block(name: str, table: Table, host: str, readme: Path = README) -> None:
    """Put a table between its marks in the README, with a line on the machine that it comes from.

    Raises:
        ValueError: The README has no such marks.
    """
    text = readme.read_text("utf-8")
    block = f"<!-- {name} -->\n{table.markdown()}\n\n*{host}.*\n<!-- / -->"
    replaced, count = re.subn(
        rf"<!-- {re.escape(name)} -->.*?<!-- / -->", lambda _: block, text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"{readme.name} has {count} blocks named {name}; 1 is needed")
    readme.write_text(replaced, "utf-8")


def _padded(line: Sequence[str], widths: Iterable[int]) -> list[str]:
    """Names to the left, numbers to the right."""
    name, *values = zip(line, widths, strict=True)
    return [name[0].ljust(name[1]), *(text.rjust(width) for text, width in values)]


def _rule(column: int, width: int) -> str:
    return "-" * (width + 1) + (":" if column else "-")
