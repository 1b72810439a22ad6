import numpy as np
import pytest

from scripts.training.scoring.reliability import BYTES, reliability


def test_a_bin_tells_what_was_predicted_and_how_often_it_was_right():
    # 0.5: one of four is right; 0.6: three of four are
    curve = reliability(np.array([0.5, 0.6]), np.array([[3, 1], [1, 3]]))
    assert curve.predicted == pytest.approx([0.5, 0.6])
    assert curve.observed == pytest.approx([0.25, 0.75])
    assert list(curve.pixels) == [4, 4]
    assert curve.error == pytest.approx((0.25 + 0.15) / 2)


def test_probabilities_of_one_bin_are_taken_together():
    curve = reliability(np.array([0.52, 0.58]), np.array([[1, 0], [0, 3]]))
    assert curve.predicted == pytest.approx([(0.52 + 3 * 0.58) / 4])
    assert curve.observed == pytest.approx([0.75])


def test_certain_probabilities_fall_into_the_outer_bins():
    curve = reliability(np.array([0.0, 1.0]), np.array([[1, 0], [0, 1]]))
    assert curve.error == 0
    assert len(curve.pixels) == 2


def test_a_byte_means_what_the_readme_says():
    assert BYTES[128] == 0.5


def test_nothing_is_not_off():
    assert reliability(BYTES, np.zeros((2, 256))).error == 0
