"""What 1000 km² of whole scenes cost, from a measured scene: `make bench-scenes KEEP=1` writes it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cost.table import REGION, Row, prices

FILE = Path(__file__).with_name("scenes.json")
STAGES = ("plan", "blocks", "seams", "assembly")
_AREA_KM2 = 1000
_SOURCE_DAYS = 7  # until the bucket's lifecycle rule deletes an upload
_MONTH_DAYS = 30
_TRANSITIONS_PER_BLOCK = 3  # its execution begins, the stage runs, it ends
_TRANSITIONS = 7  # of the states from Plan to Done
_CONTROL_OBJECTS = 12  # order, event, claim, stages, end


@dataclass(frozen=True)
class MeasuredScene:
    """A scene that was processed on one machine.

    Attributes:
        machine: On which.
        date: When.
        area_km2: Its size.
        seconds: Processor time by stage, of all its calls together.
        requests: `get` and `put` of S3, and the number of blocks.
        products_mb: Size of the products together.
        source_mb: Size of the file.
    """

    machine: str
    date: str
    area_km2: float
    seconds: dict[str, float]
    requests: dict[str, int]
    products_mb: float
    source_mb: float


def read_scene(file: Path = FILE) -> MeasuredScene:
    """Return the last measurement."""
    found: dict[str, Any] = json.loads(file.read_text())
    return MeasuredScene(
        machine=found["machine"],
        date=found["date"],
        area_km2=found["area_km2"],
        seconds={name: found["stages"][name]["seconds"] for name in STAGES},
        requests=found["requests"],
        products_mb=found["products_mb"],
        source_mb=found["source_mb"],
    )


def scenes(measured: MeasuredScene, memory_mb: dict[str, int], region: str = REGION) -> list[Row]:
    """Return what 1000 km² cost, as scenes of the measured size.

    A second of processor time is charged as a second of the function: it has up to 1.7 cores, and
    waits for S3 too.

    Args:
        measured: A scene.
        memory_mb: Of the function of each stage.
        region: Whose prices count.
    """
    price, times = prices(region), _AREA_KM2 / measured.area_km2
    get, put = (round(measured.requests[name] * times) for name in ("get", "put"))
    put += round(_CONTROL_OBJECTS * times)
    blocks = round(measured.requests["blocks"] * times)
    transitions = round(_TRANSITIONS * times) + blocks * _TRANSITIONS_PER_BLOCK
    calls = blocks + round((len(STAGES) - 1) * times)
    source_gb, kept_gb = (
        size * times / 1000 for size in (measured.source_mb, measured.products_mb)
    )
    s3 = price["s3"]
    return [
        *_time(measured, memory_mb, times, price["lambda"]["gb_second"]),
        Row("Lambda, requests", f"{calls:,}", calls * price["lambda"]["request"]),
        Row(
            "Step Functions",
            f"{transitions:,} transitions",
            transitions * price["step_functions"]["transition"],
        ),
        Row("S3, PUT", f"{put:,}", put * s3["put"]),
        Row("S3, GET", f"{get:,}", get * s3["get"]),
        Row("EventBridge", f"{put:,} events of S3", put * price["events"]["event"]),
        Row(
            f"S3, source kept for {_SOURCE_DAYS} days",
            f"{source_gb:.1f} GB",
            source_gb * s3["gb_month"] * _SOURCE_DAYS / _MONTH_DAYS,
        ),
        Row("S3, products kept for a month", f"{kept_gb:.1f} GB", kept_gb * s3["gb_month"]),
    ]


def _time(
    measured: MeasuredScene, memory_mb: dict[str, int], times: float, gb_second: float
) -> Iterator[Row]:
    for name in STAGES:
        gb_seconds = measured.seconds[name] * times * memory_mb[name] / 1024
        yield Row(f"Lambda, {name}", f"{gb_seconds:,.0f} GB-s", gb_seconds * gb_second)
