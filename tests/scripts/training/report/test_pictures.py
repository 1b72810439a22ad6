from base64 import b64decode

import numpy as np
from rasterio.io import MemoryFile

from scripts.training.data.scenes import TrainingScene
from scripts.training.report.pictures import painted, picture


def read(uri: str) -> np.ndarray:
    data = b64decode(uri.removeprefix("data:image/png;base64,"))
    with MemoryFile(data) as file, file.open() as png:
        return png.read()


def test_a_scene_is_shown_in_its_colours(scene: TrainingScene):
    shown = read(picture(scene))
    assert shown.shape == (3, 200, 180)
    assert shown[:, 60, 70].min() > shown[:, 10, 10].max()


def test_a_large_scene_is_shown_smaller(scene: TrainingScene):
    large = TrainingScene("dstl/x", "test", np.tile(scene.pixels, (1, 4, 4)), scene.labels)
    assert read(picture(large)).shape == (3, 267, 240)


def test_what_is_of_a_class_is_painted(scene: TrainingScene):
    plain, over = read(picture(scene)), read(painted(scene, scene.labels == 1))
    changed = (plain != over).any(axis=0)
    assert changed[60, 70]
    assert not changed[scene.labels[0] == 0].any()
