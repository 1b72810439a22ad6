"""Real WorldView-3 over Las Vegas (SpaceNet, CC BY-SA 4.0), averaged from 0.3 m to 1.2 m."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
import tifffile
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.data.scenes import TrainingScene, unknown

CLASSES = {1: "buildings", 2: "roads", 3: "trees"}
FACTOR = 4


def scenes(folder: Path) -> Iterator[TrainingScene]:
    """Yield the western half to train on and the eastern half to test on."""
    with rasterio.open(folder / "vegas_img2144_ps8_uint8.tif") as file:
        pixels = _shrink(file.read().astype(np.float32)).astype(np.float16)
    drawn = tifffile.imread(folder / "vegas_img2144_ps8_labels_1bld_2road_3tree.tif")
    labels = unknown(*pixels.shape[1:])
    for value, key in CLASSES.items():
        labels[KEYS.index(key)] = _shrink((drawn == value)[None].astype(np.float32))[0] >= 0.5
    middle = pixels.shape[2] // 2
    for name, part, half in (
        ("west", "train", slice(None, middle)),
        ("east", "test", slice(middle, None)),
    ):
        yield TrainingScene(f"vegas/{name}", part, pixels[:, :, half], labels[:, :, half])


def _shrink(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    count, height, width = bands.shape
    rows, columns = height // FACTOR, width // FACTOR
    cut = bands[:, : rows * FACTOR, : columns * FACTOR]
    return cut.reshape(count, rows, FACTOR, columns, FACTOR).mean(axis=(2, 4))
