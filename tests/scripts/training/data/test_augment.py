import numpy as np
import pytest

pytest.importorskip("scipy", reason="the training extra is not installed")

from scipy import ndimage

from scripts.training.data import augment


def window(size: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Bands and labels that say of every pixel the same: where a label is set, the bands are 1."""
    labels = (np.random.default_rng(3).random((10, size, size)) < 0.3).astype(np.uint8)
    return labels[:8].astype(np.float32), labels


@pytest.mark.parametrize("seed", range(12))
def test_turning_keeps_pixels_and_labels_together(seed: int) -> None:
    pixels, labels = augment.turn(*window(), np.random.default_rng(seed))
    assert np.array_equal(pixels, labels[:8])


def test_turning_reaches_all_eight_symmetries() -> None:
    pixels, labels = window()
    rng = np.random.default_rng(0)
    seen = {augment.turn(pixels, labels, rng)[0].tobytes() for _ in range(200)}
    assert len(seen) == 8


@pytest.mark.parametrize("size", [6, 12, 24])
def test_resizing_keeps_pixels_and_labels_together(size: int) -> None:
    labels = np.zeros((10, 12, 12), np.uint8)
    labels[:, :, 6:] = 1
    pixels, resized = augment.resize(labels[:8].astype(np.float32), labels, size)
    assert pixels.shape == (8, size, size)
    assert np.array_equal(pixels > 0.5, resized[:8])


@pytest.mark.parametrize("size", [9, 17])
def test_resizing_is_bilinear(size: int) -> None:
    pixels, labels = window()
    resized, _ = augment.resize(pixels, labels, size)
    places = (np.arange(size) + 0.5) * 12 / size - 0.5
    grid = np.meshgrid(places, places, indexing="ij")
    bands = [ndimage.map_coordinates(band, grid, order=1, mode="nearest") for band in pixels]
    assert resized == pytest.approx(np.stack(bands), abs=1e-5)
    assert resized.dtype == np.float32


def test_noise_is_up_to_three_hundredths_of_a_bands_spread() -> None:
    pixels = np.random.default_rng(5).normal(0, 50, (8, 200, 200)).astype(np.float32)
    changes = [augment.noise(pixels, np.random.default_rng(n)) - pixels for n in range(20)]
    spreads = [float(change.std()) for change in changes]
    assert 0 < min(spreads) < 0.3 < max(spreads) < 1.6


def test_radiometry_keeps_the_order_of_bright_and_dark() -> None:
    pixels = np.full((8, 40, 40), 100, np.float32)
    pixels[:, :, 20:] = 900
    for seed in range(20):
        changed = augment.radiometry(pixels, np.random.default_rng(seed))
        assert changed.shape == pixels.shape
        assert np.isfinite(changed).all()
        assert (changed[:, :, 25:].mean(axis=(1, 2)) > changed[:, :, :15].mean(axis=(1, 2))).all()


def test_about_one_window_in_twenty_loses_one_band() -> None:
    rng = np.random.default_rng(0)
    lost = [
        8 - augment.lose_band(np.ones((8, 2, 2), np.float32), rng).any(axis=(1, 2)).sum()
        for _ in range(2000)
    ]
    assert set(lost) == {0, 1}
    assert 60 < sum(lost) < 140


def test_each_stretch_of_road_is_repainted_in_a_colour_of_its_own_and_nothing_else() -> None:
    labels = np.zeros((10, 40, 40), np.uint8)
    labels[augment.ROADS, 10:20, 5:15] = labels[augment.ROADS, 10:20, 25:35] = 1
    pixels = np.full((8, 40, 40), 0.4, np.float32)
    painted = augment.repaint_roads(pixels, labels, np.random.default_rng(0))
    far = np.ones((40, 40), bool)
    far[5:25] = False
    assert np.array_equal(painted[:, far], pixels[:, far])
    left, right = painted[:, 15, 10], painted[:, 15, 30]
    assert (np.abs(left / 0.4 - 1) > 0.01).any()
    assert not np.allclose(left, right)
    assert painted.dtype == np.float32


def test_unknown_ground_is_not_repainted() -> None:
    labels = np.full((10, 20, 20), 255, np.uint8)
    pixels = np.ones((8, 20, 20), np.float32)
    assert np.array_equal(augment.repaint_roads(pixels, labels, np.random.default_rng(0)), pixels)
