import pytest

pytest.importorskip("tifffile")

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.scene import UNKNOWN, keep, load
from scripts.training.sources import dstl, naip


def test_scenes_of_the_same_ground_are_on_one_side_of_the_split():
    assert dstl.part("6110_3_1") == dstl.part("6140_3_1") == "test"
    assert dstl.part("6110_1_2") == dstl.part("6140_1_2") == "train"
    assert not set(dstl.TEST) & set(dstl.VALIDATION)


def test_what_naip_does_not_tell_is_unknown_and_not_absent():
    mask = np.array([[0, naip.BUILDING, naip.ROAD, 3, naip.FOREST, naip.WATER]], np.uint8)
    labels = dict(zip(KEYS, naip._labels(mask)[:, 0].tolist(), strict=True))
    assert labels["buildings"] == [0, 1, 0, 0, 0, 0]
    assert labels["trees"] == [UNKNOWN, 0, 0, 0, 1, 0]
    assert labels["waterways"] == labels["standing_water"] == [0, 0, 0, 0, 0, UNKNOWN]
    assert labels["crops"] == labels["tracks"] == [UNKNOWN] * 6


def test_kept_scenes_come_back_by_their_part(tmp_path, scene):
    keep(iter([scene]), tmp_path)
    (again,) = load(tmp_path, "train")
    assert (again.name, again.source) == ("dstl/made_up", "dstl")
    assert np.array_equal(again.pixels, scene.pixels)
    assert np.array_equal(again.labels, scene.labels)
    assert load(tmp_path, "test") == []
