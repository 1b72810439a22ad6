import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import network_of
from scripts.training.recipe import Recipe
from scripts.training.runs import LOG, WEIGHTS
from scripts.training.train import allowed, spent, train

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

TINY = Recipe(epochs=3, steps=1, batch=1, crop_px=32, network="unet", filters=(4, 8))


def epochs(run: Path) -> list[int]:
    return list(pd.read_csv(run / LOG)["epoch"])


def test_an_interrupted_training_resumes_and_its_parts_add_up(
    tmp_path: Path, scene: TrainingScene
) -> None:
    train(TINY, [scene], tmp_path, limit_s=1e-6)
    first = spent(tmp_path)
    train(TINY, [scene], tmp_path)
    assert epochs(tmp_path) == [0, 1, 2]
    assert spent(tmp_path) > first > 0
    assert json.loads((tmp_path / "recipe.json").read_text())["seconds"] == round(spent(tmp_path))


def test_a_changed_recipe_or_scene_does_not_resume_another_training(
    tmp_path: Path, scene: TrainingScene
) -> None:
    train(TINY, [scene], tmp_path, limit_s=1e-6)
    with pytest.raises(SystemExit, match=r"rate was 0\.003, not 0\.1"):
        train(replace(TINY, rate=0.1), [scene], tmp_path)
    with pytest.raises(SystemExit, match="data was"):
        train(TINY, [replace(scene, pixels=scene.pixels + 1)], tmp_path)
    assert epochs(tmp_path) == [0]


def test_a_student_learns_from_its_teacher_where_labels_are_unknown(
    tmp_path: Path, scene: TrainingScene
) -> None:
    teacher = np.full((10, 50, 45), 254, np.uint8)  # sure of every class, on a coarser grid
    recipe = replace(TINY, epochs=1, steps=30, rate=0.05, average=0.5, repaint=0, lookalikes=0)
    mean = []
    for weight in (0.0, 1.0):
        run = tmp_path / str(weight)
        taught = replace(scene, teacher=teacher if weight else None)
        train(replace(recipe, teacher=weight), [taught], run)
        network = network_of(run)
        mean.append(np.asarray(network(np.zeros((1, 32, 32, 8), np.float32)))[..., 1:].mean())
    assert mean[1] > 2 * mean[0]


def test_a_training_ends_with_the_epoch_that_uses_up_its_time(
    tmp_path: Path, scene: TrainingScene
) -> None:
    train(TINY, [scene], tmp_path, limit_s=1e-6)
    assert epochs(tmp_path) == [0]
    assert (tmp_path / WEIGHTS).exists()


def test_a_run_that_never_began_took_no_time_and_allows_none(tmp_path: Path) -> None:
    assert spent(tmp_path) == 0
    assert allowed([tmp_path]) == 0
    assert allowed([]) == math.inf
