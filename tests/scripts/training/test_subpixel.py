import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.model.unet import build
from scripts.training.subpixel import subpixel


def test_the_convolution_says_what_the_transposed_one_says_at_borders_too():
    network = build(8, 10, filters=(4, 8), head=4)
    image = np.random.default_rng(0).uniform(-0.5, 3, (1, 16, 24, 8)).astype(np.float32)
    kernel, bias = network.layers[-1].get_weights()
    bias = np.linspace(-2, 2, len(bias))
    network.layers[-1].set_weights([kernel, bias])
    expected = np.asarray(network(image))
    assert np.ptp(expected) > 0.5
    assert np.asarray(subpixel(network)(image)) == pytest.approx(expected, abs=1e-5)
