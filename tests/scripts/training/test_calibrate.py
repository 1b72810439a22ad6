import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.catalogue import KEYS

from scripts.training import calibrate
from scripts.training.data.scenes import UNKNOWN, TrainingScene, save_scenes
from scripts.training.model.platt import LOGITS, Scaling
from scripts.training.model.unet import build

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def constant(logit: float):
    """A network that says the same of every pixel."""
    network = build(8, 10, (4, 8))
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel * 0, bias * 0 + logit])
    return network


def spread_of(scene: TrainingScene, logit: float = -2.0) -> np.ndarray:
    (found,) = calibrate.spread(constant(logit), lambda pixels, _: pixels, [scene]).values()
    return found


def test_known_pixels_are_counted_by_their_logit(scene: TrainingScene):
    found = spread_of(scene)
    place = np.argmin(np.abs(LOGITS + 2))
    assert found[0, :, place].tolist() == [200 * 180 - 1600, 1600]
    assert found.sum() == 200 * 180


def test_scenes_may_have_any_size(scene: TrainingScene):
    sizes = (64, 70, 101)
    scenes = [
        TrainingScene(f"dstl/{n}", "train", scene.pixels[:, :n, :n], scene.labels[:, :n, :n])
        for n in sizes
    ]
    (found,) = calibrate.spread(constant(0), lambda pixels, _: pixels, scenes).values()
    assert found.sum() == sum(n * n for n in sizes)


def test_a_constant_score_is_moved_to_the_share_of_the_class(scene: TrainingScene):
    scaling = calibrate.fitted({"dstl": spread_of(scene)}, 0)
    # Sixteen looks are few, and the prior keeps some of what the network said.
    share = 1600 / (200 * 180)
    assert share * 0.9 < scaling(np.array([-2.0]))[0] < (share + 0.12) / 2


def test_a_class_that_no_validation_scene_holds_is_left_alone(scene: TrainingScene):
    assert calibrate.fitted({"dstl": spread_of(scene)}, 3) == Scaling()


def test_dstl_has_most_to_say_of_how_often_a_class_occurs(scene: TrainingScene):
    everywhere = np.where(scene.labels == UNKNOWN, UNKNOWN, 1).astype(np.uint8)
    full = TrainingScene("naip/x", "validation", scene.pixels, everywhere)
    spreads = {"dstl": spread_of(scene), "naip": spread_of(full)}
    mixed = calibrate._mixed(spreads, 0)
    share = 1600 / (200 * 180)
    assert mixed[1].sum() / mixed.sum() == pytest.approx((8 * share + 1) / 9)


def test_the_command_leaves_calibrated_weights_and_says_what_it_did(
    tmp_path: Path, scene: TrainingScene, monkeypatch: pytest.MonkeyPatch
):
    one = TrainingScene("dstl/a", "validation", scene.pixels, scene.labels)
    save_scenes(iter([one]), tmp_path / "scenes")
    recipe = {
        "hold_out": ["a"],
        "network": "unet",
        "filters": [4, 8],
        "normalisation": {},
        "scenes": {},
    }
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    constant(-2).save_weights(tmp_path / "weights.weights.h5")
    monkeypatch.setattr(sys, "argv", ["calibrate", "--run", str(tmp_path)])
    calibrate.main()
    classes = json.loads((tmp_path / "calibration.json").read_text())["classes"]
    assert list(classes) == list(KEYS)
    assert classes["buildings"]["after"]["error"] < classes["buildings"]["before"]["error"]
    network = build(8, 10, (4, 8), head=4)
    network.load_weights(tmp_path / "calibrated.weights.h5")
    found = Scaling(classes["buildings"]["slope"], classes["buildings"]["offset"])
    bias = network.layers[-1].get_weights()[1]
    assert bias[0] == pytest.approx(-2 * found.slope + found.offset, rel=1e-5)
    assert bias[1] == pytest.approx(-2)
