"""Sets of RGB tiles of many places: `tiles/<set>/{images,masks}`, some with `nir` beside.

Masks are PNG files of one band with the image's base name; 255 is unknown. A set that labels one
class says nothing of the others.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from tesela.catalogue import BANDS, KEYS
from tesela.core.rescale import resize

from scripts.training.data.estimates import NIR1, RGB, fill
from scripts.training.data.exclusions import exclude
from scripts.training.data.scenes import (
    FINEST_GSD_M,
    UNKNOWN,
    Labels,
    TrainingScene,
    resize_labels,
    unknown,
)
from scripts.training.tile_sets import ANY, SETS, TileSet

FILL = 12  # levels that JPEG leaves of a mosaic's black or white surroundings
MIN_KNOWN = 0.1  # share of a tile that must be labelled


def scenes(folder: Path) -> Iterator[TrainingScene]:
    """Yield every tile of the set of that name, at 0.6 m or its own coarser pixel size."""
    yield from read_set(folder, next(one for one in SETS if one.folder == folder.name))


def read_set(folder: Path, tiles: TileSet) -> Iterator[TrainingScene]:
    """Yield every tile of a folder whose masks mean what the row says."""
    for path in sorted((folder / "images").glob("*.jpg")):
        if path.stem.startswith(tiles.skipped or ("\0",)):
            continue
        colour = read_bands(path)
        if tiles.infrared:
            colour = np.concatenate([colour, read_bands(folder / "nir" / path.name)])
        mask = read_bands((folder / "masks" / path.name).with_suffix(".png"))[0]
        colour = _without_fill(colour, mask)
        rows, columns = _best(mask, tiles.side_px or max(mask.shape))
        if (mask[rows, columns] != UNKNOWN).mean() < MIN_KNOWN:
            continue
        labels = _labels(mask[rows, columns], tiles, path.stem)
        name, terrain = f"{tiles.folder}/{path.stem}", _terrain(tiles, path.stem)
        yield rgb_scene(
            name, "train", colour[:, rows, columns], labels, gsd_m=tiles.gsd_m, terrain=terrain
        )


def rgb_scene(
    name: str,
    part: str,
    colour: NDArray[np.uint8],
    labels: Labels,
    *,
    gsd_m: float,
    terrain: str,
) -> TrainingScene:
    """A scene of 8-bit red, green, blue and perhaps NIR1 (3 or 4, H, W), at 0.6 m or coarser."""
    if gsd_m < 0.95 * FINEST_GSD_M:
        sides = [round(side * gsd_m / FINEST_GSD_M) for side in colour.shape[1:]]
        colour = np.rint(resize(colour, *sides)).astype(np.uint8)
        labels, gsd_m = resize_labels(labels, *sides), FINEST_GSD_M
    given = dict(zip((*RGB, NIR1), colour.astype(np.float32), strict=False))
    bands = fill(given)
    shown = tuple(bool(np.isfinite(band).all()) for band in bands)
    known = tuple(number in given for number in range(len(BANDS)))
    pixels = np.rint(np.clip(np.nan_to_num(bands), 0, 255)).astype(np.uint8)
    return TrainingScene(name, part, pixels, labels, gsd_m, known, shown, terrain)


def read_bands(path: Path) -> NDArray[np.uint8]:
    """The bands (C, H, W) of a JPEG or PNG; grey becomes three equal bands, except in masks."""
    with rasterio.open(path) as file:
        bands: NDArray[np.uint8] = file.read()
    return (
        np.repeat(bands, 3, axis=0) if len(bands) == 1 and path.parent.name == "images" else bands
    )


def _without_fill(colour: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The tile with 0 where the mosaic ends: black or white, and unknown."""
    dark, bright = (colour <= FILL).all(axis=0), (colour >= 255 - FILL).all(axis=0)
    return colour * ~((mask == UNKNOWN) & (dark | bright))


def _labels(mask: NDArray[np.uint8], tiles: TileSet, stem: str) -> Labels:
    labels = unknown(*mask.shape)
    for value in np.unique(mask[mask != UNKNOWN]).tolist():
        here = mask == value
        keys = tiles.absent.get(value, tiles.absent.get(ANY, ()))
        if value == 0 and stem.startswith(tiles.zero_unknown or ("\0",)):
            keys = ()
        for key in keys:
            labels[KEYS.index(key)][here] = 0
        if value in tiles.present:
            labels[KEYS.index(tiles.present[value])][here] = 1
    return exclude(labels)


def _best(mask: NDArray[np.uint8], side: int) -> tuple[slice, slice]:
    """Where in a mask a square of `side` px knows and shows most, on a coarse grid."""
    known = np.where(mask == UNKNOWN, 0, np.where(mask == 0, 1, 9))
    sums = np.pad(known.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    starts = [range(0, max(1, length - side + 1), max(1, side // 8)) for length in mask.shape]
    high = [min(side, length) for length in mask.shape]

    def total(row: int, column: int) -> int:
        bottom, right = row + high[0], column + high[1]
        return int(
            sums[bottom, right] - sums[row, right] - sums[bottom, column] + sums[row, column]
        )

    row, column = max(((r, c) for r in starts[0] for c in starts[1]), key=lambda at: total(*at))
    return slice(row, row + high[0]), slice(column, column + high[1])


def _terrain(tiles: TileSet, stem: str) -> str:
    return "_".join([tiles.folder, *stem.split("_")[: tiles.terrain_parts]])
