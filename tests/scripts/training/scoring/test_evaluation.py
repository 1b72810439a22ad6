import pytest
from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import Verdict, ahead, difference
from tests.scripts.training.made_up import tally

HALF = dict.fromkeys(KEYS, 0.5)
FOUND, MISSED = tally(200), tally(100)


def test_a_source_has_scores_by_class_and_their_mean():
    found = Verdict(HALF, {"dstl/a": FOUND, "dstl/b": MISSED}).scores()["dstl"]
    entry = {"iou": 0.5, "precision": 1, "recall": 0.5, "pixels": 1600, "low": 0, "high": 1}
    assert found["classes"] == dict.fromkeys(KEYS, entry)
    assert (found["mean_iou"], found["grounds"]) == (0.5, 2)


def test_a_class_that_the_truth_hardly_holds_has_no_score():
    found = Verdict(HALF, {"dstl/a": tally(200, size=8)}).scores()["dstl"]
    assert found["classes"]["roads"] is None
    assert found["mean_iou"] is None


def test_the_interval_needs_two_grounds_that_hold_the_class():
    scenes = {"dstl/a": FOUND, "dstl/b": tally(200, classes=1)}
    classes = Verdict(HALF, scenes).scores()["dstl"]["classes"]
    assert (classes["buildings"]["low"], classes["structures"]["low"]) == (1, None)


def test_the_competition_counts_before_dstl_and_dstl_before_all_others():
    sources = ("naip", "dstl", "competition")
    verdicts = [Verdict(HALF, {f"{s}/a": FOUND for s in sources[:n]}) for n in (1, 2, 3)]
    assert [verdict.main for verdict in verdicts] == list(sources)


def test_each_scene_has_a_line_with_what_it_holds():
    scenes = {"dstl/a": FOUND, "dstl/b": tally(100, classes=1)}
    assert Verdict(HALF, scenes).by_scene("dstl") == {"a": [1] * 10, "b": [0] + [None] * 9}


def test_models_are_compared_draw_by_draw():
    one, other = (Verdict(HALF, {"dstl/a": t, "dstl/b": t}) for t in (FOUND, MISSED))
    assert difference(one, other) == (100, (100, 100))
    assert difference(one, one) == (0, (0, 0))
    assert ahead(one, other)["roads"] == 1
    assert ahead(one, one)["roads"] == 0


def test_of_a_class_that_is_not_there_no_model_is_ahead():
    verdict = Verdict(HALF, {"dstl/a": tally(200, classes=1)})
    assert [ahead(verdict, verdict)[key] for key in KEYS[:2]] == [pytest.approx(0), None]
