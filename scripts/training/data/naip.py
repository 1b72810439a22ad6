"""NAIP aerial tiles: real red, green, blue and near-infrared at 0.6 m, hand-drawn masks."""

from collections.abc import Container, Iterator
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.data.scenes import PARTS, UNKNOWN, Labels, TrainingScene, unknown
from scripts.training.data.tiles import rgb_scene

GSD_M = 0.6
BUILDING, ROAD, FOREST, WATER = 1, 2, 4, 5  # 0 background, 3 bare land


def scenes(folder: Path, parts: Container[str] = PARTS) -> Iterator[TrainingScene]:
    """Yield the tiles of the parts, by its own split."""
    split = (("train", "train"), ("val", "validation"), ("test", "test"))
    for name, part in [pair for pair in split if pair[1] in parts]:
        for path in sorted((folder / name / "img").glob("*.tif")):
            colour = tifffile.imread(path).transpose(2, 0, 1)
            mask = tifffile.imread(folder / name / "mask" / path.name.replace("tile", "mask"))
            scene = f"naip/{path.stem}"
            yield rgb_scene(scene, part, colour, _labels(mask), gsd_m=GSD_M, terrain=f"naip_{name}")


def _labels(mask: NDArray[np.uint8]) -> Labels:
    """Trees are drawn incompletely, and water is not told apart: unknown where that matters."""
    labels = unknown(*mask.shape)
    labels[KEYS.index("buildings")] = mask == BUILDING
    labels[KEYS.index("roads")] = mask == ROAD
    labels[KEYS.index("trees")] = np.where(mask == FOREST, 1, np.where(mask == 0, UNKNOWN, 0))
    for key in ("waterways", "standing_water"):
        labels[KEYS.index(key)] = np.where(mask == WATER, UNKNOWN, 0)
    return labels
