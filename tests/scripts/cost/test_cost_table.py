"""Costs: the README tells what the command prints, and the command what the module makes."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from scripts.cost.__main__ import report
from scripts.cost.measured import Measured, read
from scripts.cost.scenes import MeasuredScene, read_scene, scenes
from scripts.cost.table import Stack, area, bound, idle_month, prices, speed, speeds
from scripts.deploy.functions import KEPT_VERSIONS

ROOT = Path(__file__).parents[3]
MODULE = "\n".join(path.read_text() for path in sorted((ROOT / "terraform").glob("*.tf")))


def default(variable: str) -> str:
    (text,) = re.findall(rf'variable "{variable}" {{[^}}]*?default += "?([^"\n]+)"?\n', MODULE)
    return str(text)


def of(**values: int) -> Measured:
    """Return a measurement that is zero but for what is given."""
    numbers = [field.name for field in fields(Measured) if field.type == "int" or field.type is int]
    return Measured(on="", machine="", **{name: values.get(name, 0) for name in numbers})


def test_the_readme_of_the_module_tells_what_the_command_prints() -> None:
    assert report(Stack(), read(), read_scene()) in (ROOT / "terraform/README.md").read_text()


def test_the_stack_is_what_the_module_makes() -> None:
    stack = Stack()
    assert stack.instance == default("db_instance_class")
    assert str(stack.memory_mb) == default("memory_mb")
    assert re.findall(r"\ballocated_storage += (\d+)", MODULE) == [str(stack.database_gb)]
    assert len(re.findall(r"^      why +=", MODULE, re.MULTILINE)) == stack.alarms
    assert MODULE.count('resource "aws_cloudwatch_dashboard"') == stack.dashboards
    assert re.findall(r"reserved_concurrency, (\d+)\)", MODULE) == [str(stack.reserved_concurrency)]
    assert stack.images == KEPT_VERSIONS
    assert "detailed_metrics_enabled" not in MODULE  # they are charged for
    stages = dict(
        re.findall(r"^      (\w+) = {\n        memory_mb = (\d+)\n", MODULE, re.MULTILINE)
    )
    assert stages.pop("plan") == str(stack.plan_mb)
    assert {stages[name] for name in ("block", "seams", "assembly")} == {str(stack.stage_mb)}


def test_a_tenth_of_a_second_costs_what_can_be_computed_by_hand() -> None:
    measured = of(one_thread_ms=100, upload_bytes=1)
    time, requests, units, *rest = area(Stack(memory_mb=1769, metrics=0), measured)
    tiles = 25_405  # 1000 km2 over (160 x 1.24 m)2 = 0.03936 km2
    assert time.usd == pytest.approx(tiles * 0.1 * 1769 / 1024 * prices()["lambda"]["gb_second"])
    assert requests.usd == pytest.approx(tiles * prices()["lambda"]["request"])
    assert units.usd == pytest.approx(tiles * prices()["api_gateway"]["request_512_kb"])
    assert sum(row.usd for row in rest) == pytest.approx(
        tiles * (prices()["s3"]["get"] + 600e-9 * prices()["cloudwatch"]["log_gb"])
    )


def test_an_upload_over_512_kb_counts_twice() -> None:
    small, large = (of(upload_bytes=size) for size in (524_288, 524_289))
    assert area(Stack(), large)[2].usd == pytest.approx(2 * area(Stack(), small)[2].usd)


@pytest.mark.parametrize(
    ("memory_mb", "threads", "ms"),
    [
        (1769, 1, 60 + 10),  # one core, one thread
        (2048, 2, 72 * 1769 / 2048 + 10),  # 1.16 cores share 72 ms of processor
        (3008, 2, 72 * 1769 / 3008 + 10),
        (3538, 2, 40 + 10),  # two whole cores: what was measured
        (7076, 2, 40 + 10),  # more than two cores bring nothing
        (1024, 1, 60 * 1769 / 1024 + 10),
    ],
)
def test_time_follows_the_cores_that_the_memory_gives(
    memory_mb: int, threads: int, ms: float
) -> None:
    measured = of(processor_ms=82, one_thread_ms=60, two_threads_ms=40, two_threads_processor_ms=72)
    found = speed(memory_mb, measured)
    assert found.threads == threads
    assert found.ms == pytest.approx(ms)
    gb_seconds = 25_405 * ms / 1000 * memory_mb / 1024
    assert found.usd_1000_km2 == pytest.approx(gb_seconds * prices()["lambda"]["gb_second"])


def test_the_table_has_the_memory_sizes_worth_considering() -> None:
    assert [each.memory_mb for each in speeds(read())] == [1769, 2048, 3008, 3538]


def test_what_somebody_can_make_us_pay_is_bounded_by_what_is_reserved() -> None:
    """Ten containers of 2.9375 GB, busy for 730 hours, at $0.0000166667 per GB-s."""
    assert bound(Stack()) == pytest.approx(10 * 2.9375 * 730 * 3600 * 0.0000166667)


@pytest.mark.parametrize("region", ["us-east-1", "sa-east-1"])
def test_prices_have_a_date_a_source_and_a_page_each(region: str) -> None:
    found = prices(region)
    assert found["region"] == region
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["as_of"])
    services = {name for name, value in found.items() if isinstance(value, dict)}
    assert set(found["pages"]) == services - {"pages"}
    assert f"Prices of {region}, {found['as_of']}: {found['source']}" in report(
        Stack(), read(), read_scene(), region
    )


def test_every_region_has_the_same_prices() -> None:
    def shape(region: str) -> dict[str, set[str]]:
        found = prices(region)
        return {name: set(value) for name, value in found.items() if isinstance(value, dict)}

    assert shape("us-east-1") == shape("sa-east-1")


def test_a_region_without_prices_is_one_line() -> None:
    with pytest.raises(ValueError, match="REGION is 'mx-central-1': there are prices of sa-east-1"):
        prices("mx-central-1")


def test_nothing_is_free_that_is_there_all_month() -> None:
    assert [row.what for row in idle_month(Stack()) if row.usd == 0] == [
        "Lambda, Step Functions, HTTP API, CloudFront, S3, schedules, network"
    ]


def test_scenes_cost_what_can_be_computed_by_hand() -> None:
    """100 km² of 4 blocks, ten times: each line from the list price."""
    seconds = {"plan": 2.0, "blocks": 100.0, "seams": 1.0, "assembly": 5.0}
    requests = {"get": 200, "put": 88, "blocks": 4}
    measured = MeasuredScene("", "", 100, seconds, requests, 50, 1000)
    memory_mb = {"plan": 1024, "blocks": 2048, "seams": 1024, "assembly": 1024}
    found = {row.what: row.usd for row in scenes(measured, memory_mb)}
    gb_second = 0.0000166667
    assert found == pytest.approx(
        {
            "Lambda, plan": 20 * gb_second,
            "Lambda, blocks": 2000 * gb_second,
            "Lambda, seams": 10 * gb_second,
            "Lambda, assembly": 50 * gb_second,
            "Lambda, requests": 70 * 0.0000002,  # 40 blocks, and three other stages of ten scenes
            "Step Functions": 190 * 0.000025,  # 7 of each scene, 3 of each block
            "S3, PUT": 1000 * 0.000005,  # 88 and 12 of the job itself, ten times
            "S3, GET": 2000 * 0.0000004,
            "EventBridge": 1000 * 0.000001,
            "S3, source kept for 7 days": 10 * 0.023 * 7 / 30,
            "S3, products kept for a month": 0.5 * 0.023,
        }
    )
