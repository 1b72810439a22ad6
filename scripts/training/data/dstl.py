"""Dstl competition scenes: real labels, real colour and SWIR-1, the missing bands estimated.

The images do not lie on each other: SWIR is up to 22 m off and is registered to red; the JPEGs are
under a pixel off the labels, everywhere alike.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
import tifffile
from numpy.typing import NDArray
from rasterio.enums import Resampling
from scipy import ndimage
from skimage.registration import phase_cross_correlation
from tesela.catalogue import KEYS

from scripts.training.data.bands import BandEstimator
from scripts.training.data.scenes import UNLABELLED, Labels, TrainingScene, unknown
from scripts.training.sources import FOLDS, source_of

MASKS7 = ("buildings", "roads", "tracks", "trees", "crops", "waterways", "standing_water")
# JPEG levels of black and levels per unit of reflectance, for red, green and blue: judged by clear
# water (6070_2_3) and bare soil (6010_*); only the relation between bands matters.
BLACK = np.array([8, 23, 18], np.float32)
LEVELS = np.array([400, 645, 625], np.float32)
SWIR_BLACK = 700  # counts
# Rows and columns, in pixels, by which a JPEG is moved under the labels: the mean over training scenes
# of where the edges of both agree best.
TO_LABELS_PX = (0.7, -0.6)
SWIR_OF_RED = 1.45  # median of SWIR-1 over red for the library's bare ground
ENLARGED = 837 / 538  # pixels of the labels over those of a JPEG


def scenes(folder: Path, estimator: BandEstimator) -> Iterator[TrainingScene]:
    """Yield every scene; those without masks are unlabelled."""
    for path in sorted((folder / "rgb_jpg").glob("*.jpg")):
        masks = folder / "masks7_derived" / f"{path.stem}.tif"
        labels = _labels(folder, path.stem) if masks.exists() else _no_labels(path)
        colour = _colour(folder, path.stem, labels.shape[1:])
        counts = _swir_counts(folder, path.stem, colour[0])
        red, green, blue = colour
        pixels = estimator.fill({4: red, 2: green, 1: blue, 8: _swir(counts, red)})
        which = part(path.stem) if masks.exists() else UNLABELLED
        yield TrainingScene(f"dstl/{path.stem}", which, pixels.astype(np.float16), labels)


def part(scene: str) -> str:
    """The part of the split that a scene with labels belongs to."""
    return (
        "test"
        if scene in source_of("dstl").test
        else "validation"
        if scene in FOLDS[0]
        else "train"
    )


def _colour(folder: Path, scene: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Reflectance of red, green and blue: the lossless image's detail in the JPEG's radiometry."""
    colour = _read(folder / "rgb_jpg" / f"{scene}.jpg", [1, 2, 3], shape)
    colour = np.stack([ndimage.shift(band, TO_LABELS_PX, mode="nearest") for band in colour])
    fine = folder / "rgb_png" / f"{scene}.png"
    if fine.exists():
        stretched = _read(fine, [1, 2, 3], shape)
        pairs = zip(stretched, colour, strict=True)
        colour = np.stack([_like(band, target) for band, target in pairs])
    return (colour - BLACK[:, None, None]) / LEVELS[:, None, None]


def _like(band: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """Undo a stretch: the cubic of `band` that is nearest to `target`."""
    curve = np.polynomial.Polynomial.fit(band[::3, ::3].ravel(), target[::3, ::3].ravel(), 3)
    return curve(band).astype(np.float32)


def _swir_counts(folder: Path, scene: str, red: NDArray[np.float32]) -> NDArray[np.float32]:
    """SWIR-1 on the grid of the colour, moved to where its edges meet those of red."""
    path = folder / "swir_A" / f"{scene}_A.tif"
    with rasterio.open(path) as file:
        coarse = ndimage.zoom(red, np.divide(file.shape, red.shape), order=1)
        offset, _, _ = phase_cross_correlation(
            _edges(coarse), _edges(file.read(1, out_dtype="float32")), upsample_factor=10
        )
        scale = np.divide(red.shape, file.shape)
    return ndimage.shift(_read(path, [1], red.shape)[0], offset * scale, mode="nearest")


def _edges(band: NDArray[np.float32]) -> NDArray[np.float32]:
    return ndimage.gaussian_gradient_magnitude(band, 1.0)


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


def _no_labels(colour: Path) -> Labels:
    with rasterio.open(colour) as file:
        return unknown(*(round(side * ENLARGED) for side in file.shape))


def _read(path: Path, bands: list[int], shape: tuple[int, ...]) -> NDArray[np.float32]:
    with rasterio.open(path) as file:
        sized = (len(bands), *shape)
        return file.read(bands, out_shape=sized, resampling=Resampling.cubic).astype(np.float32)
