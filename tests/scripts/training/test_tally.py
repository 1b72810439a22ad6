import numpy as np
import pytest
from tesela.catalogue import KEYS

from scripts.training.scene import UNKNOWN
from scripts.training.tally import Tally


def ten(first: list[list[int]]) -> np.ndarray:
    """Ten classes of which the first holds something."""
    full = np.zeros((len(KEYS), 3, 3), np.uint8)
    full[0] = first
    return full


TRUTH = ten([[1, 1, 0], [0, 0, 0], [0, 0, 0]])
SCORES = ten([[200, 10, 200], [0, 0, 0], [0, 0, 0]])


def test_jaccard_of_one_shared_pixel_in_three_is_a_third():
    tally = Tally()
    tally.add(SCORES, TRUTH)
    confusion = tally.at(0, 0.5)
    assert (confusion.hits, confusion.false_alarms, confusion.misses) == (1, 1, 1)
    assert confusion.iou == pytest.approx(1 / 3)
    assert confusion.precision == confusion.recall == 0.5


def test_sums_are_taken_over_scenes_before_the_ratio():
    tally = Tally()
    tally.add(SCORES, TRUTH)
    tally.add(TRUTH * 255, TRUTH)
    assert tally.at(0, 0.5).iou == pytest.approx((1 + 2) / (3 + 2))


def test_unknown_pixels_count_nowhere():
    tally = Tally()
    tally.add(SCORES, ten([[1, UNKNOWN, UNKNOWN], [0, 0, 0], [0, 0, 0]]))
    assert tally.at(0, 0.5).iou == 1
    assert tally.positives(0) == 1


def test_scenes_of_the_same_ground_can_share_one_weight():
    tally = Tally()
    tally.add(SCORES, TRUTH, weight=0.5)
    assert tally.positives(0) == 1


def test_a_threshold_takes_in_the_byte_that_it_names():
    tally = Tally()
    tally.add(np.full((len(KEYS), 1, 1), 128, np.uint8), np.ones((len(KEYS), 1, 1), np.uint8))
    assert tally.at(0, 0.5).hits == 1
    assert tally.at(0, 0.51).misses == 1
