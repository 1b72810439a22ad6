import hashlib
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from collections.abc import Iterator

from tesela.catalogue import BANDS, KEYS
from tesela.core.normalise import Normalisation

from scripts.training import evaluate
from scripts.training.data.scenes import UNLABELLED, TrainingScene, save_scenes
from scripts.training.model.unet import build, smooth_head
from scripts.training.quantise import convert
from scripts.training.scoring.bootstrap import pooled
from scripts.training.scoring.thresholds import tune
from tests.scripts.training.made_up import histogram

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

TILE_PX = 16


@pytest.fixture
def run(tmp_path: Path, scene: TrainingScene) -> Path:
    """A folder with a run, a model made of it, and a scene for each purpose."""
    parts = {"dstl/a": "train", "dstl/b": "test", "dstl/c": "test", "vegas/east": "test"}
    parts["dstl/d"] = UNLABELLED
    scenes = [TrainingScene(n, part, scene.pixels, scene.labels) for n, part in parts.items()]
    save_scenes(iter(scenes), tmp_path / "scenes")
    recipe: dict[str, Any] = {
        "network": "unet",
        "filters": [4, 8],
        "normalisation": asdict(Normalisation()),
        "scenes": {},
    }
    recipe |= {
        "epochs": 1,
        "steps": 1,
        "batch": 1,
        "crop_px": 16,
        "seed": 1,
        "repaint": 0.5,
        "hold_out": ["dstl/a"],
    }
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    (tmp_path / "log.csv").write_text("epoch,loss\n0,2.5\n")
    network = build(len(BANDS), len(KEYS), (4, 8))
    network.save_weights(tmp_path / "weights.weights.h5")
    (tmp_path / "tiny.tflite").write_bytes(
        convert(smooth_head(network, build(len(BANDS), len(KEYS), (4, 8), head=4)), TILE_PX, tiles)
    )
    (tmp_path / "model.json").write_text(json.dumps(document(tmp_path / "tiny.tflite")))
    return tmp_path


def tiles() -> Iterator[list[np.ndarray]]:
    rng = np.random.default_rng(0)
    for _ in range(8):
        yield [rng.uniform(-0.5, 3, (1, TILE_PX, TILE_PX, 8)).astype(np.float32)]


def document(weights: Path) -> dict[str, object]:
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    return {
        **{"name": "tiny", "version": "1", "file": weights.name, "sha256": digest},
        **{"tile_px": TILE_PX, "gsd_m": 1.24, "bands": BANDS, "classes": KEYS},
        **{"normalisation": asdict(Normalisation()), "radiometry": {}, "thresholds": {}},
    }


def command(monkeypatch: pytest.MonkeyPatch, run: Path, *more: str) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluate", "--run", str(run), "--model", str(run), *more])
    evaluate.main()


def test_the_command_judges_and_writes_model_card_and_report(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run / "report.html"
    command(monkeypatch, run, "--baseline", str(run), "--report", str(report))
    scores = json.loads((run / "model.json").read_text())["scores"]
    buildings = scores["classes"]["buildings"]
    assert scores["source"] == "dstl"
    assert list(scores["others"]) == ["vegas"]
    assert buildings["pixels"] == 2 * 1600
    assert buildings["low"] == buildings["high"]  # both test scenes are the same
    assert buildings["f32_iou"] == pytest.approx(buildings["iou"], abs=0.1)
    assert (run / "MODEL_CARD.md").read_text().startswith("Trained on: ")
    assert "int8 against baseline" in capsys.readouterr().out
    assert "Learning" in report.read_text("utf-8")


def test_the_file_is_tuned_by_runs_that_have_not_seen_every_scene(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = run / "fold-0"
    fold.mkdir()
    for name in ("recipe.json", "weights.weights.h5"):
        shutil.copy(run / name, fold / name)
    recipe = json.loads((run / "recipe.json").read_text())
    (run / "recipe.json").write_text(json.dumps(recipe | {"scenes": {"dstl": 1}, "hold_out": []}))
    with pytest.raises(SystemExit, match="name with --folds runs that did"):
        command(monkeypatch, run)
    command(monkeypatch, run, "--folds", str(fold))
    card = (run / "MODEL_CARD.md").read_text()
    assert "come from the scores out of fold alone: Dstl a." in card
    assert card.startswith("Trained on: 1 Dstl scenes")
    unseen = json.loads((run / "model.json").read_text())["out_of_fold"]
    assert (unseen["terrains"], list(unseen["by_terrain"])) == (1, ["dstl/a"])
    assert unseen["classes"]["buildings"]["pixels"] == 1600


def test_a_hand_written_sentence_outlives_every_evaluation(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run / "notes.md").write_text("A second training scores 4.2 points less.\n")
    for _ in range(2):
        command(monkeypatch, run)
        assert (run / "MODEL_CARD.md").read_text().count("4.2 points less") == 1


def test_without_a_test_scene_nothing_is_judged(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (run / "scenes").glob("*.npz"):
        path.unlink()
    with pytest.raises(SystemExit, match="holds no test scene"):
        command(monkeypatch, run)


def test_scenes_of_one_terrain_count_once_in_a_threshold() -> None:
    # The two are found by thresholds up to 60 / 256, which call three times as much of the other
    # terrain wrongly as is of the class: worth it for two terrains, not for one.
    other = histogram(200, absent=70) + histogram(200, absent=70, classes=0)
    same = {"dstl/6110_3_1": histogram(60), "dstl/6140_3_1": histogram(60)}
    strangers = {"dstl/6110_3_1": histogram(60), "dstl/6060_2_3": histogram(60)}
    roads = [
        tune(pooled({"dstl/6120_2_0": other} | scenes)).thresholds["roads"]
        for scenes in (same, strangers)
    ]
    assert roads[1] < 60 / 256 < 70 / 256 < roads[0]
