"""Tables and lists in Markdown."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; None shows as "-", a float with three digits."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def cell(value: object) -> str:
    """What a table shows of a value."""
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
