"""What each fold's network scores on the terrain that it never saw, counted by logit.

Counts are kept scene by scene in the run's folder, so that an interruption loses one scene. They are
of logits, so that calibration and thresholds follow without predicting anything again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from scipy import special
from tesela.catalogue import KEYS
from tqdm import tqdm

from scripts.training import runs
from scripts.training.data.scenes import Normaliser, TrainingScene
from scripts.training.data.windows import whole
from scripts.training.model import MULTIPLE_PX
from scripts.training.model.platt import EDGE, LOGITS, Scaling, logits_of
from scripts.training.model.predictors import (
    network_of,
    normaliser_of,
    probabilities,
    score_bytes,
)
from scripts.training.scoring.histograms import ScoreHistograms, count, empty


def histograms(run_folders: Iterable[Path], cache: Path) -> dict[str, ScoreHistograms]:
    """Histograms over `LOGITS` of every scene that one of the runs held out, by the scene's name."""
    return {name: found for run in run_folders for name, found in _read(run, keep(run, cache))}


def keep(run: Path, cache: Path) -> list[str]:
    """Predict the scenes that a run held out, except those that are kept already; their names."""
    scenes = runs.held_out(run, cache)
    missing = [scene for scene in scenes if not _path(run, scene.name).exists()]
    if missing:
        network, normaliser = network_of(run), normaliser_of(run)
        for scene in tqdm(missing, f"{run.name}, held out", unit="scene"):
            _write(_path(run, scene.name), count_logits(network, normaliser, scene))
    return [scene.name for scene in scenes]


def count_logits(
    network: keras.Model, normaliser: Normaliser, scene: TrainingScene
) -> ScoreHistograms:
    """Histograms over `LOGITS` of a whole scene."""
    logits = logits_of(predicted(network, normaliser, scene))
    bins = np.rint((logits + EDGE) / (LOGITS[1] - LOGITS[0])).astype(np.int16)
    return count(bins, scene.labels, len(LOGITS))


def predicted(
    network: keras.Model, normaliser: Normaliser, scene: TrainingScene
) -> NDArray[np.float32]:
    """Probabilities (10, H, W) of a whole scene, without tiles."""
    pixels = whole(scene, normaliser)
    _, height, width = pixels.shape
    margins = [(0, 0), (0, -height % MULTIPLE_PX), (0, -width % MULTIPLE_PX)]
    padded = np.pad(pixels, margins, mode="symmetric")
    return probabilities(network, padded)[:, :height, :width]


def calibrated(
    by_scene: Mapping[str, ScoreHistograms], scalings: Sequence[Scaling]
) -> dict[str, ScoreHistograms]:
    """The same over score bytes, once each class's logits are scaled."""
    bins = [score_bytes(special.expit(_scaled(scaling))) for scaling in scalings]
    return {name: _rebinned(found, bins) for name, found in by_scene.items()}


def _scaled(scaling: Scaling) -> NDArray[np.float32]:
    return (scaling.slope * LOGITS + scaling.offset).astype(np.float32)


def _rebinned(histograms: ScoreHistograms, bins: Sequence[NDArray[np.uint8]]) -> ScoreHistograms:
    result = empty()
    for number in range(len(KEYS)):
        for old, new in (
            (histograms.counts[number], result.counts[number]),
            (histograms.beneath[number], result.beneath[number]),
        ):
            for row, target in zip(old, new, strict=True):
                np.add.at(target, bins[number], row)
    return result


def _read(run: Path, names: Iterable[str]) -> Iterator[tuple[str, ScoreHistograms]]:
    for name in names:
        with np.load(_path(run, name)) as file:
            yield name, ScoreHistograms(file["counts"].astype(float), file["beneath"].astype(float))


def _path(run: Path, name: str) -> Path:
    """Kept under the weights' hash: those of other weights are never taken for these."""
    digest = hashlib.sha256((run / runs.WEIGHTS).read_bytes()).hexdigest()[:12]
    return run / "out_of_fold" / digest / f"{name.replace('/', '__')}.npz"


def _write(path: Path, found: ScoreHistograms) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez_compressed(
        part, counts=found.counts.astype(np.uint32), beneath=found.beneath.astype(np.uint32)
    )
    part.replace(path)
