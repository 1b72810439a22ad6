import json
from pathlib import Path

import pytest
from tesela.catalogue import KEYS

from tests.scripts.training.made_up import findings


def test_the_scores_hold_those_of_the_other_models_beside():
    roads = findings().scores["classes"]["roads"]
    assert (roads["iou"], roads["f32_iou"], roads["baseline_iou"]) == (0.5, 1, 0.5)
    assert (roads["low"], roads["high"]) == (0, 1)
    assert findings().scores["classes"]["small_vehicles"] is None


def test_the_mean_is_over_the_classes_that_the_test_holds():
    scores = findings().scores
    # Five classes are found in one scene of two, four are missed in the only one.
    assert scores["mean_iou"] == pytest.approx(5 * 0.5 / 9, abs=1e-3)
    assert scores["f32_mean_iou"] == 1


def test_other_sources_stand_apart():
    scores = findings().scores
    assert scores["source"] == "dstl"
    assert list(scores["others"]) == ["naip"]
    assert scores["others"]["naip"]["classes"]["buildings"]["iou"] == 0


def test_reliability_is_told_of_the_classes_that_the_test_holds():
    curves = findings().reliability
    assert list(curves) == list(KEYS[:9])
    assert list(curves["large_vehicles"].observed) == [0, 1]


def test_what_is_written_is_the_model_as_before_with_thresholds_and_scores(tmp_path: Path):
    findings().write(tmp_path / "model.json")
    document = json.loads((tmp_path / "model.json").read_text())
    assert document["sha256"] == "ab"
    assert document["thresholds"] == dict.fromkeys(KEYS, 0.4)
    assert document["trained_on"] == "12 Dstl scenes and 129 NAIP tiles."
    assert document["calibrated"] is True
    assert document["scores"] == findings().scores
