import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tesela.catalogue import KEYS
from tesela.core.masks import threshold


def everywhere(value: float) -> dict[str, float]:
    return dict.fromkeys(KEYS, value)


def test_a_pixel_belongs_from_the_threshold_on() -> None:
    scores = np.zeros((10, 1, 4), np.uint8)
    scores[:] = [127, 128, 129, 255]  # 0.496, 0.5, 0.504, 0.996
    masks = threshold(scores, everywhere(0.5))
    assert masks.dtype == bool
    assert masks[0, 0].tolist() == [False, True, True, True]


def test_every_class_has_its_own_threshold_and_classes_overlap() -> None:
    scores = np.full((10, 2, 2), 100, np.uint8)  # 0.39
    masks = threshold(scores, everywhere(0.5) | {"roads": 0.39, "small_vehicles": 0.1})
    assert [key for key, mask in zip(KEYS, masks, strict=True) if mask.all()] == [
        "roads",
        "small_vehicles",
    ]
    assert masks.sum() == 2 * 4


@pytest.mark.parametrize("value", [1e-9, 0.001, 1 / 256])
def test_a_score_of_0_belongs_to_no_class_however_low_the_threshold(value: float) -> None:
    scores = np.array([0, 1], np.uint8) * np.ones((10, 1, 1), np.uint8)
    assert threshold(scores, everywhere(value))[:, 0].tolist() == [[False, True]] * 10


def test_a_threshold_over_the_last_byte_is_reached_by_none() -> None:
    assert not threshold(np.full((10, 1, 1), 255, np.uint8), everywhere(0.9999)).any()


@given(value=st.floats(0, 1, exclude_min=True, exclude_max=True), byte=st.integers(0, 255))
def test_a_mask_is_what_the_probabilities_say(value: float, byte: int) -> None:
    masks = threshold(np.full((10, 1, 1), byte, np.uint8), everywhere(value))
    assert masks.all() == masks.any() == (byte / 256 >= value)
