"""A training scene: bands and labels on one grid, kept on disk between runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS

UNLABELLED = "unlabelled"  # the part of scenes whose labels are all unknown
UNKNOWN = 255  # the source does not tell, so nothing is learnt or judged there
Labels = NDArray[np.uint8]  # (10, H, W): 0, 1 or UNKNOWN


@dataclass(frozen=True)
class TrainingScene:
    """Bands of any linear scale and what is known of each class."""

    name: str  # "source/scene"
    part: str  # "train", "validation", "test" or UNLABELLED
    pixels: NDArray[np.float16]  # (8, H, W)
    labels: Labels

    @property
    def source(self) -> str:
        """The folder or simulator that it came from."""
        return self.name.split("/")[0]

    @property
    def place(self) -> str:
        """What the source calls it."""
        return self.name.split("/")[1]


def unknown(height: int, width: int) -> Labels:
    """Labels that tell nothing yet."""
    return np.full((len(KEYS), height, width), UNKNOWN, np.uint8)


def save_scenes(scenes: Iterator[TrainingScene], folder: Path) -> None:
    """Write scenes, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for scene in scenes:
        path = folder / f"{scene.name.replace('/', '__')}.npz"
        np.savez(path, name=scene.name, part=scene.part, pixels=scene.pixels, labels=scene.labels)


def load_scenes(folder: Path, part: str) -> list[TrainingScene]:
    """Read the kept scenes of a part, by name."""
    return [
        TrainingScene(str(file["name"]), part, file["pixels"], file["labels"])
        for file in _kept(folder, part)
    ]


def source_names(folder: Path, part: str) -> list[str]:
    """The source of each kept scene of a part."""
    return [str(file["name"]).split("/", maxsplit=1)[0] for file in _kept(folder, part)]


def _kept(folder: Path, part: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Open the files of a part, one at a time; what is not asked for is not read."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as file:
            if str(file["part"]) == part:
                yield file
