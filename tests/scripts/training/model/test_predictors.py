import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.core.model import Model
from tesela.core.normalise import Normalisation

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.float_model import FloatPredictor
from scripts.training.model.predictors import Contestant, cut, trained
from scripts.training.model.unet import build
from tests.scripts.training.made_up import KEYS

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A network that nobody trained."""
    recipe = {"filters": [4, 8], "normalisation": {"dark_percent": 1.0}}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    build(8, 10, (4, 8)).save_weights(tmp_path / "weights.weights.h5")
    return tmp_path


def test_a_float_network_scores_in_the_bytes_of_the_int8_file():
    network = build(8, 10, (4, 8))
    tile = np.random.default_rng(0).normal(0, 1, (8, 16, 24)).astype(np.float32)
    scores = FloatPredictor(network)(tile)
    exact = np.asarray(network(tile.transpose(1, 2, 0)[None]))[0].transpose(2, 0, 1)
    assert (scores.shape, scores.dtype) == ((10, 16, 24), np.uint8)
    assert np.abs(scores - 256 * exact).max() <= 0.5


def test_a_certain_float_network_stays_within_a_byte():
    network = build(8, 10, (4, 8))
    network.layers[-1].bias.assign(np.full(10, 20))
    assert (FloatPredictor(network)(np.zeros((8, 16, 16), np.float32)) == 255).all()


def test_a_run_is_judged_through_tiles_with_its_own_normalisation(run: Path, scene: TrainingScene):
    contestant = trained(run)
    assert contestant.normalise.keywords == {"how": Normalisation(dark_percent=1)}
    (tally,) = contestant.tallies([scene]).values()
    assert tally.positives(0) == 40 * 40
    assert tally.counts.sum() == 200 * 180  # one class is known


def test_a_calibration_changes_the_scores(run: Path, scene: TrainingScene):
    sure = {"slope": 1.0, "offset": 30.0}
    (run / "calibration.json").write_text(json.dumps({"classes": dict.fromkeys(KEYS, sure)}))
    assert trained(run).scores(scene).max() < 255
    assert (trained(run, run / "calibration.json").scores(scene) == 255).all()
    assert (trained(run, run / "none.json").scores(scene) == trained(run).scores(scene)).all()


def test_a_scene_is_cut_into_chips_of_an_upload(scene: TrainingScene):
    large = TrainingScene("dstl/x", "test", np.tile(scene.pixels, 2), np.tile(scene.labels, 2))
    chips = list(cut(large, 160))
    assert [chip.name for chip in chips] == ["dstl/x_0_0", "dstl/x_0_160"]
    assert chips[1].pixels.shape == (8, 160, 160)
    assert np.array_equal(chips[1].labels, large.labels[:, :160, 160:320])


def test_chips_are_normalised_each_by_itself(scene: TrainingScene):
    seen = []
    model = Model(
        {"tile_px": 100}, Normalisation(), {}, lambda tile: np.zeros((10, 100, 100), np.uint8)
    )
    contestant = Contestant(model, lambda pixels, _: seen.append(pixels.shape) or pixels)
    (tally,) = contestant.tallies_in_chips([scene]).values()
    assert seen == [(8, 100, 100)] * 2
    assert tally.counts.sum() == 2 * 100 * 100
