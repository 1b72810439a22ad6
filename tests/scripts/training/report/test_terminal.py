from tesela.catalogue import KEYS

from scripts.training.report.terminal import summary
from tests.scripts.training.made_up import evaluation


def test_the_summary_has_a_line_a_class_and_the_differences_in_points() -> None:
    lines = summary(evaluation()).splitlines()
    assert [sum(line.startswith(f"{key} ") for line in lines) for key in KEYS] == [1] * 10
    assert any(line.startswith("int8 against ours f32: -72.22 points of mean") for line in lines)
    assert any(line.startswith("int8 against baseline: +0.00 points of mean") for line in lines)
    assert any(line.startswith("naip: mean 0.000 (buildings 0.000)") for line in lines)
