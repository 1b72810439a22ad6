"""Dstl competition scenes: real labels, real colour and SWIR-1, the missing bands estimated."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
import tifffile
from numpy.typing import NDArray
from rasterio.enums import Resampling
from tesela.catalogue import KEYS

from scripts.training.scene import Labels, TrainingScene, unknown
from scripts.training.spectra import BandEstimator

# By scene: 6110_3_1 and 6140_3_1 show the same ground, so do 6110_1_2 and 6140_1_2.
TEST = ("6110_3_1", "6140_3_1", "6120_2_0", "6040_4_4", "6060_2_3")
VALIDATION = ("6100_2_3", "6110_4_0", "6010_4_2", "6170_2_4")

MASKS7 = ("buildings", "roads", "tracks", "trees", "crops", "waterways", "standing_water")
# JPEG levels of black and levels per unit of reflectance, for red, green and blue: judged by clear
# water (6070_2_3) and bare soil (6010_*); only the relation between bands matters.
BLACK = np.array([8, 23, 18], np.float32)
LEVELS = np.array([400, 645, 625], np.float32)
SWIR_BLACK = 700  # counts
SWIR_OF_RED = 1.45  # median of SWIR-1 over red for the library's bare ground


def scenes(folder: Path, estimator: BandEstimator) -> Iterator[TrainingScene]:
    """Yield every scene that has masks."""
    for path in sorted((folder / "masks7_derived").glob("*.tif")):
        labels = _labels(folder, path.stem)
        shape = labels.shape[1:]
        colour = _read(folder / "rgb_jpg" / f"{path.stem}.jpg", [1, 2, 3], shape)
        red, green, blue = (colour - BLACK[:, None, None]) / LEVELS[:, None, None]
        counts = _read(folder / "swir_A" / f"{path.stem}_A.tif", [1], shape)[0]
        pixels = estimator.fill({4: red, 2: green, 1: blue, 8: _swir(counts, red)})
        yield TrainingScene(f"dstl/{path.stem}", part(path.stem), pixels.astype(np.float16), labels)


def part(scene: str) -> str:
    """The part of the split that a scene belongs to."""
    return "test" if scene in TEST else "validation" if scene in VALIDATION else "train"


def _swir(counts: NDArray[np.float32], red: NDArray[np.float32]) -> NDArray[np.float32]:
    """Reflectance of SWIR-1, scaled so that the scene's brightest red is bare ground."""
    bare = red > np.percentile(red, 95)
    dark_free = np.maximum(counts - SWIR_BLACK, 0)
    return dark_free * (SWIR_OF_RED * red[bare].mean() / dark_free[bare].mean())


def _labels(folder: Path, scene: str) -> Labels:
    """All ten classes where the official polygons are at hand, else the seven derived."""
    full = folder / "masks10_from_geojson" / f"{scene}.tif"
    if full.exists():
        return (tifffile.imread(full) > 0).astype(np.uint8)
    masks = tifffile.imread(folder / "masks7_derived" / f"{scene}.tif") > 0
    labels = unknown(*masks.shape[1:])
    labels[[KEYS.index(key) for key in MASKS7]] = masks
    return labels


def _read(path: Path, bands: list[int], shape: tuple[int, ...]) -> NDArray[np.float32]:
    with rasterio.open(path) as file:
        sized = (len(bands), *shape)
        return file.read(bands, out_shape=sized, resampling=Resampling.cubic).astype(np.float32)
