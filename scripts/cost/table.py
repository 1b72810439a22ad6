"""Tables of dollars: a month in which nobody calls, 1000 km², an attack, and time by memory."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cost.measured import SIDE_PX, Measured

_PRICES = Path(__file__).with_name("prices")
REGION = "us-east-1"
HOURS = 730  # of a month
_AREA_KM2 = 1000
_PIXEL_KM = 0.00124
_GB = 1e9
_KB_512 = 512 * 1024
_CORE_MB = 1769  # Lambda gives a core for it
_MEMORIES_MB = (1769, 2048, 3008, 3538)
_ACCESS_LOG_BYTES = 350  # the HTTP API's line of a call
_PLATFORM_LOG_BYTES = 250  # START, END and REPORT


@dataclass(frozen=True)
class Stack:
    """What the module makes by default; a test compares it with the module."""

    instance: str = "db.t4g.micro"
    database_gb: int = 20
    alarms: int = 15
    dashboards: int = 1
    metrics: int = 9  # that the function writes into its log
    memory_mb: int = 3008
    reserved_concurrency: int = 10
    image_gb: float = 0.15
    images: int = 10
    scenes_image_gb: float = 0.07  # on top of the other one
    plan_mb: int = 2048
    stage_mb: int = 3008


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    what: str
    how: str
    usd: float


@dataclass(frozen=True)
class Speed:
    """A prediction of 160 x 160 px at some memory: cores, threads, time, and its price by the area."""

    memory_mb: int
    threads: int
    ms: float
    usd_1000_km2: float


def prices(region: str = REGION) -> dict[str, Any]:
    """Return the prices of a region by service and unit, with their date and source.

    Raises:
        ValueError: There are none of this region.
    """
    file = _PRICES / f"{region}.json"
    if not file.exists():
        known = ", ".join(sorted(path.stem for path in _PRICES.glob("*.json")))
        raise ValueError(f"REGION is {region!r}: there are prices of {known}.")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def idle_month(stack: Stack, region: str = REGION) -> list[Row]:
    """Return what a month costs in which nobody calls."""
    price = prices(region)
    watch, alarms, dashboards = price["cloudwatch"], stack.alarms, stack.dashboards
    images = stack.images * stack.image_gb + stack.scenes_image_gb
    return [
        Row(
            "RDS instance",
            f"{stack.instance}, {HOURS} h",
            HOURS * price["rds"][f"{stack.instance}_hour"],
        ),
        Row(
            "RDS storage",
            f"{stack.database_gb} GB gp3",
            stack.database_gb * price["rds"]["gp3_gb_month"],
        ),
        Row("Secret of the master", "1", price["secrets"]["secret_month"]),
        Row(
            "CloudWatch dashboard",
            f"{dashboards}; the account's first 3 are free",
            dashboards * watch["dashboard_month"],
        ),
        Row(
            "CloudWatch alarms",
            f"{alarms}; the account's first 10 are free",
            alarms * watch["alarm_month"],
        ),
        Row(
            "ECR",
            f"{stack.images} images of {stack.image_gb} GB, after as many deployments; one of scenes",
            images * price["ecr"]["gb_month"],
        ),
        Row(
            "Lambda, Step Functions, HTTP API, CloudFront, S3, schedules, network", "paid by use", 0
        ),
    ]


def area(stack: Stack, measured: Measured, region: str = REGION) -> list[Row]:
    """Return what 1000 km² cost, as new images of one tile each, worked on one after another."""
    price, tiles = prices(region), _tiles()
    seconds = speed(stack.memory_mb, measured, region).ms / 1000
    gb_seconds = tiles * seconds * stack.memory_mb / 1024
    units = tiles * max(1, -(-measured.upload_bytes // _KB_512))
    objects, kept_gb = tiles * measured.objects, tiles * measured.kept_bytes / _GB
    # Metrics are charged for by every hour in which one value came.
    metric_months = stack.metrics * -(-tiles * seconds // 3600) / HOURS
    log_bytes = measured.log_bytes + _ACCESS_LOG_BYTES + _PLATFORM_LOG_BYTES
    log_gb, out_gb = tiles * log_bytes / _GB, tiles * measured.answer_bytes / _GB
    return [
        Row("Lambda, time", f"{gb_seconds:,.0f} GB-s", gb_seconds * price["lambda"]["gb_second"]),
        Row("Lambda, requests", f"{tiles:,}", tiles * price["lambda"]["request"]),
        Row(
            "HTTP API", f"{units:,} units of 512 KB", units * price["api_gateway"]["request_512_kb"]
        ),
        Row("S3, PUT", f"{objects:,}", objects * price["s3"]["put"]),
        Row("EventBridge", f"{objects:,} events of S3", objects * price["events"]["event"]),
        Row("S3, GET", f"{tiles:,}: has it been predicted?", tiles * price["s3"]["get"]),
        Row("S3, kept for a month", f"{kept_gb:.1f} GB", kept_gb * price["s3"]["gb_month"]),
        Row(
            "Metrics",
            f"{stack.metrics}, by the hour",
            metric_months * price["cloudwatch"]["metric_month"],
        ),
        Row("Logs", f"{log_gb:.2f} GB", log_gb * price["cloudwatch"]["log_gb"]),
        Row("Answers to the internet", f"{out_gb:.2f} GB", out_gb * price["transfer"]["gb_out"]),
    ]


def bound(stack: Stack, region: str = REGION) -> float:
    """Return what the function costs a month if somebody keeps all that is reserved busy."""
    gb_seconds = stack.reserved_concurrency * stack.memory_mb / 1024 * HOURS * 3600
    return float(gb_seconds * prices(region)["lambda"]["gb_second"])


def speeds(measured: Measured, region: str = REGION) -> list[Speed]:
    """Return time and price at the memory sizes worth considering."""
    return [speed(memory_mb, measured, region) for memory_mb in _MEMORIES_MB]


def speed(memory_mb: int, measured: Measured, region: str = REGION) -> Speed:
    """Return time and price of a prediction at some memory.

    Threads are as many as the cores, rounded up. Two threads need the longer of two times: the one
    measured, and the processor time over the part of two cores that the memory gives.
    """
    cores = memory_mb / _CORE_MB
    threads = min(2, -(-memory_mb // _CORE_MB))
    if threads == 1:
        ms = measured.one_thread_ms / min(1, cores)
    else:
        ms = max(measured.two_threads_ms, measured.two_threads_processor_ms / cores)
    # HTTP, S3 and PostgreSQL keep one core busy. On a machine that others use too, the difference of
    # two measurements may be below zero.
    ms += max(0, measured.processor_ms - measured.two_threads_processor_ms)
    gb_seconds = _tiles() * ms / 1000 * memory_mb / 1024
    return Speed(memory_mb, threads, ms, gb_seconds * prices(region)["lambda"]["gb_second"])


def _tiles() -> int:
    return round(_AREA_KM2 / (SIDE_PX * _PIXEL_KM) ** 2)
