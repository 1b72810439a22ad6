import numpy as np
import pytest
from tesela.catalogue import CLASSES, KEYS

from scripts.training.data.scenes import UNKNOWN
from scripts.training.scoring.histograms import count
from scripts.training.scoring.thresholds import promised, tune
from tests.scripts.training.made_up import histogram


def test_the_threshold_lies_between_absent_and_present():
    assert all(30 / 256 < one <= 60 / 256 for one in tune({"dstl": histogram(60)}).values())


def test_every_source_that_holds_a_class_has_a_say_in_its_threshold():
    # Absent pixels score 30 in both; only a threshold up to 60 finds the class in the first too.
    chosen = tune({"dstl": histogram(60), "simulated": histogram(200)})
    assert all(30 / 256 < one <= 60 / 256 for one in chosen.values())


def test_a_source_that_hardly_holds_a_class_has_none():
    chosen = tune({"dstl": histogram(20, size=8), "simulated": histogram(200)})
    assert all(30 / 256 < one <= 200 / 256 for one in chosen.values())


def test_a_class_that_no_validation_scene_holds_keeps_the_threshold_of_the_catalogue():
    assert tune({}) == {entry.key: entry.threshold for entry in CLASSES}


def test_a_mask_that_is_wrong_four_times_in_five_counts_for_nothing():
    # A tenth of the ground is of the class and looks like the rest: to call all of it gives a
    # Jaccard of 0.1, which eight says would make worth more than half of the other source's.
    labels = np.zeros((len(KEYS), 100, 100), np.uint8)
    labels[:, :10] = 1
    blind = count(np.full_like(labels, 20), labels)
    chosen = tune({"dstl": blind, "simulated": histogram(200)})
    assert all(30 / 256 < one <= 200 / 256 for one in chosen.values())


def test_a_promise_is_kept_where_calibrated_scores_expect_the_best_jaccard():
    # A tenth scores 128 of 256, the rest 2: half of what is called, of about 6.8 % in all.
    scores = np.full((len(KEYS), 100, 100), 2, np.uint8)
    scores[:, :10] = 128
    unlabelled = count(scores, np.full_like(scores, UNKNOWN))
    assert 2 / 256 < promised(unlabelled, 0) <= 128 / 256
    assert unlabelled.promised(0, promised(unlabelled, 0)).precision == pytest.approx(0.5)


def test_where_labels_give_no_useful_mask_the_scores_of_other_whole_scenes_tell():
    # The labelled scene looks alike everywhere. Of the others, nobody knows what is there, but a
    # tenth scores 128 of 256, which promises a mask that is right every other time.
    labels = np.zeros((len(KEYS), 100, 100), np.uint8)
    labels[:, :10] = 1
    blind = count(np.full_like(labels, 20), labels)
    scores = np.full_like(labels, 2)
    scores[:, :10] = 128
    unlabelled = count(scores, np.full_like(labels, UNKNOWN))
    chosen = tune({"dstl": blind + unlabelled, "simulated": histogram(200)})
    assert all(20 / 256 < one <= 128 / 256 for one in chosen.values())
    chosen = tune({"naip": blind + unlabelled, "simulated": histogram(200)})
    assert all(30 / 256 < one <= 200 / 256 for one in chosen.values())
