"""`python -m scripts.cost [measure]`: print the tables of terraform/README.md, or measure anew."""

import sys
from collections.abc import Iterable, Iterator

from scripts.cost.measured import Measured, measure, read, write
from scripts.cost.table import Row, Stack, area, idle_month, prices


def report(stack: Stack, measured: Measured) -> str:
    """-> both tables as Markdown, with what they rest on."""
    return "\n".join(
        [
            *_table("A month in which nobody calls", idle_month(stack)),
            "",
            *_table("1000 km², as new images of 160 x 160 px", area(stack, measured)),
            "",
            f"Prices of {prices()['region']}, {prices()['as_of']}: {prices()['source']}",
            f"Measured {measured.on} ({measured.machine}): {measured.processor_ms} ms of processor a"
            f" prediction, counted as time at {stack.memory_mb} MB. Waiting for S3 and PostgreSQL adds"
            " to that; the second of Lambda's 1.7 cores takes off it.",
        ]
    )


def _table(title: str, rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    yield f"| {title} | | $ |"
    yield "|---|---|---:|"
    for row in rows:
        yield f"| {row.what} | {row.how} | {row.usd:.2f} |"
    yield f"| **together** | | **{sum(row.usd for row in rows):.2f}** |"


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        write(measure())
    print(report(Stack(), read()))
