from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

import rasterio
from scipy import ndimage

from scripts.training.sources import dstl

SIZE, COARSE = 240, 40  # pixels of the colour, and of SWIR over the same ground


def ground() -> np.ndarray:
    rng = np.random.default_rng(3)
    return ndimage.gaussian_filter(rng.normal(0, 60, (SIZE, SIZE)), 6).astype(np.float32) + 50


def test_infrared_is_moved_to_where_its_edges_meet_those_of_red(tmp_path: Path):
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


def test_a_stretched_band_gets_the_other_images_levels_back():
    levels = ground()
    stretched = 255 * ((levels - levels.min()) / np.ptp(levels)) ** 0.8
    assert np.abs(dstl._like(stretched, levels) - levels).max() < 0.02 * np.ptp(levels)
