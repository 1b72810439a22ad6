"""The whole recipe, as its users call it, on a folder in the competition's form."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.core.model import load

from scripts.make_scene import Scene
from scripts.training.__main__ import TEACHER

ROOT = Path(__file__).parents[3]


def make_train(*variables: str) -> subprocess.CompletedProcess[str]:
    """`make train` in the environment at hand."""
    command = [
        "make",
        "--no-print-directory",
        "--old-file",
        ".venv-train/ready",
        "train",
        *variables,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_one_command_leads_from_the_competition_s_folder_to_a_model_that_is_served(
    kaggle: tuple[Path, dict[str, Scene]], tmp_path: Path
) -> None:
    run, out = tmp_path / "run", tmp_path / "a model"
    done = make_train(f"DSTL={kaggle[0]}", "QUICK=1", f"RUN={run}", f"OUT={out}")
    assert done.returncode == 0, done.stderr[-2000:]
    model = load(out)
    assert model.predict(np.zeros((8, 160, 160), np.float32)).shape == (10, 160, 160)
    card = (out / "MODEL_CARD.md").read_text("utf-8")
    assert card.startswith("Trained on: 4 scenes of the Dstl competition with all eight real bands")
    assert "On 4 terrains that the judged networks never saw" in card
    assert json.loads((out / "model.json").read_text("utf-8"))["scores"]["mean_iou"] is not None
    recipes = [json.loads(path.read_text()) for path in sorted(run.glob("*/recipe.json"))]
    assert [len(recipe["hold_out"]) for recipe in recipes] == [0, 1, 1, 1, 1]
    assert [recipe["teacher"] for recipe in recipes] == [TEACHER, 0, 0, 0, 0]
    assert done.stdout.splitlines()[-1].startswith(f"{out}: ")
    assert done.stdout.splitlines()[-1].endswith("GiB of memory")


def test_without_data_or_with_a_folder_that_lacks_them_make_train_says_so(tmp_path: Path) -> None:
    assert "Say where the training data are" in make_train().stderr
    done = make_train(f"DSTL={tmp_path}", f"RUN={tmp_path / 'run'}", f"OUT={tmp_path}")
    assert done.returncode != 0
    assert f"There is no train_wkt_v4.csv or train_wkt_v4.csv.zip in {tmp_path}" in done.stderr
    assert "Traceback" not in done.stderr
