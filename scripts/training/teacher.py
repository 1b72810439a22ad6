"""Average what the fold networks predict of every training scene: what the student learns beside labels.

    python -m scripts.training.teacher --folds build/training/fold-* --scenes build/training/scenes \
        --out build/training/teacher

One `.npy` per scene, kept as it is made, so that an interruption loses one; scenes whose labels are all
known need none. Test scenes have none.
"""

import argparse
import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from scripts.training.data.scenes import (
    MODEL_GSD_M,
    TEACHER_UNIT,
    UNKNOWN,
    UNLABELLED,
    TrainingScene,
    load_scenes,
)
from scripts.training.model.predictors import network_of, normaliser_of
from scripts.training.out_of_fold import predicted
from scripts.training.runs import WEIGHTS

PARTS = ("train", "validation", UNLABELLED)


def main() -> None:
    """Predict what is missing."""
    options = _options()
    begin(options.out, options.folds)
    scenes = [scene for part in PARTS for scene in load_scenes(options.scenes, part, MODEL_GSD_M)]
    networks = [(network_of(run), normaliser_of(run)) for run in options.folds]
    missing = [s for s in scenes if needed(s) and not _path(options.out, s.name).exists()]
    for scene in tqdm(missing, "teacher", unit="scene"):
        mean = np.mean([predicted(*pair, scene) for pair in networks], axis=0)
        _write(_path(options.out, scene.name), np.rint(TEACHER_UNIT * mean).astype(np.uint8))


def begin(folder: Path, folds: Iterable[Path]) -> None:
    """Discard what other weights predicted."""
    weights = " ".join(hashlib.sha256((run / WEIGHTS).read_bytes()).hexdigest() for run in folds)
    note = folder / "weights.txt"
    if not note.exists() or note.read_text("utf-8") != weights:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        note.write_text(weights, "utf-8")


def needed(scene: TrainingScene) -> bool:
    """Whether labels leave something open."""
    return bool((scene.labels == UNKNOWN).any())


def taught(scenes: Sequence[TrainingScene], folder: Path) -> list[TrainingScene]:
    """The scenes with the teacher's predictions, read from the disk as windows need them."""
    return [replace(scene, teacher=_predictions(scene, folder)) for scene in scenes]


def _predictions(scene: TrainingScene, folder: Path) -> NDArray[np.uint8]:
    path = _path(folder, scene.name)
    if path.exists():
        predictions: NDArray[np.uint8] = np.load(path, mmap_mode="r")
        return predictions
    if needed(scene):
        raise SystemExit(f"{folder} has no predictions of {scene.name}: run `teacher` first.")
    return np.full((len(scene.labels), 1, 1), UNKNOWN, np.uint8)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('/', '__')}.npy"


def _write(path: Path, predictions: NDArray[np.uint8]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, predictions)
    part.replace(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=Path, nargs="+", required=True, help="runs to average")
    parser.add_argument("--scenes", type=Path, required=True, help="cache of the scenes")
    parser.add_argument("--out", type=Path, required=True, help="folder of the predictions")
    return parser.parse_args()


if __name__ == "__main__":
    main()
