import numpy as np
import pytest

pytest.importorskip("keras", reason="the training extra is not installed")

import keras
from keras import layers
from scipy import special

from scripts.training.model.platt import EDGE, LOGITS, Scaling, fit, fold, logits_of

RARE = np.exp(-((LOGITS + 3) ** 2) / 8)  # how many pixels have each logit, in some unit


def distorted(slope: float, offset: float) -> np.ndarray:
    """Absent and present pixels whose true probability is sigmoid(slope x logit + offset)."""
    truth = special.expit(slope * LOGITS + offset)
    return np.stack([RARE * (1 - truth), RARE * truth])


@pytest.mark.parametrize(("slope", "offset"), [(1, 0), (0.5, -1.5), (2, 1)])
def test_a_known_distortion_is_found(slope: float, offset: float) -> None:
    found = fit(distorted(slope, offset), positives=1e8)
    assert (found.slope, found.offset) == pytest.approx((slope, offset), abs=2e-3)


def test_few_pixels_move_nothing_far() -> None:
    far = fit(distorted(0.5, -1.5), positives=1e6)
    near = fit(distorted(0.5, -1.5), positives=1)
    assert far.slope < near.slope < 1
    assert far.offset < near.offset < 0


def test_the_slope_stays_positive_however_wrong_the_scores_are() -> None:
    assert fit(distorted(-1, 0), positives=1e6).slope > 0


@pytest.mark.parametrize(
    "last",
    [
        layers.Conv2D(10, 1, activation="sigmoid", bias_initializer="normal"),
        layers.Conv2DTranspose(10, 2, strides=2, activation="sigmoid", bias_initializer="normal"),
    ],
    ids=["convolution", "transposed"],
)
def test_folded_into_the_last_layer_a_scaling_does_exactly_what_it_says(last: layers.Layer) -> None:
    inputs = keras.Input((4, 4, 3))
    network = keras.Model(inputs, last(inputs))
    pixels = np.random.default_rng(0).normal(0, 3, (1, 4, 4, 3)).astype(np.float32)
    logits = special.logit(np.asarray(network(pixels), float))
    scalings = [Scaling(0.5 + 0.1 * n, n - 5) for n in range(10)]
    fold(network, scalings)
    expected = [scaling(logits[..., n]) for n, scaling in enumerate(scalings)]
    assert np.asarray(network(pixels)) == pytest.approx(np.stack(expected, -1), rel=1e-3, abs=1e-6)


def test_a_network_that_ends_otherwise_is_refused() -> None:
    inputs = keras.Input((4, 4, 3))
    with pytest.raises(ValueError, match="does not end in a sigmoid"):
        fold(keras.Model(inputs, layers.Conv2D(10, 1)(inputs)), [Scaling()] * 10)


def test_logits_stay_within_the_edges() -> None:
    given = np.array([0, 0.5, 1], np.float32)
    assert logits_of(given) == pytest.approx([-EDGE, 0, EDGE])
