"""Costs: the README tells what the command prints, and the command what the module makes."""

import re
from pathlib import Path

import pytest

from scripts.cost.__main__ import report
from scripts.cost.measured import Measured, read
from scripts.cost.table import Stack, area, idle_month, prices

ROOT = Path(__file__).parents[3]
MODULE = "\n".join(path.read_text() for path in sorted((ROOT / "terraform").glob("*.tf")))


def default(variable: str) -> str:
    return re.search(rf'variable "{variable}" {{.*?default += "?([^"\n]+)"?\n', MODULE, re.DOTALL)[
        1
    ]


def test_the_readme_of_the_module_tells_what_the_command_prints():
    assert report(Stack(), read()) in (ROOT / "terraform/README.md").read_text()


def test_the_stack_is_what_the_module_makes():
    stack = Stack()
    assert stack.instance == default("db_instance_class")
    assert str(stack.memory_mb) == default("memory_mb")
    assert re.findall(r"\ballocated_storage += (\d+)", MODULE) == [str(stack.database_gb)]
    assert len(re.findall(r"^      why +=", MODULE, re.MULTILINE)) == stack.alarms
    assert MODULE.count('resource "aws_cloudwatch_dashboard"') == stack.dashboards
    assert f"countNumber = {stack.images} " in MODULE


def test_a_tenth_of_a_second_costs_what_can_be_computed_by_hand():
    measured = Measured("2026-01-01", "none", 100, 1, 0, 0, 0, 0)
    time, requests, units, *rest = area(Stack(memory_mb=1024), measured)
    tiles = 25_405  # 1000 km2 over (160 x 1.24 m)2 = 0.03936 km2
    assert time.usd == pytest.approx(tiles * 0.1 * prices()["lambda"]["gb_second"])
    assert requests.usd == pytest.approx(tiles * prices()["lambda"]["request"])
    assert units.usd == pytest.approx(tiles * prices()["api_gateway"]["request_512_kb"])
    assert sum(row.usd for row in rest) < 0.01


def test_an_upload_over_512_kb_counts_twice():
    small, large = (Measured("", "", 0, size, 0, 0, 0, 0) for size in (524_288, 524_289))
    assert area(Stack(), large)[2].usd == pytest.approx(2 * area(Stack(), small)[2].usd)


def test_prices_have_a_date_and_a_page_each():
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", prices()["as_of"])
    services = {name for name, value in prices().items() if isinstance(value, dict)}
    assert set(prices()["pages"]) == services - {"pages"}


def test_nothing_is_free_that_is_there_all_month():
    assert [row.what for row in idle_month(Stack()) if row.usd == 0] == [
        "Lambda, HTTP API, CloudFront, S3, network"
    ]
