import numpy as np
import pytest
from tesela.catalogue import CLASSES, KEYS

from scripts.training.scoring.histograms import count
from scripts.training.scoring.thresholds import judged_at, mixed, nested, tune
from tests.scripts.training.made_up import histogram


def test_the_threshold_lies_between_absent_and_present() -> None:
    assert all(
        30 / 256 < one <= 60 / 256 for one in tune({"dstl": histogram(60)}).thresholds.values()
    )


def test_every_source_that_holds_a_class_has_a_say_in_its_threshold() -> None:
    # Absent pixels score 30 in both; only a threshold up to 60 finds the class in the first too.
    chosen = tune({"dstl": histogram(60), "vegas": histogram(200)}).thresholds
    assert all(30 / 256 < one <= 60 / 256 for one in chosen.values())


def test_false_alarms_count_where_the_class_is_absent_too() -> None:
    held = {"vegas": histogram(60), "us3d": histogram(200)}
    assert all(30 / 256 < one <= 60 / 256 for one in tune(held).thresholds.values())
    absent = {"dstl": histogram(0, absent=100, classes=0)}
    chosen = tune(held | absent).thresholds
    assert all(100 / 256 < one <= 200 / 256 for one in chosen.values())


def test_a_source_that_hardly_holds_a_class_has_none() -> None:
    chosen = tune({"dstl": histogram(20, size=8), "vegas": histogram(200)}).thresholds
    assert all(30 / 256 < one <= 200 / 256 for one in chosen.values())


def test_a_class_that_no_validation_scene_holds_keeps_the_threshold_of_the_catalogue() -> None:
    assert tune({}).thresholds == {entry.key: entry.threshold for entry in CLASSES}


def test_a_source_whose_terrain_is_in_no_fold_has_no_say_where_one_in_folds_holds_the_class() -> (
    None
):
    chosen = tune({"dstl": histogram(60), "naip": histogram(200, absent=190)}).thresholds
    assert all(30 / 256 < one <= 60 / 256 for one in chosen.values())
    alone = tune({"naip": histogram(200, absent=190)}).thresholds
    assert all(190 / 256 < one <= 200 / 256 for one in alone.values())


def test_a_class_that_no_threshold_shows_usefully_shows_its_surest_pixels_and_is_named() -> None:
    # Of the thousand pixels called at 200, a quarter are right: less than a mask needs. Of the ten at
    # 230, nine are.
    labels = np.zeros((len(KEYS), 100, 100), np.uint8)
    labels[:, :10] = 1
    scores = np.full_like(labels, 10)
    scores[:, 0, :] = scores[:, 1, :100] = scores[:, 2, :50] = 200
    scores[:, 20:27, :] = scores[:, 27, :50] = 200
    scores[:, 3, :9] = scores[:, 30, :1] = 230
    tuned = tune({"dstl": count(scores, labels)})
    assert tuned.surest == KEYS
    assert all(200 / 256 < one <= 230 / 256 for one in tuned.thresholds.values())


def test_where_a_mask_is_useful_no_class_is_named() -> None:
    assert tune({"dstl": histogram(60)}).surest == ()


def test_sources_are_mixed_by_weight_whatever_their_size() -> None:
    small, large = histogram(200, size=40), histogram(200, size=80, classes=5)
    found = mixed({"dstl": small, "vegas": large}, 0)
    assert found.counts[0].sum() == pytest.approx(8 + 1)
    assert found.positives(0) == pytest.approx((8 + 1) / 2)


def test_of_thresholds_that_show_the_same_the_highest_is_taken() -> None:
    chosen = tune({"dstl": histogram(200)}).thresholds
    assert set(chosen.values()) == {0.78}  # the next would be over 200 / 256


def test_a_terrain_has_no_say_in_the_thresholds_that_judge_it() -> None:
    scenes = {"dstl/6120_2_0": histogram(60), "dstl/6040_4_4": histogram(200)}
    own = nested(scenes)
    assert own["dstl/6120_2_0"] == tune({"dstl": histogram(200)}).thresholds
    assert own["dstl/6040_4_4"] == tune({"dstl": histogram(60)}).thresholds


def test_scenes_of_one_terrain_are_left_out_together() -> None:
    twins = {"dstl/6110_3_1": histogram(60), "dstl/6140_3_1": histogram(60)}
    own = nested(twins | {"dstl/6040_4_4": histogram(200)})
    assert own["dstl/6110_3_1"] == own["dstl/6140_3_1"]
    assert own["dstl/6110_3_1"]["roads"] == 0.78


def test_a_scene_is_judged_at_its_own_thresholds_wherever_the_common_ones_lie() -> None:
    found = histogram(60)
    own, common = dict.fromkeys(KEYS, 0.2), dict.fromkeys(KEYS, 0.7)
    moved = judged_at(found, own, common)
    assert moved.at(2, 0.7) == found.at(2, 0.2)
    assert moved.confused_with(2, 0.7) == pytest.approx(found.confused_with(2, 0.2))
