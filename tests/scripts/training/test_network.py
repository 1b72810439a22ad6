import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training import baseline
from scripts.training.network import build


@pytest.mark.parametrize(("height", "width"), [(8, 8), (16, 24)])
def test_each_pixel_gets_a_probability_for_each_class(height: int, width: int):
    model = build(bands=8, classes=10, filters=(4, 8, 8))
    scores = np.asarray(model(np.zeros((2, height, width, 8), np.float32)))
    assert scores.shape == (2, height, width, 10)
    assert ((scores > 0) & (scores < 1)).all()


def test_probabilities_start_low_because_classes_are_rare():
    scores = np.asarray(build(8, 10, (4, 8))(np.zeros((1, 4, 4, 8), np.float32)))
    assert scores.mean() == pytest.approx(1 / (1 + np.exp(3.9)), rel=1e-3)


def test_the_network_served_stays_small():
    assert build(8, 10).count_params() < 2_500_000


def test_the_baseline_is_the_older_projects_network():
    model = baseline.build(8, 10)
    widths = [layer.filters for layer in model.layers if hasattr(layer, "filters")]
    assert widths == [64, 64, 128, 128, 128, 256, 256, 256, 128, 128, 128, 64, 64, 10]
    scores = np.asarray(model(np.ones((1, 8, 8, 8), np.float32)))
    assert scores.shape == (1, 8, 8, 10)
    assert scores.sum(axis=-1) == pytest.approx(1, abs=1e-5)  # softmax: classes exclude each other
