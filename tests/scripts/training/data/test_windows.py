from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.data import augment, windows
from scripts.training.data.scenes import UNKNOWN, TrainingScene, unknown
from scripts.training.data.windows import Site, WindowSampler
from scripts.training.recipe import Recipe

RECIPE = Recipe(batch=6, steps=2)
HOW = RECIPE.normalisation
NORMALISED = windows.normaliser(RECIPE)


@pytest.fixture
def made(scene: TrainingScene) -> windows.Batches:
    return windows.Batches([scene], RECIPE)


def test_a_batch_holds_windows_and_labels_of_one_size(made: windows.Batches) -> None:
    pixels, labels = made[0]
    assert pixels.shape == (6, 128, 128, 8)
    assert labels.shape == (6, 128, 128, 10)
    assert HOW.low <= pixels.min() <= pixels.max() <= HOW.high
    assert set(np.unique(labels)) <= {0, 1, UNKNOWN}


def test_bright_pixels_are_where_the_label_is(made: windows.Batches) -> None:
    pixels, labels = made[1]
    building = labels[..., 0] == 1
    assert building.any()
    assert np.median(pixels[building]) > 0.8
    assert np.median(pixels[labels[..., 0] == 0]) < 0.3


def test_a_batch_depends_on_seed_epoch_and_number_alone(made: windows.Batches) -> None:
    first = made[0][0]
    assert np.array_equal(made[0][0], first)
    assert not np.array_equal(made[1][0], first)
    made.on_epoch_end()
    assert not np.array_equal(made[0][0], first)
    made.start_at(0)
    assert np.array_equal(made[0][0], first)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_other_processes_draw_the_same_batches(made: windows.Batches, scene: TrainingScene) -> None:
    ahead = windows.Batches([scene], RECIPE, processes=2)
    for epoch in range(2):
        made.start_at(epoch)
        ahead.start_at(epoch)
        for index in range(len(made)):
            (pixels, labels), (other_pixels, other_labels) = made[index], ahead[index]
            assert np.array_equal(pixels, other_pixels)
            assert np.array_equal(labels, other_labels)


def test_another_run_with_the_same_seed_draws_the_same_batches(scene: TrainingScene) -> None:
    runs = [windows.Batches([scene], Recipe(batch=2, seed=seed)) for seed in (5, 5, 6)]
    (pixels, labels), again, other = (run[1] for run in runs)
    assert np.array_equal(pixels, again[0])
    assert np.array_equal(labels, again[1])
    assert not np.array_equal(pixels, other[0])


def test_a_scene_narrower_than_a_crop_is_filled_up_with_unknown(scene: TrainingScene) -> None:
    narrow = TrainingScene("vegas/x", "train", scene.pixels[:, :, 30:92], scene.labels[:, :, 30:92])
    pixels, labels = windows.cut(Site(narrow, 100, 30), 128, NORMALISED, np.random.default_rng(0))
    assert pixels.shape == (8, 128, 128)
    assert (labels[:, :, 62:] == UNKNOWN).all()


def test_what_is_shown_to_the_network_has_the_size_of_a_tile(scene: TrainingScene) -> None:
    rng = np.random.default_rng(0)
    assert windows.shown(scene, 160, NORMALISED, rng).shape == (8, 160, 160)
    assert windows.shown(scene, 256, NORMALISED, rng).shape == (8, 256, 256)


def test_the_shares_of_absent_sources_go_to_those_present(scene: TrainingScene) -> None:
    other = TrainingScene("vegas/x", "train", scene.pixels, scene.labels)
    made = windows.Batches([scene, other], Recipe(shares={"dstl": 0.3, "naip": 0.6, "vegas": 0.1}))
    assert made._shares.tolist() == pytest.approx([0.75, 0.25])


def test_a_blank_band_is_never_shown(scene: TrainingScene) -> None:
    pixels, _ = windows.Batches([scene], Recipe(batch=2, blank_bands=(0, 7)))[0]
    assert not pixels[..., [0, 7]].any()
    assert pixels[..., 1:7].any()


def test_the_baseline_sees_each_image_stretched_from_its_2nd_to_its_98th_percentile() -> None:
    pixels = np.tile(np.arange(101, dtype=np.float32), (8, 1, 1))
    valid = np.ones((1, 101), bool)
    valid[0, 50] = False
    stretched = windows.normaliser(Recipe(network="segnet"))(pixels, valid)
    assert stretched[0, 0, [0, 2, 100]] == pytest.approx([0, 0, 1], abs=1e-2)
    assert stretched[0, 0, 26] == pytest.approx(0.25, abs=0.01)
    assert stretched[0, 0, 50] == 0


def scene(name: str, **pixels: list[tuple[int, int]]) -> TrainingScene:
    labels = unknown(20, 20)
    for number, places in pixels.items():
        labels[int(number[1:])] = 0
        for place in places:
            labels[int(number[1:]), *place] = 1
    return TrainingScene(name, "train", np.zeros((8, 20, 20), np.float16), labels)


def drawn(places: WindowSampler, times: int = 400) -> list[tuple[str, int, int]]:
    rng = np.random.default_rng(0)
    made = [places.draw(rng) for _ in range(times)]
    return [(place.scene.name, place.row, place.column) for place in made]


def test_half_of_the_windows_show_a_pixel_of_a_class() -> None:
    found = drawn(WindowSampler([scene("a", c3=[(7, 9)])], rarity=0.25))
    assert 0.4 < found.count(("a", 7, 9)) / len(found) < 0.6


def test_a_rare_class_is_shown_more_often_than_its_pixels_ask() -> None:
    many = [(row, column) for row in range(10) for column in range(20)]
    one = scene("a", c0=many, c1=[(15, 15)])
    even = drawn(WindowSampler([one], rarity=0)).count(("a", 15, 15))
    rare = drawn(WindowSampler([one], rarity=1)).count(("a", 15, 15))
    assert 70 < even < 130  # a quarter: half of the half
    assert rare < 10


