"""A training scene: bands and labels on one grid, kept on disk between runs."""

import hashlib
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import BANDS, KEYS
from tesela.core.rescale import resize

UNLABELLED = "unlabelled"  # the part of scenes whose labels are all unknown
PARTS = ("train", "validation", "test", UNLABELLED)
UNKNOWN = 255  # the source does not tell, so nothing is learnt or judged there
MODEL_GSD_M = 1.24  # pixel size that the network is made for
SAME_GSD = 0.05  # pixel sizes that differ by less are taken as equal
FINEST_GSD_M = 0.6  # what is finer is averaged when it is read
TEACHER_UNIT = 254  # probability = byte / 254; 255 is unknown here too
Labels = NDArray[np.uint8]  # (10, H, W): 0, 1 or UNKNOWN
Pixels = NDArray[Any]  # (8, H, W), uint8 or float16, any linear scale by band
Flags = tuple[bool, ...]  # one per band
# Bands (8, H, W) and valid pixels (H, W) to what a network sees of them, (8, H, W).
Normaliser = Callable[[NDArray[np.float32], NDArray[np.bool_]], NDArray[np.float32]]

ALL_BANDS: Flags = (True,) * len(BANDS)


@dataclass(frozen=True)
class TrainingScene:
    """Bands of any linear scale and what is known of each class."""

    name: str  # "source/scene"
    part: str  # "train", "validation", "test" or UNLABELLED
    pixels: Pixels
    labels: Labels
    gsd_m: float = MODEL_GSD_M
    known: Flags = ALL_BANDS  # bands that a sensor measured; others are estimated or blank
    shown: Flags = ALL_BANDS  # bands that hold something; others are 0 everywhere
    terrain: str = ""  # scenes of one terrain are never on two sides of a split
    teacher: NDArray[np.uint8] | None = None  # (10, h, w) of the same ground, bytes; never kept

    @property
    def source(self) -> str:
        """The folder or simulator that it came from."""
        return self.name.split("/")[0]

    def targets(self, rows: slice, columns: slice) -> NDArray[np.uint8]:
        """Labels (10, h, w) of a window; with a teacher, its predictions after them, on their grid."""
        labels = self.labels[:, rows, columns]
        if self.teacher is None:
            return labels
        sides = zip((rows, columns), self.labels.shape[1:], self.teacher.shape[1:], strict=True)
        y, x = (_nearest(window, length, other) for window, length, other in sides)
        return np.concatenate([labels, self.teacher[:, y[:, None], x]])

    @property
    def place(self) -> str:
        """What the source calls it."""
        return self.name.split("/")[1]

    @cached_property
    def halved(self) -> "TrainingScene":
        """The scene at twice its pixel size."""
        return self.at(2 * self.gsd_m)

    def at(self, gsd_m: float) -> "TrainingScene":
        """The scene at another pixel size, as serving would resample it."""
        if abs(gsd_m / self.gsd_m - 1) < SAME_GSD:
            return self
        sides = [max(1, round(side * self.gsd_m / gsd_m)) for side in self.pixels.shape[1:]]
        pixels = resize(self.pixels, *sides)
        if self.pixels.dtype == np.uint8:
            np.rint(pixels, out=pixels)
        pixels = pixels.astype(self.pixels.dtype)
        return replace(self, pixels=pixels, labels=resize_labels(self.labels, *sides), gsd_m=gsd_m)


def resize_labels(labels: Labels, height: int, width: int) -> Labels:
    """Resample labels (C, H, W): present on half of the known ground, unknown if half is unknown."""
    result = np.empty((len(labels), height, width), np.uint8)
    for plane, wanted in zip(labels, result, strict=True):
        first = plane.flat[0]
        if (plane == first).all():  # most classes of most sources: nothing to resample
            wanted[:] = first
            continue
        unknown_share, share = resize(np.stack([plane == UNKNOWN, plane == 1]), height, width)
        wanted[:] = share >= 0.5 * (1 - unknown_share) - 1e-6
        wanted[unknown_share >= 0.5] = UNKNOWN
    return result


def _nearest(window: slice, length: int, other: int) -> NDArray[np.int64]:
    """Positions, in an array of `other` pixels, of a window's pixels in one of `length`."""
    return ((np.arange(length)[window] + 0.5) * other / length).astype(int)


def fingerprint(scenes: Iterable[TrainingScene]) -> str:
    """A hash of names, pixels and labels: two trainings with one fingerprint learn the same scenes."""
    digest = hashlib.sha256()
    for scene in sorted(scenes, key=lambda scene: scene.name):
        sums = [zlib.crc32(np.ascontiguousarray(a).data) for a in (scene.pixels, scene.labels)]
        digest.update(f"{scene.name} {sums}".encode())
    return digest.hexdigest()[:16]


def unknown(height: int, width: int) -> Labels:
    """Labels that tell nothing yet."""
    return np.full((len(KEYS), height, width), UNKNOWN, np.uint8)


def save_scenes(scenes: Iterator[TrainingScene], folder: Path) -> None:
    """Write scenes, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for scene in scenes:
        names = [entry.name for entry in fields(scene) if entry.name != "teacher"]
        arrays = {name: np.asarray(getattr(scene, name)) for name in names}
        path = folder / f"{scene.name.replace('/', '__')}.npz"
        # As `numpy.savez_compressed`, four times as fast and hardly larger.
        with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w") as entry:
                    np.lib.format.write_array(entry, array, allow_pickle=False)


def load_scenes(
    folder: Path, part: str, gsd_m: float | None = None, names: Container[str] | None = None
) -> list[TrainingScene]:
    """Read the kept scenes of a part, by name.

    Args:
        folder: The cache.
        part: The part of the split.
        gsd_m: Pixel size to bring every scene to, as serving would; None leaves each as it is.
        names: The sources to read; None reads all.
    """
    scenes = []
    for file in _kept(folder, part):
        if names is None or str(file["name"]).split("/", maxsplit=1)[0] in names:
            scene = _scene(file)
            scenes.append(scene.at(gsd_m) if gsd_m else scene)
    return scenes


def _scene(file: Mapping[str, NDArray[Any]]) -> TrainingScene:
    return TrainingScene(
        name=str(file["name"]),
        part=str(file["part"]),
        pixels=file["pixels"],
        labels=file["labels"],
        gsd_m=float(file["gsd_m"]),
        known=tuple(file["known"].tolist()),
        shown=tuple(file["shown"].tolist()),
        terrain=str(file["terrain"]),
    )


def source_names(folder: Path, part: str) -> list[str]:
    """The source of each kept scene of a part."""
    return [str(file["name"]).split("/", maxsplit=1)[0] for file in _kept(folder, part)]


def _kept(folder: Path, part: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Open the files of a part, one at a time; what is not asked for is not read."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as file:
            if str(file["part"]) == part:
                yield file
