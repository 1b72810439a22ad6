from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scripts.training.data.exclusions import exclude
from scripts.training.data.scenes import (
    UNKNOWN,
    TrainingScene,
    load_scenes,
    resize_labels,
    save_scenes,
    unknown,
)

RGB = (False, True, True, False, True, False, False, False)
X = UNKNOWN


def test_scenes_come_back_with_pixel_size_bands_and_terrain(
    tmp_path: Path, scene: TrainingScene
) -> None:
    pixels = scene.pixels.astype(np.uint8)
    made = replace(scene, pixels=pixels, gsd_m=0.6, known=RGB, shown=RGB, terrain="Cairo")
    save_scenes(iter([made]), tmp_path)
    (again,) = load_scenes(tmp_path, "train")
    assert (again.gsd_m, again.known, again.shown, again.terrain) == (0.6, RGB, RGB, "Cairo")
    assert again.pixels.dtype == np.uint8
    assert np.array_equal(again.pixels, pixels)


def test_sources_that_are_not_named_are_not_read(tmp_path: Path, scene: TrainingScene) -> None:
    save_scenes(iter([scene, replace(scene, name="naip/x")]), tmp_path)
    assert [one.name for one in load_scenes(tmp_path, "train", names={"naip"})] == ["naip/x"]


def test_a_scene_is_read_at_the_pixel_size_that_is_asked_for(
    tmp_path: Path, scene: TrainingScene
) -> None:
    save_scenes(iter([replace(scene, gsd_m=0.62)]), tmp_path)
    (one,) = load_scenes(tmp_path, "train", gsd_m=1.24)
    assert one.gsd_m == 1.24
    assert one.pixels.shape == (8, 100, 90)
    blocks = scene.pixels.astype(float).reshape(8, 100, 2, 90, 2).mean(axis=(2, 4))
    assert np.allclose(one.pixels, blocks, rtol=1e-3)
    assert one.labels[0, 20:40, 25:45].all()
    assert one.labels[0].sum() == 20 * 20


def test_a_scene_of_about_that_pixel_size_stays_as_it_is(scene: TrainingScene) -> None:
    assert scene.at(1.2) is scene


def test_half_of_the_known_ground_makes_a_class_present_and_half_unknown_makes_it_unknown() -> None:
    labels = np.array([[[1, 0, 1, 0, 1, X, 0, X, 1, X], [1, 0, 0, 0, 1, 0, X, X, 0, 0]]], np.uint8)
    assert resize_labels(labels, 1, 5).tolist() == [[[1, 0, 1, X, 0]]]


def test_a_plane_of_one_value_keeps_it() -> None:
    assert (resize_labels(unknown(5, 7), 3, 2) == X).all()


def test_a_roof_is_no_road_yet_may_be_under_a_tree() -> None:
    labels = unknown(1, 2)
    labels[0, 0, 0] = 1
    told = exclude(labels)[:, 0]
    assert told[:, 0].tolist() == [1, 0, 0, 0, X, 0, 0, 0, 0, X]
    assert (told[:, 1] == X).all()


def test_what_a_label_says_is_not_overruled() -> None:
    labels = unknown(1, 1)
    labels[[0, 2]] = 1  # a building over a road
    assert exclude(labels)[[0, 2], 0, 0].tolist() == [1, 1]


@pytest.mark.parametrize("gsd_m", [0.31, 2.48])
def test_halves_and_doubles_keep_the_ground(scene: TrainingScene, gsd_m: float) -> None:
    again = scene.at(gsd_m)
    assert again.pixels.shape[1] * gsd_m == pytest.approx(scene.pixels.shape[1] * scene.gsd_m)
    assert again.pixels.mean() == pytest.approx(scene.pixels.mean(), rel=0.01)
