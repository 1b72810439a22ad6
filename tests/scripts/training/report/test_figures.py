import pytest

pytest.importorskip("plotly", reason="the training extra is not installed")

from tesela.catalogue import CLASSES, KEYS

from scripts.training.report import figures
from tests.scripts.training.made_up import evaluation, histogram

NAMES = [entry.name["en"] for entry in CLASSES]


def test_each_model_has_a_bar_a_class_with_its_interval() -> None:
    scores = {
        name: model_scores.scores()["dstl"] for name, model_scores in evaluation().models.items()
    }
    bars = figures.bars(scores).data
    assert [bar.name for bar in bars] == ["ours, int8", "ours, float", "baseline"]
    assert list(bars[0].x) == NAMES
    assert list(bars[0].y) == [0.5] * 5 + [0] * 4 + [None]
    assert bars[0].error_y.array[0] == bars[0].error_y.arrayminus[0] == 0.5


def test_the_heat_map_writes_the_number_where_there_is_one() -> None:
    (heat,) = figures.heat({"a": [0.25] + [None] * 9}).data
    assert list(heat.text[0]) == ["0.25"] + [""] * 9


def test_the_chosen_threshold_is_marked_on_the_curve_of_its_class() -> None:
    drawn = figures.precision_recall(histogram(200, classes=2), dict.fromkeys(KEYS, 0.5))
    marked = [trace for trace in drawn.data if trace.text[0] == "chosen: 0.50"]
    assert [(trace.x, trace.y) for trace in marked] == [((1,), (1,))] * 2


def test_reliability_has_a_plot_a_class_and_a_legend_a_step() -> None:
    curve = {"predicted": [0.2], "observed": [0.4], "pixels": [9]}
    steps = ("before", "after", "test")
    drawn = figures.reliabilities({step: dict.fromkeys(KEYS, curve) for step in steps})
    assert [note.text for note in drawn.layout.annotations[:10]] == NAMES
    assert [trace.name for trace in drawn.data if trace.showlegend] == list(steps)


def test_learning_is_drawn_for_each_loss_there_is() -> None:
    log: dict[str, list[float]] = {"epoch": [0, 1], "loss": [2, 1], "soft_loss": [3, 2]}
    log["rate"] = [1, 1]
    log |= {"val_loss": [float("nan")] * 2}  # there was no such thing
    names = [trace.name for trace in figures.learning({"ours": log}).data]
    assert names == ["ours: loss", "ours: soft_loss"]
