import numpy as np
import pytest
from tesela.catalogue import KEYS

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.data.lookalikes import lookalikes
from scripts.training.data.scenes import TrainingScene, unknown
from scripts.training.data.windows import WindowSampler

SIDE = 40


def scene(**present: tuple[slice, slice]) -> TrainingScene:
    """Every class is known and absent but where it is named; the bands vary at random."""
    labels = np.zeros((len(KEYS), SIDE, SIDE), np.uint8)
    for key, window in present.items():
        labels[KEYS.index(key), *window] = 1
    pixels = np.random.default_rng(0).uniform(100, 200, (8, SIDE, SIDE))
    return TrainingScene("dstl/x", "train", pixels.astype(np.float16), labels)


def test_a_canal_may_be_taken_for_a_road_and_a_roof_for_a_structure() -> None:
    found = lookalikes(scene(waterways=np.s_[5:8, :], buildings=np.s_[20:24, 3:9]))
    assert np.argwhere(found["canal for road"])[:, 0].min() == 5
    assert found["canal for road"].sum() == 3 * SIDE
    assert found["roof for structure"].sum() == 4 * 6


def test_grass_is_green_ground_that_is_neither_crops_nor_trees() -> None:
    land = scene(trees=np.s_[:10, :], crops=np.s_[10:20, :])
    land.pixels[6, :5] = land.pixels[6, 17:25] = 400
    assert not lookalikes(land)["grass for crops"][:20].any()
    assert lookalikes(land)["grass for crops"][20:25].all()


def test_shadow_is_the_darkest_ground_where_there_is_no_water() -> None:
    land = scene(standing_water=np.s_[:2, :])
    land.pixels[:, :4] = 10
    assert np.unique(np.argwhere(lookalikes(land)["shadow for water"])[:, 0]).tolist() == [2, 3]


def test_a_car_park_is_bare_ground_by_a_road_or_building() -> None:
    land = scene(roads=np.s_[:, 0:2])
    land.pixels[4], land.pixels[6] = 100, 400
    land.pixels[6, :, 6:9] = 20
    land.pixels[6, :, 30:33] = 20
    assert np.unique(np.argwhere(lookalikes(land)["car park for road"])[:, 1]).tolist() == [6, 7, 8]


def test_what_is_unknown_looks_like_nothing() -> None:
    blank = TrainingScene("dstl/x", "train", np.ones((8, 9, 9), np.float16), unknown(9, 9))
    assert lookalikes(blank) == {}


def test_so_many_windows_show_such_ground() -> None:
    land = scene(buildings=np.s_[7:8, 9:10])
    rng = np.random.default_rng(0)
    sampler = WindowSampler([land], rarity=0.25, lookalike_share=0.8)
    sites = [sampler.draw(rng) for _ in range(2000)]
    kinds = lookalikes(land)
    roof = sum((site.row, site.column) == (7, 9) for site in sites) / len(sites)
    assert 0.8 / len(kinds) < roof < 0.8 / len(kinds) + 0.15  # and half of the other windows
