from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.core.model import Model
from tesela.core.normalise import Normalisation

from scripts.training import ablate
from scripts.training.ablate import VARIANTS, mirrored, score
from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import Predictor
from scripts.training.recipe import Recipe


def test_every_variant_but_the_first_turns_one_knob_of_the_recipe() -> None:
    recipe = Recipe()
    turned = [
        [
            one.name
            for one in fields(Recipe)
            if getattr(variant, one.name) != getattr(recipe, one.name)
        ]
        for variant in (replace(recipe, **change) for change in VARIANTS.values())
    ]
    assert turned[0] == []
    assert {len(knobs) for knobs in turned[1:]} == {1}


def one_sided(tile: np.ndarray) -> np.ndarray:
    """Scores that are the brightness, but of the left half alone."""
    scores = np.zeros((10, *tile.shape[1:]), np.uint8)
    scores[:, :, : tile.shape[2] // 2] = (200 * tile[0]).astype(np.uint8)[:, : tile.shape[2] // 2]
    return scores


def test_mirrored_views_are_turned_back_and_averaged() -> None:
    model = Model({"tile_px": 160}, Normalisation(), {}, one_sided)
    predictor = Predictor(model, lambda pixels, valid: pixels)
    tile = np.random.default_rng(0).random((8, 160, 160), np.float32)
    seen = mirrored(predictor).model.predict_tile(tile)
    assert np.abs(seen[0] - 100 * tile[0]).max() <= 1


def test_a_variant_is_scored_by_source_at_each_class_s_best_threshold(scene: TrainingScene) -> None:
    truth = np.where(scene.labels == 1, 0.7, 0.3)[:8].astype(np.float32)

    def knowing(tile: np.ndarray) -> np.ndarray:
        return np.repeat((256 * tile[:1]).astype(np.uint8), 10, axis=0)

    model = Model({"tile_px": 160}, Normalisation(), {}, knowing)
    predictor = Predictor(model, lambda pixels, valid: truth)
    assert score(predictor, [scene]) == {"dstl": 1}


@pytest.fixture
def trained_alike(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Trainings that take no time; the folders that they were asked for."""
    asked: list[Path] = []

    def train(recipe: Recipe, scenes: object, run: Path, *, workers: int) -> None:
        asked.append(run)
        run.mkdir(parents=True)

    monkeypatch.setattr(ablate, "train", train)
    monkeypatch.setattr(ablate, "trained", lambda run: run)
    monkeypatch.setattr(ablate, "score", lambda run, held_out: {"dstl": float(len(asked))})
    return asked


def test_scores_are_kept_for_one_recipe_on_the_same_scenes(
    trained_alike: list[Path], scene: TrainingScene, tmp_path: Path
) -> None:
    def scored(recipe: Recipe, *scenes: TrainingScene) -> float:
        scores = ablate.scored("no infrared", recipe, list(scenes), [scene], tmp_path)
        return float(scores["no infrared"]["dstl"])

    changed = replace(scene, pixels=scene.pixels + 1)
    recipe = Recipe(epochs=2)
    assert scored(recipe, scene) == scored(recipe, scene) == 1
    assert scored(replace(recipe, epochs=3), scene) == 2
    assert scored(recipe, changed) == 3
    assert scored(recipe, scene) == 1
    assert len(set(trained_alike)) == 3
