import numpy as np
import pytest
from tesela.catalogue import KEYS

from scripts.training.data.scenes import UNKNOWN
from scripts.training.scoring.histograms import BYTES, count, reliability, total


def ten(first: list[list[int]]) -> np.ndarray:
    """Ten classes of which the first holds something."""
    full = np.zeros((len(KEYS), 3, 3), np.uint8)
    full[0] = first
    return full


TRUTH = ten([[1, 1, 0], [0, 0, 0], [0, 0, 0]])
SCORES = ten([[200, 10, 200], [0, 0, 0], [0, 0, 0]])


def test_jaccard_of_one_shared_pixel_in_three_is_a_third() -> None:
    confusion = count(SCORES, TRUTH).at(0, 0.5)
    assert (confusion.hits, confusion.false_alarms, confusion.misses) == (1, 1, 1)
    assert confusion.iou == pytest.approx(1 / 3)
    assert confusion.precision == confusion.recall == 0.5


def test_sums_are_taken_over_scenes_before_the_ratio() -> None:
    both = count(SCORES, TRUTH) + count(TRUTH * 255, TRUTH)
    assert both.at(0, 0.5).iou == pytest.approx((1 + 2) / (3 + 2))
    assert total([both, both]).at(0, 0.5).iou == both.at(0, 0.5).iou


def test_unknown_pixels_count_nowhere() -> None:
    histogram = count(SCORES, ten([[1, UNKNOWN, UNKNOWN], [0, 0, 0], [0, 0, 0]]))
    assert histogram.at(0, 0.5).iou == 1
    assert histogram.positives(0) == 1


def test_a_false_alarm_is_counted_by_what_is_there() -> None:
    # Both classes are called at the first three pixels; a road lies at the second, both at the third.
    first, second = [[0, 0, 1], [0, 0, 0], [0, 0, 0]], [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    labels = ten(first)
    labels[2] = second
    scores = np.zeros_like(labels)
    scores[:, 0] = 200
    found = count(scores, labels)
    expected = np.zeros(len(KEYS) + 1)
    expected[2], expected[-1] = 1, 1  # a road, and nothing
    assert found.confused_with(0, 0.5).tolist() == expected.tolist()
    assert found.at(0, 0.5).false_alarms == 2
    assert (found * 0.5 + found).confused_with(0, 0.5).tolist() == (1.5 * expected).tolist()


def test_where_a_class_is_unknown_it_is_called_nowhere_wrongly() -> None:
    labels = ten([[UNKNOWN] * 3] * 3)
    labels[2] = 1
    assert not count(np.full_like(labels, 200), labels).confused_with(0, 0.5).any()


def test_average_precision_is_one_where_scores_part_and_the_share_where_they_do_not() -> None:
    assert count(TRUTH * 9, TRUTH).average_precision(0) == 1
    assert count(TRUTH * 0, TRUTH).average_precision(0) == pytest.approx(2 / 9)
    # Half of the class comes first, with as much that is not; the rest when all is called.
    assert count(SCORES, TRUTH).average_precision(0) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_a_scene_can_count_by_half() -> None:
    assert (count(SCORES, TRUTH) * 0.5).positives(0) == 1


def test_a_threshold_takes_in_the_byte_that_it_names() -> None:
    histogram = count(
        np.full((len(KEYS), 1, 1), 128, np.uint8), np.ones((len(KEYS), 1, 1), np.uint8)
    )
    assert histogram.at(0, 0.5).hits == 1
    assert histogram.at(0, 0.51).misses == 1


def test_the_mean_score_is_that_of_what_is_called() -> None:
    assert count(SCORES, TRUTH).mean_score(0, 0.5) == 200 / 256
    assert count(SCORES, TRUTH).mean_score(0, 0.9) is None


def test_nothing_sums_to_a_tally_that_holds_nothing() -> None:
    assert total([]).positives(0) == 0
    assert total([]).at(0, 0.5).iou == 0


def test_a_bin_tells_what_was_predicted_and_how_often_it_was_right() -> None:
    # 0.5: one of four is right; 0.6: three of four are
    curve = reliability(np.array([0.5, 0.6]), np.array([[3, 1], [1, 3]]))
    assert curve.predicted == pytest.approx([0.5, 0.6])
    assert curve.observed == pytest.approx([0.25, 0.75])
    assert list(curve.pixels) == [4, 4]
    assert curve.error == pytest.approx((0.25 + 0.15) / 2)


def test_probabilities_of_one_bin_are_taken_together() -> None:
    curve = reliability(np.array([0.52, 0.58]), np.array([[1, 0], [0, 3]]))
    assert curve.predicted == pytest.approx([(0.52 + 3 * 0.58) / 4])
    assert curve.observed == pytest.approx([0.75])


def test_certain_probabilities_fall_into_the_outer_bins() -> None:
    curve = reliability(np.array([0.0, 1.0]), np.array([[1, 0], [0, 1]]))
    assert curve.error == 0
    assert len(curve.pixels) == 2


def test_a_byte_means_what_the_readme_says() -> None:
    assert BYTES[128] == 0.5


def test_nothing_is_not_off() -> None:
    assert reliability(BYTES, np.zeros((2, 256))).error == 0
