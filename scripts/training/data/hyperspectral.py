"""Five airborne hyperspectral scenes, integrated over WorldView-3's bands and labelled by eye."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile

from scripts.training.data.estimates import fill
from scripts.training.data.scenes import ALL_BANDS, UNKNOWN, TrainingScene

GSD_M = {"pavia_centre": 1.3}  # the others have the model's 1.24 m
SCENES = ("houston2018", "hydice_urban", "muufl", "neon_sjer", "pavia_centre")
# Cloth panels of pure colours and a white calibration cloth, rows and columns: no land cover.
PANELS = {"muufl": ((slice(14, 37), slice(22, 38)), (slice(16, 25), slice(4, 15)))}


def scenes(folder: Path) -> Iterator[TrainingScene]:
    """Yield the scenes; a band that its sensor lacks is estimated from the others."""
    for name in SCENES:
        measured = tifffile.imread(folder / f"{name}.tif")
        labels = tifffile.imread(folder / f"{name}_labels.tif")
        for rows, columns in PANELS.get(name, ()):
            labels[:, rows, columns] = UNKNOWN
        known = tuple(np.isfinite(measured).any(axis=(1, 2)).tolist())
        given = {number: band for number, band in enumerate(measured) if known[number]}
        pixels = fill(given)
        pixels = np.nan_to_num(pixels) * (10_000 if pixels.max() < 10 else 1)
        yield TrainingScene(
            f"hyperspectral/{name}",
            "train",
            pixels.astype(np.float16),
            labels,
            GSD_M.get(name, 1.24),
            known,
            ALL_BANDS,
            name,
        )
