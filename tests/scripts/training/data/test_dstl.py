from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

import rasterio
from scipy import ndimage

from scripts.training.data import dstl
from scripts.training.data.scenes import UNKNOWN, UNLABELLED

SIZE, COARSE = 240, 40  # pixels of the colour, and of SWIR over the same ground


def ground() -> np.ndarray:
    rng = np.random.default_rng(3)
    smooth: np.ndarray = ndimage.gaussian_filter(rng.normal(0, 60, (SIZE, SIZE)), 6)
    return smooth.astype(np.float32) + 50


def test_infrared_is_moved_to_where_its_edges_meet_those_of_red(tmp_path: Path) -> None:
    red = ground()
    moved = ndimage.shift(red, (6, -12), mode="nearest")  # one and two pixels of the coarse grid
    coarse = moved.reshape(COARSE, 6, COARSE, 6).mean(axis=(1, 3)) * 20 + 900
    (tmp_path / "swir_A").mkdir()
    profile = {"driver": "GTiff", "count": 1, "width": COARSE, "height": COARSE, "dtype": "uint16"}
    with rasterio.open(tmp_path / "swir_A" / "x_A.tif", "w", **profile) as file:
        file.write(coarse.astype(np.uint16), 1)
    found = dstl._swir_counts(tmp_path, "x", red)
    inner = slice(30, -30)
    assert np.corrcoef(found[inner, inner].ravel(), red[inner, inner].ravel())[0, 1] > 0.97
    assert np.corrcoef(moved[inner, inner].ravel(), red[inner, inner].ravel())[0, 1] < 0.8


def test_a_scene_without_masks_is_unlabelled_on_the_grid_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dstl, "BandEstimator", lambda library: Estimator())
    for name in ("rgb_jpg", "swir_A"):
        (tmp_path / name).mkdir()
    colour = np.tile(ground(), (3, 1, 1)).clip(0, 255).astype(np.uint8)[:, :200]
    jpeg = {"driver": "JPEG", "count": 3, "width": SIZE, "height": 200, "dtype": "uint8"}
    with rasterio.open(tmp_path / "rgb_jpg" / "x.jpg", "w", **jpeg) as file:
        file.write(colour)
    swir = {"driver": "GTiff", "count": 8, "width": 60, "height": 50, "dtype": "uint16"}
    with rasterio.open(tmp_path / "swir_A" / "x_A.tif", "w", **swir) as file:
        file.write(np.tile(1000 + colour[0, ::4, ::4].astype(np.uint16), (8, 1, 1)))
    (one,) = dstl.scenes(tmp_path)
    assert (one.name, one.part) == ("dstl/x", UNLABELLED)
    assert one.pixels.shape == (8, 311, 373)
    assert (one.labels == UNKNOWN).all()


class Estimator:
    """Knows nothing of spectra."""

    def fill(self, known: dict[int, np.ndarray]) -> np.ndarray:
        return np.stack([known[2]] * 8)


def test_a_stretched_band_gets_the_other_images_levels_back() -> None:
    levels = ground()
    stretched = 255 * ((levels - levels.min()) / np.ptp(levels)) ** 0.8
    assert np.abs(dstl._like(stretched, levels) - levels).max() < 0.02 * np.ptp(levels)
