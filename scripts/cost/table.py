"""Two tables of dollars: a month in which nobody calls, and 1000 km2."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cost.measured import SIDE_PX, Measured

_PRICES = Path(__file__).with_name("prices.json")
HOURS = 730  # of a month
_AREA_KM2 = 1000
_PIXEL_KM = 0.00124
_GB = 1e9
_KB_512 = 512 * 1024


@dataclass(frozen=True)
class Stack:
    """What the module makes by default; a test compares it with the module."""

    instance: str = "db.t4g.micro"
    database_gb: int = 20
    alarms: int = 6
    dashboards: int = 1
    metrics: int = 9  # that the function writes into its log
    memory_mb: int = 3008
    image_gb: float = 0.15
    images: int = 10


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    what: str
    how: str
    usd: float


def prices() -> dict[str, Any]:
    """-> by service and unit, with their date and source."""
    found: dict[str, Any] = json.loads(_PRICES.read_text())
    return found


def idle_month(stack: Stack) -> list[Row]:
    """What a month costs in which nobody calls."""
    price = prices()
    watch, alarms, dashboards = price["cloudwatch"], stack.alarms, stack.dashboards
    images = stack.images * stack.image_gb
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
        Row("CloudWatch dashboard", f"{dashboards}", dashboards * watch["dashboard_month"]),
        Row("CloudWatch alarms", f"{alarms}", alarms * watch["alarm_month"]),
        Row(
            "ECR",
            f"{stack.images} images of {stack.image_gb} GB",
            images * price["ecr"]["gb_month"],
        ),
        Row("Lambda, HTTP API, CloudFront, S3, network", "paid by use", 0),
    ]


def area(stack: Stack, measured: Measured) -> list[Row]:
    """What 1000 km2 cost, as new images of one tile each."""
    price, tiles = prices(), round(_AREA_KM2 / (SIDE_PX * _PIXEL_KM) ** 2)
    seconds = measured.processor_ms / 1000
    gb_seconds = tiles * seconds * stack.memory_mb / 1024
    units = tiles * max(1, -(-measured.upload_bytes // _KB_512))
    objects, kept_gb = tiles * measured.objects, tiles * measured.kept_bytes / _GB
    metric_months = stack.metrics * tiles * seconds / 3600 / HOURS
    log_gb, out_gb = tiles * measured.log_bytes / _GB, tiles * measured.answer_bytes / _GB
    return [
        Row("Lambda, time", f"{gb_seconds:,.0f} GB-s", gb_seconds * price["lambda"]["gb_second"]),
        Row("Lambda, requests", f"{tiles:,}", tiles * price["lambda"]["request"]),
        Row(
            "HTTP API", f"{units:,} units of 512 KB", units * price["api_gateway"]["request_512_kb"]
        ),
        Row("S3, PUT", f"{objects:,}", objects * price["s3"]["put"]),
        Row("S3, kept for a month", f"{kept_gb:.1f} GB", kept_gb * price["s3"]["gb_month"]),
        Row(
            "Metrics",
            f"{stack.metrics}, while it works",
            metric_months * price["cloudwatch"]["metric_month"],
        ),
        Row("Logs", f"{log_gb:.2f} GB", log_gb * price["cloudwatch"]["log_gb"]),
        Row("Answers to the internet", f"{out_gb:.2f} GB", out_gb * price["transfer"]["gb_out"]),
    ]
