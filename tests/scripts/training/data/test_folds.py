from pathlib import Path

import numpy as np
import pytest

from scripts.training.data.folds import split
from scripts.training.data.scenes import TrainingScene, save_scenes, unknown
from scripts.training.sources import FOLDS, source_of


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    parts = {
        "dstl/6110_1_2": "train",
        "dstl/6110_4_0": "validation",
        "dstl/6120_2_0": "test",
        "naip/a": "train",
        "naip/b": "validation",
    }
    pixels = np.zeros((8, 4, 4), np.float16)
    scenes = [TrainingScene(name, part, pixels, unknown(4, 4)) for name, part in parts.items()]
    save_scenes(iter(scenes), tmp_path)
    return tmp_path


def names(scenes: list[TrainingScene]) -> set[str]:
    return {one.name for one in scenes}


@pytest.mark.parametrize("fold", FOLDS)
def test_a_fold_holds_no_test_scene_and_twins_stay_together(fold: tuple[str, ...]):
    assert not set(fold) & set(source_of("dstl").test)
    assert all(not pair & set(fold) or pair <= set(fold) for pair in source_of("dstl").same_ground)


def test_folds_share_no_scene():
    assert not set(FOLDS[0]) & set(FOLDS[1])


def test_a_fold_takes_whole_scenes_and_the_validation_part_of_other_sources(cache: Path):
    known, held_out = split(cache, FOLDS[1])
    assert names(held_out) == {"dstl/6110_1_2", "naip/b"}
    assert names(known) == {"dstl/6110_4_0", "naip/a"}


def test_without_a_fold_all_but_the_test_scenes_are_learnt_from(cache: Path):
    known, held_out = split(cache, ())
    assert names(known) == {"dstl/6110_1_2", "dstl/6110_4_0", "naip/a", "naip/b"}
    assert held_out == []
