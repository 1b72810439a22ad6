import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.catalogue import KEYS
from tesela.core.model import Model, load
from tesela.core.normalise import Normalisation

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import FloatFile, FloatPredictor, Predictor, cut, trained
from scripts.training.model.unet import build

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A network that nobody trained."""
    recipe = {"network": "unet", "filters": [4, 8], "normalisation": {"dark_percent": 1.0}}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    build(8, 10, (4, 8)).save_weights(tmp_path / "weights.weights.h5")
    return tmp_path


def test_a_float_network_scores_in_the_bytes_of_the_int8_file() -> None:
    network = build(8, 10, (4, 8))
    tile = np.random.default_rng(0).normal(0, 1, (8, 16, 24)).astype(np.float32)
    scores = FloatPredictor(network)(tile)
    exact = np.asarray(network(tile.transpose(1, 2, 0)[None]))[0].transpose(2, 0, 1)
    assert scores.shape == (10, 16, 24)
    assert scores.dtype == np.uint8
    assert np.abs(scores - 256 * exact).max() <= 0.5


def test_a_certain_float_network_stays_within_a_byte() -> None:
    network = build(8, 10, (4, 8))
    network.layers[-1].bias.assign(np.full(10, 20))
    assert (FloatPredictor(network)(np.zeros((8, 16, 16), np.float32)) == 255).all()


def test_a_run_is_judged_through_tiles_with_its_own_normalisation(
    run: Path, scene: TrainingScene
) -> None:
    predictor = trained(run)
    assert isinstance(predictor.normalise, partial)
    assert predictor.normalise.keywords == {"how": Normalisation(dark_percent=1)}
    (histogram,) = predictor.histograms([scene]).values()
    assert histogram.positives(0) == 40 * 40
    assert histogram.counts.sum() == 200 * 180  # one class is known


def test_a_calibration_changes_the_scores(run: Path, scene: TrainingScene) -> None:
    sure = {"slope": 1.0, "offset": 30.0}
    (run / "calibration.json").write_text(json.dumps({"classes": dict.fromkeys(KEYS, sure)}))
    assert trained(run).scores(scene).max() < 255
    assert (trained(run, run / "calibration.json").scores(scene) == 255).all()
    assert (trained(run, run / "none.json").scores(scene) == trained(run).scores(scene)).all()


def test_a_scene_is_cut_into_chips_of_an_upload(scene: TrainingScene) -> None:
    large = TrainingScene("dstl/x", "test", np.tile(scene.pixels, 2), np.tile(scene.labels, 2))
    chips = list(cut(large, 160))
    assert [chip.name for chip in chips] == ["dstl/x_0_0", "dstl/x_0_160"]
    assert chips[1].pixels.shape == (8, 160, 160)
    assert np.array_equal(chips[1].labels, large.labels[:, :160, 160:320])


def test_chips_are_normalised_each_by_itself(scene: TrainingScene) -> None:
    seen = []
    model = Model(
        {"tile_px": 100}, Normalisation(), {}, lambda tile: np.zeros((10, 100, 100), np.uint8)
    )

    def normalise(pixels: np.ndarray, _: object) -> np.ndarray:
        seen.append(pixels.shape)
        return pixels

    predictor = Predictor(model, normalise)
    (histogram,) = predictor.histograms_in_chips([scene]).values()
    assert seen == [(8, 100, 100)] * 2
    assert histogram.counts.sum() == 2 * 100 * 100


SHIPPED = Path(__file__).parents[4] / "lambda_image" / "model"


def test_the_served_file_says_in_floats_nearly_what_it_says_in_int8() -> None:
    rng = np.random.default_rng(4)
    tile = np.kron(rng.uniform(-0.5, 2, (8, 20, 20)), np.ones((8, 8))).astype(np.float32)
    int8 = load(SHIPPED).predict_tile(tile).astype(int)
    floats = FloatFile(SHIPPED / "unet_int8.tflite")(tile).astype(int)
    assert floats.shape == int8.shape
    assert int8.std() > 10
    assert 0 < np.abs(floats - int8).mean() < 1.5


def test_other_tiles_have_other_scores() -> None:
    network = FloatFile(SHIPPED / "unet_int8.tflite")
    dark, bright = (network(np.full((8, 160, 160), level, np.float32)) for level in (0.0, 1.0))
    assert not np.array_equal(dark, bright)
