import math

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.data.scenes import UNKNOWN
from scripts.training.model.losses import cross_entropy, known_loss, soft_jaccard


def flat(*values: float, dtype: type = np.float32) -> np.ndarray:
    """One image of one row and one class."""
    return np.array(values, dtype).reshape(1, 1, -1, 1)


def test_cross_entropy_is_the_mean_surprise() -> None:
    labels, scores = flat(1, 0, dtype=np.uint8), flat(0.5, 0.75)
    expected = -(math.log(0.5) + math.log(0.25)) / 2
    assert float(cross_entropy(labels, scores)) == pytest.approx(expected, rel=1e-4)


def test_soft_jaccard_of_one_shared_pixel_in_three_is_a_third() -> None:
    labels, scores = flat(1, 1, 0, 0, dtype=np.uint8), flat(1, 0, 1, 0)
    assert float(soft_jaccard(labels, scores)) == pytest.approx(1 - 1 / 3, rel=1e-4)


def test_half_a_probability_counts_half() -> None:
    # intersection 0.5, union 0.5 + 1 - 0.5
    assert float(soft_jaccard(flat(1, dtype=np.uint8), flat(0.5))) == pytest.approx(0.5, rel=1e-4)


def test_unknown_labels_change_no_term() -> None:
    labels, scores = flat(1, 0, dtype=np.uint8), flat(0.7, 0.4)
    more = flat(1, 0, UNKNOWN, UNKNOWN, dtype=np.uint8), flat(0.7, 0.4, 0.99, 0.01)
    loss = known_loss()
    assert float(loss(*more)) == pytest.approx(float(loss(labels, scores)), rel=1e-5)


def test_a_class_that_the_batch_lacks_has_no_jaccard_term() -> None:
    labels = np.zeros((1, 1, 2, 2), np.uint8)
    labels[..., 0] = 1
    scores = np.full((1, 1, 2, 2), 0.25, np.float32)
    assert float(soft_jaccard(labels, scores)) == pytest.approx(0.75, rel=1e-4)


def test_a_batch_of_which_nothing_is_known_costs_nothing() -> None:
    assert float(known_loss()(flat(UNKNOWN, dtype=np.uint8), flat(0.3))) == pytest.approx(0)


def test_the_jaccard_term_has_the_weight_that_is_asked() -> None:
    labels, scores = flat(1, 0, dtype=np.uint8), flat(0.7, 0.4)
    entropy, jaccard = float(cross_entropy(labels, scores)), float(soft_jaccard(labels, scores))
    assert float(known_loss(0)(labels, scores)) == pytest.approx(entropy)
    assert float(known_loss(2)(labels, scores)) == pytest.approx(entropy + 2 * jaccard)


def test_a_teacher_counts_with_its_weight_where_labels_are_unknown_and_nowhere_else() -> None:
    labels = flat(1, UNKNOWN, UNKNOWN, dtype=np.uint8)
    teacher = flat(0, 127, UNKNOWN, dtype=np.uint8)  # half, of 254
    scores = flat(0.7, 0.25, 0.9)
    told = known_loss(0)(labels, scores)
    taught = known_loss(0, teacher=2)(np.concatenate([labels, teacher], axis=-1), scores)
    surprise = -(math.log(0.25) + math.log(0.75)) / 2
    assert float(taught) == pytest.approx(float(told) + 2 * surprise, rel=1e-4)
