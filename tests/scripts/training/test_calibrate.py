import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.catalogue import KEYS

from scripts.training import calibrate
from scripts.training.data.scenes import UNKNOWN, TrainingScene, save_scenes
from scripts.training.model.platt import Scaling
from scripts.training.model.unet import build
from scripts.training.scoring.histograms import ScoreHistograms
from scripts.training.scoring.thresholds import mixed
from tests.scripts.training.test_out_of_fold import constant, counted

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SHARE = 1600 / (200 * 180)


def sources_of(scene: TrainingScene) -> dict[str, ScoreHistograms]:
    return {"dstl": counted(scene, -2.0)}


def test_a_constant_score_is_moved_to_the_share_of_the_class(scene: TrainingScene) -> None:
    scaling = calibrate.fitted(sources_of(scene), 0)
    # Sixteen looks are few, and the prior keeps some of what the network said.
    assert SHARE * 0.9 < scaling(np.array([-2.0]))[0] < (SHARE + 0.12) / 2


def test_a_class_that_no_scene_held_out_shows_is_left_alone(scene: TrainingScene) -> None:
    assert calibrate.fitted(sources_of(scene), 3) == Scaling()


def test_whole_scenes_weigh_most_in_how_often_a_class_occurs(scene: TrainingScene) -> None:
    everywhere = np.where(scene.labels == UNKNOWN, UNKNOWN, 1).astype(np.uint8)
    full = TrainingScene("vegas/x", "train", scene.pixels, everywhere)
    found = mixed({**sources_of(scene), "vegas": counted(full, -2.0)}, 0).counts[0]
    assert found[1].sum() / found.sum() == pytest.approx((8 * SHARE + 1) / 9)


def test_the_command_leaves_calibrated_weights_and_says_what_it_did(
    tmp_path: Path, scene: TrainingScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = TrainingScene("dstl/a", "train", scene.pixels, scene.labels)
    save_scenes(iter([kept]), tmp_path / "scenes")
    recipe = {
        "hold_out": ["dstl/a"],
        "filters": [4, 8],
        "network": "unet",
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
