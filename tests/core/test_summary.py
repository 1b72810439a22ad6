import numpy as np
import pytest
from tesela.catalogue import KEYS
from tesela.core.summary import ClassSummary, summarise

from tests.core.layers import alike, draw, draw_on

SCORES = np.zeros((10, 20, 30), np.uint8)
SCORES[2, 0, :6] = [64, 128, 192, 255, 1, 0]  # roads


def summaries(valid_pixels: int = 600, **windows: tuple[slice, slice]) -> dict[str, ClassSummary]:
    return {s.key: s for s in summarise(draw(20, 30, **windows), SCORES, valid_pixels)}


def test_ten_classes_in_order() -> None:
    found = list(summaries().values())
    assert [summary.key for summary in found] == list(KEYS)
    assert [summary.number for summary in found] == list(range(1, 11))


def test_areas_and_shares_by_hand() -> None:
    roads = summaries(valid_pixels=300, roads=np.s_[0:1, 0:6])["roads"]
    assert roads.polygons == 1
    assert roads.area_m2 == 9.23  # 6 * 1.5376 = 9.2256
    assert roads.area_ha == 0.0009
    assert roads.area_percent == 2  # 6 of 300
    assert roads.mean_score == pytest.approx((64 + 128 + 192 + 255 + 1) / 6 / 256, abs=5e-5)


def test_a_score_counts_only_where_the_class_is() -> None:
    assert summaries(roads=np.s_[0:1, 0:3])["roads"].mean_score == 0.5  # 64, 128, 192 of 256


def test_a_class_that_is_nowhere_has_no_mean_score() -> None:
    trees = summaries(roads=np.s_[0:1, 0:6])["trees"]
    assert (trees.polygons, trees.area_m2, trees.area_percent) == (0, 0, 0)
    assert trees.mean_score is None


def test_classes_overlap_so_shares_may_pass_100_percent() -> None:
    everywhere = np.s_[:, :]
    found = summaries(crops=everywhere, trees=everywhere)
    assert found["crops"].area_percent == found["trees"].area_percent == 100


def test_hectares_are_ten_thousandths_of_square_metres() -> None:
    layers = draw_on(alike((200, 300), 4.0), crops=np.s_[:, :])
    crops = summarise(layers, np.full((10, 200, 300), 128, np.uint8), 60_000)[5]
    assert (crops.area_m2, crops.area_ha) == (240_000, 24)
