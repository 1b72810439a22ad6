import json
from pathlib import Path

import numpy as np
import pytest

from scripts.training import runs
from scripts.training.data.scenes import TrainingScene, save_scenes, unknown
from scripts.training.recipe import Recipe


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """One scene to train on, one for validation."""
    parts = {"dstl/a": "train", "dstl/b": "train"}
    pixels = np.zeros((8, 4, 4), np.float16)
    scenes = [TrainingScene(name, part, pixels, unknown(4, 4)) for name, part in parts.items()]
    save_scenes(iter(scenes), tmp_path / "scenes")
    (tmp_path / "recipe.json").write_text(json.dumps({"seed": 1}))
    return tmp_path


def told(run: Path, **scenes: int) -> None:
    (run / "recipe.json").write_text(json.dumps({"scenes": scenes}))


def test_a_recipe_tells_what_the_weights_have_seen(run: Path) -> None:
    told(run, dstl=12)
    assert runs.seen(run, run / "scenes") == {"dstl": 12}


def test_where_it_does_not_the_scenes_to_train_on_are_counted(run: Path) -> None:
    assert runs.seen(run, run / "scenes") == {"dstl": 2}


def test_weights_that_have_seen_every_scene_tune_nothing(run: Path) -> None:
    Recipe(hold_out=()).write(run)
    with pytest.raises(SystemExit, match="held no terrain out"):
        runs.check([run])


def test_a_run_tunes_on_the_scenes_that_it_held_out(run: Path) -> None:
    Recipe(hold_out=("dstl/a",)).write(run)
    runs.check([run])
    assert [one.name for one in runs.held_out(run, run / "scenes")] == ["dstl/a"]


def begun(run: Path) -> None:
    runs.begin(run, Recipe(), "abc")
    (run / runs.BACKUP).mkdir()


def test_a_training_resumes_with_its_own_recipe_and_scenes(tmp_path: Path) -> None:
    begun(tmp_path / "run")
    runs.begin(tmp_path / "run", Recipe(), "abc")


def test_a_training_is_not_resumed_with_another_recipe(tmp_path: Path) -> None:
    begun(tmp_path / "run")
    with pytest.raises(SystemExit, match=r"epochs was 100, not 7.*delete that folder"):
        runs.begin(tmp_path / "run", Recipe(epochs=7), "abc")


def test_a_training_is_not_resumed_on_other_scenes(tmp_path: Path) -> None:
    begun(tmp_path / "run")
    with pytest.raises(SystemExit, match="data was abc, not abd"):
        runs.begin(tmp_path / "run", Recipe(), "abd")


def test_what_never_got_to_a_checkpoint_begins_anew(tmp_path: Path) -> None:
    runs.begin(tmp_path, Recipe(), "abc")
    runs.begin(tmp_path, Recipe(epochs=7), "abd")
    assert Recipe.read(tmp_path).epochs == 7
