"""Real WorldView chips, labelled by eye: seven places, most with all eight bands."""

from collections.abc import Container, Iterator
from pathlib import Path

import numpy as np
import scipy.io
import tifffile
from numpy.typing import NDArray
from tesela.catalogue import BANDS, KEYS
from tesela.core.rescale import resize

from scripts.training.data.estimates import BLUE, GREEN, NIR1, RED, fill
from scripts.training.data.scenes import (
    ALL_BANDS,
    FINEST_GSD_M,
    PARTS,
    UNKNOWN,
    UNLABELLED,
    Labels,
    TrainingScene,
    resize_labels,
    unknown,
)

VEGAS_CLASSES = {1: "buildings", 2: "roads", 3: "trees"}
LEAFLESS = "OMA_124_043"  # its trees, from lidar, cannot be seen
Bands = NDArray[np.float32]


def us3d(folder: Path) -> Iterator[TrainingScene]:
    """Jacksonville and leafless Omaha, pan-sharpened to 0.3 m."""
    for name in ("JAX_004_010", LEAFLESS):
        labels = tifffile.imread(folder / f"{name}_labels.tif")
        if name == LEAFLESS:
            labels[KEYS.index("trees")] = UNKNOWN
        yield chip(f"us3d/{name}", "train", _planar(folder / f"{name}_MSI.tif"), labels, 0.3)


def core3d(folder: Path) -> Iterator[TrainingScene]:
    """San Diego and Dayton at 0.5 m, the second once more without labels."""
    for name in ("ucsd_d3", "wpafb_d2", "wpafb_d1"):
        pixels, path = _planar(folder / f"{name}.tif"), folder / f"{name}_labels.tif"
        labels = tifffile.imread(path) if path.exists() else unknown(*pixels.shape[1:])
        part = "train" if path.exists() else UNLABELLED
        yield chip(f"core3d/{name}", part, pixels, labels, 0.5)


def imgwv2(folder: Path, parts: Container[str] = PARTS) -> Iterator[TrainingScene]:
    """A US suburb at 2 m; the eastern half is to test on."""
    halves = _halves("imgwv2", *imgwv2_as_it_came(folder))
    yield from (half for half in halves if half.part in parts)


def vegas(folder: Path, parts: Container[str] = PARTS) -> Iterator[TrainingScene]:
    """Las Vegas, pan-sharpened to 0.3 m; the eastern half is to test on."""
    halves = _halves("vegas", *vegas_as_it_came(folder))
    yield from (half for half in halves if half.part in parts)


def imgwv2_as_it_came(folder: Path) -> tuple[Bands, Labels, float]:
    """Pixels, labels and the size of a pixel in metres."""
    pixels = scipy.io.loadmat(folder / "imgWV2.mat")["I_MS"].astype(np.float32).transpose(2, 0, 1)
    return pixels, tifffile.imread(folder / "imgWV2_labels.tif"), 2.0


def vegas_as_it_came(folder: Path) -> tuple[Bands, Labels, float]:
    """Pixels, labels and the size of a pixel in metres."""
    pixels = _planar(folder / "vegas_img2144_ps8_uint8.tif")
    drawn = tifffile.imread(folder / "vegas_img2144_ps8_labels_1bld_2road_3tree.tif")
    labels = unknown(*drawn.shape)
    for value, key in VEGAS_CLASSES.items():
        labels[KEYS.index(key)] = drawn == value
    return pixels, labels, 0.3


def rotterdam(folder: Path) -> Iterator[TrainingScene]:
    """Four bands whose every value stands in a block of 2 x 2 pixels: true 2 m; 0 is no data."""
    for path in sorted(folder.glob("ms?.tif")):
        values = _planar(path)[:, ::2, ::2]
        labels = tifffile.imread(folder / f"{path.stem}_labels.tif")
        labels = resize_labels(labels, *values.shape[1:])
        empty = (values == 0).all(axis=0)
        labels[:, empty] = UNKNOWN
        values[:, empty] = np.nan
        given = dict(zip((BLUE, GREEN, RED, NIR1), values, strict=True))
        pixels = fill(given)
        pixels[:, empty] = 0
        known = tuple(number in given for number in range(len(BANDS)))
        name = f"rotterdam/{path.stem}"
        pixels = pixels.astype(np.float16)
        yield TrainingScene(name, "train", pixels, labels, 2.0, known, ALL_BANDS, "rotterdam")


def moscow(folder: Path) -> Iterator[TrainingScene]:
    """A quarter of Moscow in winter at 1.3 m, without labels."""
    pixels = _planar(folder / "SN5_Moscow_MS_chip996.tif")
    yield chip("moscow/996", UNLABELLED, pixels, unknown(*pixels.shape[1:]), 1.3)


def zpnn(folder: Path) -> Iterator[TrainingScene]:
    """Two snippets of 32 px without labels."""
    for path in sorted(folder.glob("zpnn_*.mat")):
        pixels = scipy.io.loadmat(path)["I_MS_LR"].astype(np.float32).transpose(2, 0, 1)
        name = f"zpnn/{path.stem.rsplit('_', maxsplit=1)[-1]}"
        yield chip(name, UNLABELLED, pixels, unknown(*pixels.shape[1:]), 1.24)


def chip(name: str, part: str, pixels: Bands, labels: Labels, gsd_m: float) -> TrainingScene:
    """A scene of eight measured bands (8, H, W), averaged to 0.6 m where it is much finer."""
    if gsd_m < 0.8 * FINEST_GSD_M:
        sides = [round(side * gsd_m / FINEST_GSD_M) for side in pixels.shape[1:]]
        pixels, labels, gsd_m = resize(pixels, *sides), resize_labels(labels, *sides), FINEST_GSD_M
    terrain = name.split("_", maxsplit=1)[0] if name.startswith("core3d/wpafb") else name
    return TrainingScene(
        name, part, pixels.astype(np.float16), labels, gsd_m, ALL_BANDS, ALL_BANDS, terrain
    )


def _halves(source: str, pixels: Bands, labels: Labels, gsd_m: float) -> Iterator[TrainingScene]:
    middle = pixels.shape[2] // 2
    for name, part, half in (
        ("west", "train", slice(None, middle)),
        ("east", "test", slice(middle, None)),
    ):
        yield chip(f"{source}/{name}", part, pixels[:, :, half], labels[:, :, half], gsd_m)


def _planar(path: Path) -> Bands:
    """The bands (C, H, W) of a file that keeps them pixel by pixel, or planar."""
    pixels = tifffile.imread(path)
    last = pixels.shape[2] <= len(BANDS)
    return (pixels.transpose(2, 0, 1) if last else pixels).astype(np.float32)
