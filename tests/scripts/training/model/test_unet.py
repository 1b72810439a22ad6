import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

import keras

from scripts.training.model import segnet
from scripts.training.model.unet import BatchNormalization, build, smooth_head


@pytest.mark.parametrize(("height", "width"), [(8, 8), (16, 24)])
def test_each_pixel_gets_a_probability_for_each_class(height: int, width: int) -> None:
    model = build(bands=8, classes=10, filters=(4, 8, 8))
    scores = np.asarray(model(np.zeros((2, height, width, 8), np.float32)))
    assert scores.shape == (2, height, width, 10)
    assert ((scores > 0) & (scores < 1)).all()


def test_probabilities_start_low_because_classes_are_rare() -> None:
    scores = np.asarray(build(8, 10, (4, 8))(np.zeros((1, 4, 4, 8), np.float32)))
    assert scores.mean() == pytest.approx(1 / (1 + np.exp(3.9)), rel=1e-3)


def test_the_network_served_stays_small() -> None:
    assert build(8, 10).count_params() < 2_500_000


def test_the_baseline_is_the_older_projects_network() -> None:
    model = segnet.build(8, 10)
    widths = [layer.filters for layer in model.layers if hasattr(layer, "filters")]
    assert widths == [64, 64, 128, 128, 128, 256, 256, 256, 128, 128, 128, 64, 64, 10]
    scores = np.asarray(model(np.ones((1, 8, 8, 8), np.float32)))
    assert scores.shape == (1, 8, 8, 10)
    assert scores.sum(axis=-1) == pytest.approx(1, abs=1e-5)  # softmax: classes exclude each other


def logits(model: keras.Model, image: np.ndarray) -> np.ndarray:
    scores = np.asarray(model(image), np.float64)[0]
    return np.asarray(np.log(scores / (1 - scores)))


def test_what_ships_gives_the_trained_logits_through_a_binomial_filter() -> None:
    trained = build(8, 10, filters=(4, 8))
    image = np.random.default_rng(0).uniform(-0.5, 3, (1, 16, 16, 8)).astype(np.float32)
    before, after = (
        logits(one, image) for one in (trained, smooth_head(trained, build(8, 10, (4, 8), head=4)))
    )
    around = before[4:7, 7:10] * np.outer((1, 2, 1), (1, 2, 1))[:, :, None] / 16
    assert after[5, 8] == pytest.approx(around.sum(axis=(0, 1)), abs=1e-3)


def test_what_ships_has_no_chequered_pattern() -> None:
    trained = build(8, 10, filters=(4, 8))
    image = np.random.default_rng(0).uniform(-0.5, 3, (1, 32, 32, 8)).astype(np.float32)
    inside = slice(4, -4)
    before, after = (
        np.abs(alternating(logits(one, image)))[inside, inside].mean()
        for one in (trained, smooth_head(trained, build(8, 10, (4, 8), head=4)))
    )
    assert after < before / 3


def alternating(values: np.ndarray) -> np.ndarray:
    """How much each pixel of (H, W, classes) is above its left neighbour less its right one."""
    return np.asarray(values[:, 1:-1] - (values[:, :-2] + values[:, 2:]) / 2)


def test_the_batch_is_normalised_as_keras_does() -> None:
    ours, theirs = BatchNormalization(), keras.layers.BatchNormalization()
    batch = np.random.default_rng(0).normal(2, 3, (4, 32, 32, 5)).astype(np.float32)
    for training in (True, False):
        seen, expected = (np.asarray(one(batch, training=training)) for one in (ours, theirs))
        assert seen == pytest.approx(expected, abs=1e-3)
    for weight, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert weight == pytest.approx(expected, rel=1e-3, abs=1e-6)
