import json
from pathlib import Path

import numpy as np
import pytest
from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import ModelScores, difference, win_shares
from scripts.training.scoring.histograms import count
from tests.scripts.training.made_up import evaluation, histogram

HALF = dict.fromkeys(KEYS, 0.5)
FOUND, MISSED = histogram(200), histogram(100)


def test_a_source_has_scores_by_class_and_their_mean() -> None:
    found = ModelScores(HALF, {"dstl/a": FOUND, "dstl/b": MISSED}).scores()["dstl"]
    entry = {"iou": 0.5, "precision": 1, "recall": 0.5, "pixels": 1600, "low": 0, "high": 1}
    assert found["classes"] == dict.fromkeys(KEYS, entry)
    assert (found["mean_iou"], found["terrains"]) == (0.5, 2)


def test_a_class_that_the_truth_hardly_holds_has_no_score() -> None:
    found = ModelScores(HALF, {"dstl/a": histogram(200, size=8)}).scores()["dstl"]
    assert found["classes"]["roads"] is None
    assert found["mean_iou"] is None


def test_the_interval_needs_two_terrains_that_hold_the_class() -> None:
    scenes = {"dstl/a": FOUND, "dstl/b": histogram(200, classes=1)}
    classes = ModelScores(HALF, scenes).scores()["dstl"]["classes"]
    assert (classes["buildings"]["low"], classes["structures"]["low"]) == (1, None)


def test_the_competition_counts_before_dstl_and_dstl_before_all_others() -> None:
    sources = ("naip", "dstl", "competition")
    models = [ModelScores(HALF, {f"{s}/a": FOUND for s in sources[:n]}) for n in (1, 2, 3)]
    assert [model_scores.main for model_scores in models] == list(sources)


def test_each_scene_has_a_line_with_what_it_holds() -> None:
    scenes = {"dstl/a": FOUND, "dstl/b": histogram(100, classes=1)}
    assert ModelScores(HALF, scenes).by_scene("dstl") == {"a": [1] * 10, "b": [0] + [None] * 9}


def test_terrains_of_all_sources_are_judged_together() -> None:
    found = ModelScores(HALF, {"dstl/a": FOUND, "vegas/b": MISSED})
    assert found.together()["terrains"] == 2
    assert found.together()["classes"]["roads"]["iou"] == 0.5
    assert found.by_terrain() == {"dstl/a": [1] * 10, "vegas/b": [0] * 10}


def test_false_alarms_are_shared_out_over_what_is_there() -> None:
    # Buildings are called everywhere; under a quarter of what is wrong lies a road, a tree as well.
    labels = np.zeros((10, 4, 4), np.uint8)
    labels[[KEYS.index("roads"), KEYS.index("trees")], 0] = 1
    scores = np.zeros_like(labels)
    scores[0] = 200
    shares = ModelScores(HALF, {"dstl/a": count(scores, labels)}).confusions()
    assert shares["buildings"] == {"roads": 0.25, "trees": 0.25, "none": 0.75}
    assert shares["roads"] == {}


def test_models_are_compared_draw_by_draw() -> None:
    one, other = (ModelScores(HALF, {"dstl/a": t, "dstl/b": t}) for t in (FOUND, MISSED))
    assert difference(one, other) == (100, (100, 100))
    assert difference(one, one) == (0, (0, 0))
    assert win_shares(one, other)["roads"] == 1
    assert win_shares(one, one)["roads"] == 0


def test_of_a_class_that_is_not_there_no_model_is_win_shares() -> None:
    model_scores = ModelScores(HALF, {"dstl/a": histogram(200, classes=1)})
    assert [win_shares(model_scores, model_scores)[key] for key in KEYS[:2]] == [
        pytest.approx(0),
        None,
    ]


def test_the_scores_hold_those_of_the_other_models_beside() -> None:
    roads = evaluation().scores["classes"]["roads"]
    assert (roads["iou"], roads["f32_iou"], roads["baseline_iou"]) == (0.5, 1, 0.5)
    assert (roads["low"], roads["high"]) == (0, 1)
    assert evaluation().scores["classes"]["small_vehicles"] is None


def test_the_mean_is_over_the_classes_that_the_test_holds() -> None:
    scores = evaluation().scores
    # Five classes are found in one scene of two, four are missed in the only one.
    assert scores["mean_iou"] == pytest.approx(5 * 0.5 / 9, abs=1e-3)
    assert scores["f32_mean_iou"] == 1


def test_other_sources_stand_apart() -> None:
    scores = evaluation().scores
    assert scores["source"] == "dstl"
    assert list(scores["others"]) == ["naip"]
    assert scores["others"]["naip"]["classes"]["buildings"]["iou"] == 0


def test_reliability_is_told_of_the_classes_that_the_test_holds() -> None:
    curves = evaluation().reliability
    assert list(curves) == list(KEYS[:9])
    assert list(curves["large_vehicles"].observed) == [0, 1]


def test_what_is_written_is_the_model_as_before_with_thresholds_and_scores(tmp_path: Path) -> None:
    evaluation().write(tmp_path / "model.json")
    document = json.loads((tmp_path / "model.json").read_text())
    assert document["sha256"] == "ab"
    assert document["thresholds"] == dict.fromkeys(KEYS, 0.4)
    assert document["trained_on"] == "12 Dstl scenes and 129 NAIP tiles."
    assert document["calibrated"] is True
    assert document["scores"] == evaluation().scores
    assert document["out_of_fold"] == evaluation().unseen
    assert document["surest"] == []
