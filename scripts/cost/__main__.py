"""`python -m scripts.cost [measure]`: print the tables of terraform/README.md, or measure anew."""

import os
import sys
from collections.abc import Iterable, Iterator

from scripts.cost.measured import Measured, measure, read, write
from scripts.cost.scenes import STAGES, MeasuredScene, read_scene, scenes
from scripts.cost.table import REGION, Row, Stack, area, bound, idle_month, prices, speeds


def report(stack: Stack, measured: Measured, scene: MeasuredScene, region: str = REGION) -> str:
    """Return the tables as Markdown, with what they rest on."""
    return "\n".join(
        [
            *_table("A month in which nobody calls", idle_month(stack, region)),
            "",
            *_table("1000 km², as new images of 160 x 160 px", area(stack, measured, region)),
            "",
            *_table("1000 km², as whole scenes", scenes(scene, _stage_memory(stack), region)),
            "",
            *_speed_table(measured, region),
            "",
            f"At most: somebody who keeps all {stack.reserved_concurrency} reserved calls busy makes the"
            f" function cost ${bound(stack, region):,.0f} a month.",
            "",
            f"Prices of {region}, {prices(region)['as_of']}: {prices(region)['source']}",
            f"Measured {measured.on} ({measured.machine}): {measured.processor_ms} ms of processor per"
            f" request; its segmentation takes {measured.one_thread_ms} ms with one thread,"
            f" {measured.two_threads_ms} ms with two on two free cores. Waiting for S3 and PostgreSQL"
            " adds to that, and a core of Lambda is slower than a desktop's.",
            f"Scenes: {scene.area_km2:g} km², measured {scene.date} ({scene.machine}) by make bench-scenes"
            " KEEP=1: seconds of processor time, charged as seconds of the function.",
        ]
    )


def _stage_memory(stack: Stack) -> dict[str, int]:
    return {name: stack.plan_mb if name == "plan" else stack.stage_mb for name in STAGES}


def _table(title: str, rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    yield f"| {title} | | $ |"
    yield "|---|---|---:|"
    for row in rows:
        yield f"| {row.what} | {row.how} | {row.usd:.2f} |"
    yield f"| **together** | | **{sum(row.usd for row in rows):.2f}** |"


def _speed_table(measured: Measured, region: str) -> Iterator[str]:
    yield "| Memory, MB | threads | ms per image of 160 x 160 px | $ per 1000 km² |"
    yield "|---:|---:|---:|---:|"
    for speed in speeds(measured, region):
        cost = f"{speed.usd_1000_km2:.3f}"
        yield f"| {speed.memory_mb} | {speed.threads} | {speed.ms:.0f} | {cost} |"


def main() -> int:
    """Print the tables of REGION, and return the exit status."""
    if sys.argv[1:] == ["measure"]:
        write(measure())
    try:
        print(report(Stack(), read(), read_scene(), os.environ.get("REGION") or REGION))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
