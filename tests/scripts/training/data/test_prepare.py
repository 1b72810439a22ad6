import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.data import dstl, naip, prepare, simulated
from scripts.training.data.errors import DataError
from scripts.training.data.scenes import UNKNOWN, TrainingScene, load_scenes, save_scenes
from scripts.training.sources import source_of


def test_scenes_of_the_same_ground_are_on_one_side_of_the_split() -> None:
    assert dstl.part("6110_3_1") == dstl.part("6140_3_1") == "test"
    assert dstl.part("6110_1_2") == dstl.part("6140_1_2") == "train"


def test_what_naip_does_not_tell_is_unknown_and_not_absent() -> None:
    mask = np.array([[0, naip.BUILDING, naip.ROAD, 3, naip.FOREST, naip.WATER]], np.uint8)
    labels = dict(zip(KEYS, naip._labels(mask)[:, 0].tolist(), strict=True))
    assert labels["buildings"] == [0, 1, 0, 0, 0, 0]
    assert labels["trees"] == [UNKNOWN, 0, 0, 0, 1, 0]
    assert labels["waterways"] == labels["standing_water"] == [0, 0, 0, 0, 0, UNKNOWN]
    assert labels["crops"] == labels["tracks"] == [UNKNOWN] * 6


def test_kept_scenes_come_back_by_their_part(tmp_path: Path, scene: TrainingScene) -> None:
    save_scenes(iter([scene]), tmp_path)
    (again,) = load_scenes(tmp_path, "train")
    assert (again.name, again.source) == ("dstl/made_up", "dstl")
    assert np.array_equal(again.pixels, scene.pixels)
    assert np.array_equal(again.labels, scene.labels)
    assert load_scenes(tmp_path, "test") == []


def test_where_the_competition_s_bands_are_at_hand_nothing_is_estimated(
    monkeypatch: pytest.MonkeyPatch, scene: TrainingScene
) -> None:
    def named(*names: str) -> Callable[..., Iterator[TrainingScene]]:
        return lambda *_: iter([replace(scene, name=name) for name in names])

    monkeypatch.setattr("scripts.training.data.kaggle.scenes", named("competition/6010_1_2"))
    monkeypatch.setattr(prepare, "_mixed", named("dstl/6010_1_2", "dstl/6040_1_0", "naip/6010_1_2"))
    both = [one.name for one in prepare.scenes(Path("data"), Path("dstl"), seeds=0)]
    assert both == ["competition/6010_1_2", "dstl/6040_1_0", "naip/6010_1_2"]
    assert [one.name for one in prepare.scenes(None, Path("dstl"), 0)] == ["competition/6010_1_2"]
    assert len(list(prepare.scenes(Path("data"), None, 0))) == 3


def test_simulated_scenes_need_no_data_and_are_in_every_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulated, "SIZE", 32)
    made = list(simulated.scenes(seeds=1))
    assert {one.part for one in made} == {"train", "validation", "test"}
    assert len({one.name for one in made}) == len(made) == 12


def test_the_test_scenes_alone_are_prepared_for_those_who_only_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated, "SIZE", 32)
    made = list(prepare.scenes(None, None, 1, ("test",)))
    assert {one.part for one in made} == {"test"}
    nowhere = tmp_path / "nowhere"
    assert list(prepare.read(source_of("moscow"), nowhere, ("test",))) == []  # has no test scenes
    with pytest.raises(FileNotFoundError):
        list(prepare.read(source_of("vegas"), nowhere, ("test",)))
    prepare.prepare(tmp_path / "cache", None, None, seeds=1, parts=("test",))
    with pytest.raises(DataError, match="choose another run"):
        prepare.prepare(tmp_path / "cache", None, None, seeds=1)


def test_scenes_are_prepared_once_and_a_run_keeps_to_its_data(tmp_path: Path) -> None:
    prepare.prepare(tmp_path, None, None, seeds=0)
    prepare.prepare(tmp_path, None, None, seeds=0)
    with pytest.raises(DataError, match="choose another run"):
        prepare.prepare(tmp_path, None, tmp_path, seeds=0)
