import numpy as np
import pytest
from tesela.catalogue import KEYS

from scripts.training.scoring.bootstrap import by_source, holding, interval, jaccards, mean
from tests.scripts.training.made_up import histogram

HALF = dict.fromkeys(KEYS, 0.5)
ALL_FOUND, NONE_FOUND = histogram(200), histogram(100)


def test_scenes_that_are_all_alike_leave_an_interval_of_no_width() -> None:
    draws = jaccards({name: histogram(200, absent=200) for name in "abcd"}, HALF)
    assert interval(draws[0], 4) == interval(mean(draws), 4) == (0.5, 0.5)


def test_of_two_scenes_a_quarter_of_the_draws_takes_one_alone() -> None:
    draws = jaccards({"found": ALL_FOUND, "missed": NONE_FOUND}, HALF)[0]
    assert set(draws) == {0.0, 0.5, 1.0}
    assert np.mean(draws == 1) == pytest.approx(0.25, abs=0.03)
    assert interval(draws, 2) == (0, 1)


def test_one_scene_has_no_interval() -> None:
    draws = jaccards({"a": ALL_FOUND}, HALF)
    assert interval(draws[0], 1) is None


def test_draws_without_the_class_say_nothing_of_it() -> None:
    grounds = {"town": ALL_FOUND, "desert": histogram(200, classes=0)}
    draws = jaccards(grounds, HALF)[0]
    assert holding(grounds, 0) == 1
    assert np.isnan(draws).any()
    assert set(draws[~np.isnan(draws)]) == {1.0}


def test_the_mean_of_a_draw_is_over_the_classes_that_it_holds() -> None:
    draws = np.array([[0.2, np.nan, np.nan], [0.4, 0.6, np.nan]])
    assert mean(draws)[:2] == pytest.approx([0.3, 0.6])
    assert np.isnan(mean(draws)[2])


def test_two_models_are_drawn_alike() -> None:
    grounds = {"found": ALL_FOUND, "missed": NONE_FOUND}
    assert np.array_equal(jaccards(grounds, HALF), jaccards(grounds, HALF))


def test_two_scenes_of_the_same_ground_count_as_one() -> None:
    names = ("dstl/6110_3_1", "dstl/6120_2_0", "dstl/6140_3_1", "naip/1")
    grounds = by_source({name: histogram(200) for name in names})
    assert {source: list(found) for source, found in grounds.items()} == {
        "dstl": ["6110_3_1+6140_3_1", "6120_2_0"],
        "naip": ["1"],
    }
    assert [one.positives(0) for one in grounds["dstl"].values()] == [800, 800]


def test_a_twin_whose_other_is_not_there_counts_in_full() -> None:
    grounds = by_source({"competition/6140_3_1": histogram(200)})
    assert grounds["competition"]["6140_3_1"].positives(0) == 800
