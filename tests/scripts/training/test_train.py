import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.data.scenes import TrainingScene
from scripts.training.recipe import Recipe
from scripts.training.train import LOG, WEIGHTS, allowed, spent, train

# Keras's own, when it saves weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

TINY = Recipe(epochs=3, steps=1, batch=1, crop_px=32, network="unet", filters=(4, 8))


def epochs(run: Path) -> list[int]:
    return list(pd.read_csv(run / LOG)["epoch"])


def test_a_training_that_was_cut_goes_on_and_its_parts_add_up(tmp_path: Path, scene: TrainingScene):
    train(replace(TINY, epochs=1), [scene], tmp_path)
    first = spent(tmp_path)
    train(TINY, [scene], tmp_path)
    assert epochs(tmp_path) == [0, 1, 2]
    assert spent(tmp_path) > first > 0
    assert json.loads((tmp_path / "recipe.json").read_text())["seconds"] == round(spent(tmp_path))


def test_a_training_ends_with_the_epoch_that_uses_up_its_time(tmp_path: Path, scene: TrainingScene):
    train(TINY, [scene], tmp_path, limit_s=1e-6)
    assert epochs(tmp_path) == [0]
    assert (tmp_path / WEIGHTS).exists()


def test_a_run_that_never_began_took_no_time_and_allows_none(tmp_path: Path):
    assert spent(tmp_path) == 0
    assert allowed([tmp_path]) == 0
    assert allowed([]) == math.inf
