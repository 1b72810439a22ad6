from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from tesela.catalogue import KEYS
from tesela.core.confidence import Reference
from tesela.core.features import agreement as of_scores
from tesela.core.normalise import Normalisation, normalise

from scripts.training.scoring.histograms import count
from scripts.training.scoring.trust import agreement, regressed, trust
from tests.scripts.training.made_up import histogram
from tests.scripts.training.scoring.test_familiarity import scene

THRESHOLDS = dict.fromkeys(KEYS, 0.4)


def test_agreement_of_histograms_is_that_of_the_scores() -> None:
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 256, (10, 40, 40), np.uint8)
    scores[5] = 0
    labels = rng.integers(0, 2, scores.shape, np.uint8)
    first = np.full(10, np.ceil(0.4 * 256))
    found = agreement(count(scores, labels), THRESHOLDS)
    assert found == pytest.approx(of_scores(scores, first), abs=1e-6)


def test_pixels_of_unknown_class_count_nowhere() -> None:
    scores = np.full((10, 4, 4), 200, np.uint8)
    labels = np.ones((10, 4, 4), np.uint8)
    scores[:, 2:], labels[:, 2:] = 110, 255
    assert agreement(count(scores, labels), THRESHOLDS) == pytest.approx((200 / 256, 200 / 256))


def test_the_regression_finds_a_line_and_expects_of_each_terrain_without_it() -> None:
    rng = np.random.default_rng(0)
    rows = rng.uniform(0, 1, (30, 4))
    truth = 0.1 + 0.6 * rows[:, 1]
    names = np.array([f"t{n % 10}" for n in range(30)])
    regression, left_out = regressed(rows, truth, names)
    assert regression(rows) == pytest.approx(truth, abs=0.05)
    assert np.corrcoef(left_out, truth)[0, 1] > 0.95
    assert regression.low <= regression.medium
    changed = truth.copy()
    changed[names == "t3"] = 0
    assert regressed(rows, changed, names)[1][names == "t3"] == pytest.approx(
        left_out[names == "t3"], abs=1e-9
    )


def test_what_a_few_terrains_suggest_of_no_sense_is_not_learnt() -> None:
    """Here the index falls with the agreement of the scores and grows with the distance."""
    rows = np.random.default_rng(0).uniform(0, 1, (3000, 4))
    truth = 0.5 - 0.3 * rows[:, 0] + 0.2 * rows[:, 2]
    regression, _ = regressed(rows, truth, np.array([f"t{n % 10}" for n in range(3000)]))
    assert (regression.weights[:2] >= 0).all()
    assert (regression.weights[2:] <= 0).all()
    assert np.abs(regression.weights).max() < 0.02


def test_few_terrains_have_their_mean_expected_everywhere() -> None:
    rows, truth = np.zeros((3, 4)), np.array([0.2, 0.4, 0.6])
    regression, left_out = regressed(rows, truth, np.array(list("abc")))
    assert regression(rows) == pytest.approx([0.4] * 3)
    assert left_out == pytest.approx([0.4] * 3)
    assert regression.medium == 0  # nothing is undecided


def test_trust_is_what_serving_reads_and_shows_what_it_is_worth() -> None:
    scenes = [replace(scene(f"us3d/{n}", n, 64)) for n in range(10)]
    unseen = {f"us3d/{n}": histogram(100 + 15 * n, classes=3) for n in range(10)}
    found = trust(scenes, partial(normalise, how=Normalisation()), unseen, THRESHOLDS)
    assert found is not None
    assert Reference.read(found.document).medium == found.document["jaccard"]["medium"]
    assert [row["scene"] for row in found.scenes] == [f"us3d/{n}" for n in range(10)]
    assert {row["jaccard"] for row in found.scenes} == {0, 1}  # by the score: under or over 0.4
    assert found.document["terrains"] == 10
    assert "shrunk 3 times" not in found.faults  # too little would be left
    assert all(sum(shares.values()) == pytest.approx(1) for shares in found.faults.values())
    assert found.faults["bands reversed"]["low"] > found.faults["as it came"]["low"]
    assert trust(scenes[:5], partial(normalise, how=Normalisation()), unseen, THRESHOLDS) is None
