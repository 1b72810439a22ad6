"""NAIP aerial tiles: real red, green, blue and near-infrared at 0.6 m, hand-drawn masks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.data.bands import BandEstimator
from scripts.training.data.scenes import UNKNOWN, Labels, TrainingScene, unknown

BUILDING, ROAD, FOREST, WATER = 1, 2, 4, 5  # 0 background, 3 bare land
FULL_SCALE = 255 / 0.5  # levels per unit of reflectance, about: the tiles are stretched


def scenes(folder: Path, estimator: BandEstimator) -> Iterator[TrainingScene]:
    """Yield the tiles of its own split, averaged to 1.2 m."""
    for name, part in (("train", "train"), ("val", "validation"), ("test", "test")):
        for path in sorted((folder / name / "img").glob("*.tif")):
            red, green, blue, infrared = _halve(tifffile.imread(path)) / FULL_SCALE
            pixels = estimator.fill({4: red, 2: green, 1: blue, 6: infrared})
            drawn = folder / name / "mask" / path.name.replace("tile", "mask")
            mask = tifffile.imread(drawn)[::2, ::2]
            yield TrainingScene(f"naip/{path.stem}", part, pixels.astype(np.float16), _labels(mask))


def _halve(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width, bands = image.shape
    blocks = image.astype(np.float32).reshape(height // 2, 2, width // 2, 2, bands)
    return blocks.mean(axis=(1, 3)).transpose(2, 0, 1)


def _labels(mask: NDArray[np.uint8]) -> Labels:
    """Trees are drawn incompletely, and water is not told apart: unknown where that matters."""
    labels = unknown(*mask.shape)
    labels[KEYS.index("buildings")] = mask == BUILDING
    labels[KEYS.index("roads")] = mask == ROAD
    labels[KEYS.index("trees")] = np.where(mask == FOREST, 1, np.where(mask == 0, UNKNOWN, 0))
    for key in ("waterways", "standing_water"):
        labels[KEYS.index(key)] = np.where(mask == WATER, UNKNOWN, 0)
    return labels
