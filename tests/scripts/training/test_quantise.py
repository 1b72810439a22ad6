from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.core.interpreter import Int8Interpreter

from scripts.training.model.unet import build
from scripts.training.quantise import convert, subpixel

TILE_PX = 16


def tiles() -> Iterator[list[np.ndarray]]:
    rng = np.random.default_rng(0)
    for _ in range(8):
        yield [rng.uniform(-0.5, 3, (1, TILE_PX, TILE_PX, 8)).astype(np.float32)]


def test_a_converted_network_is_what_serving_loads_and_scores_as_before(tmp_path: Path) -> None:
    model = build(8, 10, filters=(4, 8))
    path = tmp_path / "tiny.tflite"
    path.write_bytes(convert(model, TILE_PX, tiles))
    predict = Int8Interpreter(path)  # refuses anything but int8 with a sigmoid of 1/256
    for (tile,) in tiles():
        scores = predict(tile[0].transpose(2, 0, 1))
        exact = np.asarray(model(tile))[0].transpose(2, 0, 1) * 256
        assert scores.shape == (10, TILE_PX, TILE_PX)
        assert np.abs(scores - exact).max() < 4


def test_the_convolution_says_what_the_transposed_one_says_at_borders_too() -> None:
    network = build(8, 10, filters=(4, 8), head=4)
    image = np.random.default_rng(0).uniform(-0.5, 3, (1, 16, 24, 8)).astype(np.float32)
    kernel, bias = network.layers[-1].get_weights()
    bias = np.linspace(-2, 2, len(bias))
    network.layers[-1].set_weights([kernel, bias])
    expected = np.asarray(network(image))
    assert np.ptp(expected) > 0.5
    assert np.asarray(subpixel(network)(image)) == pytest.approx(expected, abs=1e-5)
