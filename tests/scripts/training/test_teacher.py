import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training import teacher
from scripts.training.data.scenes import UNLABELLED, TrainingScene, save_scenes
from scripts.training.recipe import Recipe
from scripts.training.runs import WEIGHTS
from tests.scripts.training.test_out_of_fold import constant

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PARTS = {"dstl/a": "train", "dstl/b": "validation", "dstl/c": UNLABELLED, "dstl/d": "test"}


@pytest.fixture
def folder(tmp_path: Path, scene: TrainingScene) -> Path:
    """Two networks, sure and unsure, and a scene of each part; nothing is left open in one more."""
    for name, logit in (("fold-0", -20), ("fold-1", 0)):
        (tmp_path / name).mkdir()
        Recipe(filters=(4, 8), network="unet").write(tmp_path / name)
        constant(logit).save_weights(tmp_path / name / WEIGHTS)
    scenes = [TrainingScene(name, part, scene.pixels, scene.labels) for name, part in PARTS.items()]
    full = TrainingScene("dstl/known", "train", scene.pixels, np.zeros_like(scene.labels))
    save_scenes(iter([*scenes, full]), tmp_path / "scenes")
    return tmp_path


def command(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    folds = [str(folder / name) for name in ("fold-0", "fold-1")]
    scenes, out = str(folder / "scenes"), str(folder / "out")
    argv = ["teacher", "--folds", *folds, "--scenes", scenes, "--out", out]
    monkeypatch.setattr(sys, "argv", argv)
    teacher.main()
    return sorted(path.name for path in (folder / "out").glob("*.npy"))


def test_every_scene_but_the_test_has_the_mean_of_the_networks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, scene: TrainingScene
) -> None:
    assert command(monkeypatch, folder) == ["dstl__a.npy", "dstl__b.npy", "dstl__c.npy"]
    kept = np.load(folder / "out" / "dstl__a.npy")
    assert kept.shape == scene.labels.shape
    assert np.unique(kept).tolist() == [round(254 * 0.25)]


def test_what_other_weights_predicted_is_discarded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, folder)
    kept = folder / "out" / "dstl__a.npy"
    before = kept.stat().st_mtime_ns
    command(monkeypatch, folder)
    assert kept.stat().st_mtime_ns == before
    constant(20).save_weights(folder / "fold-1" / WEIGHTS)
    command(monkeypatch, folder)
    assert np.unique(np.load(kept)).tolist() == [127]


def test_a_window_shows_labels_and_then_the_teacher_on_the_labels_grid(
    folder: Path, monkeypatch: pytest.MonkeyPatch, scene: TrainingScene
) -> None:
    command(monkeypatch, folder)
    names = [TrainingScene(name, "train", scene.pixels, scene.labels) for name in ("dstl/a",)]
    (taught,) = teacher.taught(names, folder / "out")
    window = taught.targets(slice(30, 50), slice(40, 70))
    assert np.array_equal(window[:10], scene.labels[:, 30:50, 40:70])
    assert window[10:].shape == (10, 20, 30)
    halves = np.arange(100 * 90).reshape(100, 90) % 251
    coarse = taught.__class__(
        **vars(taught) | {"teacher": np.stack([halves] * 10).astype(np.uint8)}
    )
    assert np.array_equal(
        coarse.targets(slice(30, 50), slice(40, 70))[10],
        halves[15:25, 20:35].repeat(2, 0).repeat(2, 1),
    )


def test_a_scene_that_was_not_predicted_is_named(tmp_path: Path, scene: TrainingScene) -> None:
    with pytest.raises(SystemExit, match="no predictions of dstl/made_up"):
        teacher.taught([scene], tmp_path)
