"""The model that is served, judged again on made-up scenes."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training import verify
from scripts.training.data import simulated
from scripts.training.data.scenes import TrainingScene, save_scenes

SHIPPED = Path(__file__).parents[3] / "lambda_image" / "model"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """Simulated ones, taken for the competition's: two to test on, one to train on."""
    made = [one for one in simulated.scenes(3) if one.part == "test"][:3]
    parts = ("test", "test", "train")
    kept = [
        TrainingScene(f"dstl/{one.place}", part, one.pixels, one.labels)
        for one, part in zip(made, parts, strict=True)
    ]
    save_scenes(iter(kept), tmp_path / "scenes")
    return tmp_path / "scenes"


def told(model: Path) -> Any:
    return json.loads((model / "model.json").read_text("utf-8"))


def command(monkeypatch: pytest.MonkeyPatch, model: Path, scenes: Path, *more: str) -> None:
    given = ["verify", "--model", str(model), "--scenes", str(scenes), *more]
    monkeypatch.setattr(sys, "argv", given)
    verify.main()


def test_other_scores_are_stated_and_once_written_hold(
    model: Path, scenes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = told(model)
    with pytest.raises(SystemExit, match=r"other scores:\n(.*\n)*dstl, roads: 0\.\d+, not 0\.\d+"):
        command(monkeypatch, model, scenes)
    assert told(model) == before
    command(monkeypatch, model, scenes, "--write", "--floats")
    command(monkeypatch, model, scenes)
    after = told(model)
    assert after["thresholds"] == before["thresholds"]
    assert after["scores"]["mean_iou"] == pytest.approx(after["scores"]["f32_mean_iou"], abs=0.05)
    assert "IoU, float" in capsys.readouterr().out


def test_without_a_test_scene_nothing_is_judged(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="holds no test scene"):
        command(monkeypatch, model, tmp_path / "nothing")


def test_data_that_lack_what_they_need_are_named(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=r"There is no train_wkt_v4\.csv"):
        command(monkeypatch, model, tmp_path / "scenes", "--dstl", str(tmp_path))
