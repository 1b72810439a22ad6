"""Dstl competition scenes: real labels, real colour and SWIR-1, the missing bands estimated.

The images do not lie on each other: SWIR is up to 22 m off and is registered to red; the JPEGs are
under a pixel off the labels, everywhere alike.
"""

from collections.abc import Container, Iterator
from pathlib import Path

import numpy as np
import rasterio
import tifffile
from numpy.typing import NDArray
from rasterio.enums import Resampling
from scipy import ndimage
from skimage.registration import phase_cross_correlation
from tesela.catalogue import BANDS

from scripts.training.data.estimates import BLUE, GREEN, NIR1, RED, fill
from scripts.training.data.scenes import (
    ALL_BANDS,
    PARTS,
    UNLABELLED,
    Labels,
    TrainingScene,
    unknown,
)
from scripts.training.data.spectra import BandEstimator
from scripts.training.sources import same_ground, source_of

# JPEG levels of black and levels per unit of reflectance, for red, green and blue: judged by clear
# water (6070_2_3) and bare soil (6010_*); only the relation between bands matters.
BLACK = np.array([8, 23, 18], np.float32)
LEVELS = np.array([400, 645, 625], np.float32)
SWIR_BLACK = 700  # counts
# Rows and columns, in pixels, by which a JPEG is moved under the labels: the mean over training scenes
# of where the edges of both agree best.
TO_LABELS_PX = (0.7, -0.6)
SWIR_OF_RED = 1.45  # median of SWIR-1 over red for the library's bare ground
GSD_M = 1.24
ENLARGED = 837 / 538  # pixels of the labels over those of a JPEG
KNOWN = tuple(number in (RED, GREEN, BLUE) for number in range(len(BANDS)))
# Sharper colour on another grid or not registered: folder, file and the shift in rows and columns.
FINE = {
    "6010_1_2": ("rgb_fine/6010_1_2.png", (0.0, 0.0)),
    "6100_2_2": ("rgb_fine/6100_2_2.png", (0.0, 0.0)),
    "6040_2_2": ("rgb_png/6040_2_2.png", (0.0, 0.0)),
    "6060_2_3": ("rgb_png/6060_2_3.png", (0.0, 0.0)),
    "6070_2_3": ("rgb_png/6070_2_3.png", (0.0, 0.0)),
    "6100_1_3": ("rgb_png/6100_1_3.png", (0.0, 0.0)),
}


def scenes(folder: Path, parts: Container[str] = PARTS) -> Iterator[TrainingScene]:
    """Yield every scene of the parts; those without masks are unlabelled. `spectra` lies beside the folder."""
    estimator = BandEstimator(folder.parent / "spectra" / "earthlib_spectra-optimized.sli")
    for path in sorted((folder / "rgb_jpg").glob("*.jpg")):
        scene = path.stem
        masks = folder / "masks10" / f"{scene}.tif"
        which = part(scene) if masks.exists() else UNLABELLED
        if which not in parts:
            continue
        labels = _labels(masks) if masks.exists() else _no_labels(path)
        colour = _colour(folder, scene, labels.shape[1:])
        red, green, blue = colour
        swir = _swir(_swir_counts(folder, scene, red), red)
        infrared = estimator.fill({RED: red, GREEN: green, BLUE: blue, 8: swir})[NIR1]
        pixels = fill({RED: red, GREEN: green, BLUE: blue, NIR1: infrared}).astype(np.float16)
        name, terrain = f"dstl/{scene}", same_ground(f"dstl/{scene}")
        yield TrainingScene(name, which, pixels, labels, GSD_M, KNOWN, ALL_BANDS, terrain)


def part(scene: str) -> str:
    """The part of the split that a scene with labels belongs to."""
    return "test" if scene in source_of("dstl").test else "train"


def _colour(folder: Path, scene: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Reflectance of red, green and blue: the lossless image's detail in the JPEG's radiometry."""
    colour = _read(folder / "rgb_jpg" / f"{scene}.jpg", [1, 2, 3], shape)
    colour = np.stack([ndimage.shift(band, TO_LABELS_PX, mode="nearest") for band in colour])
    if scene in FINE and (folder / FINE[scene][0]).exists():
        file, shift = FINE[scene]
        stretched = _read(folder / file, [1, 2, 3], shape)
        stretched = np.stack([ndimage.shift(band, shift, mode="nearest") for band in stretched])
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


def _labels(masks: Path) -> Labels:
    """All ten classes; the file holds the share of each pixel that is covered, times 255."""
    return (tifffile.imread(masks) >= 128).astype(np.uint8)


def _no_labels(colour: Path) -> Labels:
    with rasterio.open(colour) as file:
        return unknown(*(round(side * ENLARGED) for side in file.shape))


def _read(path: Path, bands: list[int], shape: tuple[int, ...]) -> NDArray[np.float32]:
    with rasterio.open(path) as file:
        sized = (len(bands), *shape)
        return file.read(bands, out_shape=sized, resampling=Resampling.cubic).astype(np.float32)