def test_a_class_is_looked_for_in_the_scenes_that_hold_it() -> None:
    places = WindowSampler([scene("a", c5=[(1, 1)]), scene("b", c5=[]), scene("c")], rarity=0.25)
    names = [name for name, *_ in drawn(places)]
    assert 0.6 < names.count("a") / len(names) < 0.75  # half, and a third of the other half


def test_scenes_without_any_class_are_shown_anywhere() -> None:
    assert len(set(drawn(WindowSampler([scene("a")], rarity=0.25)))) > 100


def test_a_window_is_drawn_from_the_scene_averaged_to_about_its_pixel_size(
    scene: TrainingScene,
) -> None:
    fine = replace(scene, gsd_m=0.62)
    place, scale = windows.scaled(windows.Site(fine, 60, 70), 1.24)
    assert (place.scene.gsd_m, place.row, place.column, scale) == (1.24, 30, 35, 1.0)
    place, scale = windows.scaled(windows.Site(fine, 60, 70), 0.8)
    assert place.scene.gsd_m == 0.62
    assert scale == pytest.approx(0.8 / 0.62)


def test_a_coarse_scene_is_enlarged_by_no_more_than_a_limit(scene: TrainingScene) -> None:
    _, scale = windows.scaled(windows.Site(replace(scene, gsd_m=2.5), 0, 0), 0.6)
    assert scale == pytest.approx(1 / windows.COARSER)


def test_half_of_the_windows_have_the_models_pixel_size_and_all_lie_in_the_trained_range() -> None:
    rng = np.random.default_rng(0)
    drawn = np.array([windows.draw_gsd(rng) for _ in range(2000)])
    assert np.mean(np.isclose(drawn, 1.24)) == pytest.approx(0.5, abs=0.04)
    assert 0.6 <= drawn.min() < 0.7
    assert 2.3 < drawn.max() <= 2.5


def test_bands_that_a_source_lacks_are_blank_and_brighten_no_others(scene: TrainingScene) -> None:
    rgb = tuple(number < 5 for number in range(8))
    pixels = scene.pixels.copy()
    pixels[5:] = 0
    lacking = replace(scene, pixels=pixels, known=rgb, shown=rgb)
    whole, part = (
        windows.shown(one, 160, NORMALISED, np.random.default_rng(0)) for one in (scene, lacking)
    )
    assert not part[5:].any()
    ratio = (part[:5].std() / whole[:5].std()).item()
    assert 0.75 < ratio < 1.25  # 1.6 if the blank bands' spread counted as nothing


def test_ground_beyond_the_mosaic_changes_no_statistics(scene: TrainingScene) -> None:
    pixels = scene.pixels.copy()
    pixels[:, :, 90:] = 0
    half = replace(scene, pixels=pixels)
    drawn, _ = windows.cut(windows.Site(half, 60, 45), 80, NORMALISED, np.random.default_rng(1))
    seen = drawn[:, drawn.any(axis=0)]
    assert np.median(seen) < 0.15  # 0.25 above black


def test_estimated_bands_are_often_lost_and_measured_ones_never_by_that() -> None:
    known = np.array([False, True, True, False, True, False, True, False])
    rng = np.random.default_rng(0)
    lost = np.array(
        [
            ~augment.lose_estimates(np.ones((8, 2, 2), np.float32), known, 0.2, rng).any(
                axis=(1, 2)
            )
            for _ in range(1000)
        ]
    )
    assert not lost[:, known].any()
    assert lost[:, 0].mean() == pytest.approx(0.28, abs=0.05)
    assert lost[:, ~known].all(axis=1).mean() == pytest.approx(0.2, abs=0.04)


def test_misregistered_bands_move_together_and_the_others_stay() -> None:
    pixels = np.tile(np.arange(40, dtype=np.float32), (8, 40, 1))
    moved = augment.misregister(pixels, np.array([0, 3]), np.random.default_rng(3))
    inner = np.s_[5:-5, 5:-5]
    offsets = (moved - pixels)[:, *inner]
    assert not offsets[[1, 2, 4, 5, 6, 7]].any()
    assert np.allclose(offsets[0], offsets[3])
    assert 0 < abs(offsets[0].mean()) < 2


def test_the_curve_of_a_picture_keeps_black_white_and_their_order() -> None:
    levels = np.tile(np.arange(256, dtype=np.float32), (8, 1, 1))
    bent = augment.gamma(levels, np.random.default_rng(0))
    assert bent[0, 0, [0, 255]] == pytest.approx([0, 255], abs=1e-3)
    assert (np.diff(bent[0, 0]) > 0).all()
    assert not np.allclose(bent, levels)


def test_estimated_bands_can_be_blank_in_every_window() -> None:
    known = np.arange(8) < 5
    pixels = np.ones((8, 2, 2), np.float32)
    lost = augment.lose_estimates(pixels, known, 1.0, np.random.default_rng(0))
    assert lost.any(axis=(1, 2)).tolist() == known.tolist()


@pytest.mark.parametrize("zoom", [True, False])
def test_windows_have_the_models_pixel_size_alone_if_the_recipe_says_so(
    zoom: bool, scene: TrainingScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[float] = []

    def noted(place: windows.Site, gsd_m: float) -> tuple[windows.Site, float]:
        sizes.append(gsd_m)
        return place, 1.0

    monkeypatch.setattr(windows, "scaled", noted)
    windows.Batches([scene], Recipe(batch=16, zoom=zoom))[0]
    assert (set(sizes) == {1.24}) is not zoom
