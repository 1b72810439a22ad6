import json
from pathlib import Path

import numpy as np
import pytest
from scipy import special

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from typing import Any

from scripts.training import out_of_fold
from scripts.training.data.scenes import TrainingScene, save_scenes
from scripts.training.model.platt import LOGITS, Scaling
from scripts.training.model.unet import build
from scripts.training.runs import WEIGHTS
from scripts.training.scoring.histograms import ScoreHistograms

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PRESENT, ABSENT = 40 * 40, 200 * 180 - 40 * 40  # pixels of buildings in the scene


def constant(logit: float) -> Any:
    """A network that says the same of every pixel."""
    network = build(8, 10, (4, 8))
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel * 0, bias * 0 + logit])
    return network


def counted(scene: TrainingScene, logit: float) -> ScoreHistograms:
    return out_of_fold.count_logits(constant(logit), lambda pixels, _: pixels, scene)


@pytest.fixture
def run(tmp_path: Path, scene: TrainingScene) -> Path:
    """A run that held out one of two scenes."""
    scenes = [TrainingScene(f"dstl/{n}", "train", scene.pixels, scene.labels) for n in "ab"]
    save_scenes(iter(scenes), tmp_path / "scenes")
    recipe = {"hold_out": ["dstl/a"], "filters": [4, 8], "network": "unet", "normalisation": {}}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    constant(-2).save_weights(tmp_path / WEIGHTS)
    return tmp_path


def test_known_pixels_are_counted_by_their_logit(scene: TrainingScene) -> None:
    found = counted(scene, -2)
    place = np.argmin(np.abs(LOGITS + 2))
    assert found.counts[0, :, place].tolist() == [ABSENT, PRESENT]
    assert found.counts.sum() == ABSENT + PRESENT


def test_scenes_may_have_any_size(scene: TrainingScene) -> None:
    for side in (64, 70, 101):
        small = TrainingScene(
            "dstl/x", "train", scene.pixels[:, :side, :side], scene.labels[:, :side, :side]
        )
        assert counted(small, 0).counts.sum() == side * side


def test_calibrated_histograms_are_those_of_the_calibrated_scores(scene: TrainingScene) -> None:
    scalings = [Scaling(slope=0.5, offset=1.0)] * 10
    found = out_of_fold.calibrated({"dstl/a": counted(scene, -3)}, scalings)["dstl/a"]
    byte = round(256 * special.expit(0.5 * -3 + 1))
    assert found.counts[0, 1].nonzero()[0].tolist() == [byte]
    assert found.counts[0, :, byte].tolist() == [ABSENT, PRESENT]
    assert found.beneath[0, -1, byte] == ABSENT


def test_only_what_was_held_out_is_predicted_and_once(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = out_of_fold.histograms([run], run / "scenes")
    assert list(first) == ["dstl/a"]
    monkeypatch.setattr(out_of_fold, "count_logits", None)
    again = out_of_fold.histograms([run], run / "scenes")
    assert np.array_equal(first["dstl/a"].counts, again["dstl/a"].counts)
    assert np.array_equal(first["dstl/a"].beneath, again["dstl/a"].beneath)


def test_scores_of_other_weights_are_not_taken_for_these(run: Path) -> None:
    out_of_fold.keep(run, run / "scenes")
    constant(3).save_weights(run / WEIGHTS)
    found = out_of_fold.histograms([run], run / "scenes")["dstl/a"]
    assert LOGITS[found.counts[0, 1].argmax()] == pytest.approx(3, abs=0.05)


def test_an_interruption_loses_no_scene_that_was_done(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = json.loads((run / "recipe.json").read_text())
    (run / "recipe.json").write_text(json.dumps(recipe | {"hold_out": ["dstl/a", "dstl/b"]}))
    count = out_of_fold.count_logits
    done: list[str] = []

    def fails_at_the_second(network: Any, normaliser: Any, scene: TrainingScene) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(scene.name)
        return count(network, normaliser, scene)

    monkeypatch.setattr(out_of_fold, "count_logits", fails_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        out_of_fold.keep(run, run / "scenes")
    done.clear()
    out_of_fold.keep(run, run / "scenes")
    assert done == ["dstl/b"]
