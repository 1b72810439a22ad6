import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from pathlib import Path

from tesela.core.model import load

from scripts.training.model.float_file import FloatFile

SHIPPED = Path(__file__).parents[4] / "lambda_image" / "model"


def test_the_served_file_says_in_floats_nearly_what_it_says_in_int8():
    rng = np.random.default_rng(4)
    tile = np.kron(rng.uniform(-0.5, 2, (8, 20, 20)), np.ones((8, 8))).astype(np.float32)
    int8 = load(SHIPPED).predict_tile(tile).astype(int)
    floats = FloatFile(SHIPPED / "unet_int8.tflite")(tile).astype(int)
    assert floats.shape == int8.shape
    assert int8.std() > 10
    assert 0 < np.abs(floats - int8).mean() < 1.5


def test_other_tiles_have_other_scores():
    network = FloatFile(SHIPPED / "unet_int8.tflite")
    dark, bright = (network(np.full((8, 160, 160), level, np.float32)) for level in (0.0, 1.0))
    assert not np.array_equal(dark, bright)
