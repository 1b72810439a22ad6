from pathlib import Path

import numpy as np
import pytest
from tesela.catalogue import KEYS

from scripts.training.data.folds import FOLDS, assigned, split, terrains_by_fold
from scripts.training.data.scenes import TrainingScene, save_scenes, unknown


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Five places of Dstl, two of which show one terrain and one of which is the test; two others."""
    parts = {
        **dict.fromkeys(("dstl/6110_1_2", "dstl/6140_1_2", "dstl/6110_4_0"), "train"),
        "dstl/6010_1_2": "validation",
        "dstl/6120_2_0": "test",
        "naip/a": "train",
        "naip/b": "validation",
    }
    pixels = np.zeros((8, 4, 4), np.float16)
    scenes = [TrainingScene(name, part, pixels, unknown(4, 4)) for name, part in parts.items()]
    save_scenes(iter(scenes), tmp_path)
    return tmp_path


def names(scenes: list[TrainingScene]) -> set[str]:
    return {scene.name for scene in scenes}


def test_every_terrain_is_held_out_once_and_the_test_never(cache: Path) -> None:
    folds = terrains_by_fold(cache)
    assert len(folds) == FOLDS
    assert sorted(name for fold in folds for name in fold) == [
        *("dstl/6010_1_2", "dstl/6110_1_2", "dstl/6110_4_0", "naip/b")
    ]
    assert "naip/b" in folds[0]


def test_a_training_sees_nothing_of_the_terrains_that_it_holds_out(cache: Path) -> None:
    known, held_out = split(cache, ["dstl/6110_1_2", "naip/b"])
    assert names(held_out) == {"dstl/6110_1_2", "dstl/6140_1_2", "naip/b"}
    assert names(known) == {"dstl/6010_1_2", "dstl/6110_4_0", "naip/a"}


def test_without_a_fold_all_but_the_test_scenes_are_learnt_from(cache: Path) -> None:
    known, held_out = split(cache, ())
    assert len(known) == 6
    assert held_out == []


def test_a_rare_class_is_in_as_many_folds_as_it_has_terrains() -> None:
    rare = {"trees", "waterways"}
    fold_of = assigned({f"dstl/{n:02}": rare if n < 3 else {"trees"} for n in range(16)})
    assert len({fold_of[f"dstl/{n:02}"] for n in range(3)}) == 3
    assert [list(fold_of.values()).count(n) for n in range(FOLDS)] == [4] * FOLDS


def test_whole_scenes_and_chips_are_shared_out_alike() -> None:
    names = [f"{source}/{n}" for source in ("dstl", "vegas") for n in range(8)]
    fold_of = assigned({name: {"trees", name.split("/")[0]} for name in names})
    for source in ("dstl", "vegas"):
        folds = [fold for name, fold in fold_of.items() if name.startswith(source)]
        assert sorted(folds) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_folds_depend_on_nothing_but_what_the_terrains_show() -> None:
    traits = {f"dstl/{n}": {"dstl", *KEYS[: n % 5]} for n in range(13)}
    assert assigned(traits) == assigned(dict(reversed(traits.items())))


def test_a_terrain_that_the_reader_names_holds_all_of_its_scenes(tmp_path: Path) -> None:
    pixels = np.zeros((8, 4, 4), np.float16)
    scenes = [
        TrainingScene(f"rotterdam/ms{n}", "train", pixels, unknown(4, 4), terrain="harbour")
        for n in (1, 2)
    ]
    save_scenes(iter(scenes), tmp_path)
    assert [name for fold in terrains_by_fold(tmp_path) for name in fold] == ["harbour"]
    assert len(split(tmp_path, ["harbour"])[1]) == 2
