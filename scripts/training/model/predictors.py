"""Models to be judged side by side, each through the serving code's tiling and blending."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tesela.catalogue import KEYS
from tesela.core.model import Model, load
from tesela.core.normalise import Normalisation, normalise
from tesela.core.tiles import Scores
from tqdm import tqdm

from scripts.training.data.scenes import TrainingScene
from scripts.training.data.windows import Normaliser
from scripts.training.model.float_model import FloatPredictor, network_of, normaliser_of
from scripts.training.model.platt import Scaling, fold
from scripts.training.scoring.histograms import Tally, count, total

TILE_PX = 160


@dataclass(frozen=True)
class Contestant:
    """A model with the normalisation that it was trained with."""

    model: Model
    normalise: Normaliser

    def scores(self, scene: TrainingScene) -> Scores:
        """Scores of a scene as the service would give them, statistics from the whole image."""
        pixels = scene.pixels.astype(np.float32)
        return self.model.predict(self.normalise(pixels, np.ones(pixels.shape[1:], bool)))

    def tallies(self, scenes: Iterable[TrainingScene], what: str = "") -> dict[str, Tally]:
        """Predict scenes and hold them against the truth; by name."""
        return {
            scene.name: count(self.scores(scene), scene.labels)
            for scene in tqdm(list(scenes), what, unit="scene")
        }

    def tallies_in_chips(self, scenes: Iterable[TrainingScene]) -> dict[str, Tally]:
        """The same where each window of a tile's size is an upload of its own."""
        return {
            scene.name: total(
                count(self.scores(chip), chip.labels) for chip in cut(scene, self.model.tile_px)
            )
            for scene in tqdm(list(scenes), "in chips", unit="scene")
        }


def served(folder: Path) -> Contestant:
    """The int8 file of a model folder, run as the service runs it."""
    model = load(folder, threads=os.cpu_count() or 1)
    return Contestant(model, partial(normalise, how=model.normalisation))


def trained(run: Path, calibration: Path | None = None) -> Contestant:
    """The float network of a run, scaled as a calibration says."""
    network, normaliser = network_of(run), normaliser_of(run)
    if calibration and calibration.exists():
        fold(network, scalings(calibration))
    model = Model({"tile_px": TILE_PX}, Normalisation(), {}, FloatPredictor(network))
    return Contestant(model, normaliser)


def scalings(calibration: Path) -> list[Scaling]:
    """What `calibrate` found for each class."""
    classes = json.loads(calibration.read_text("utf-8"))["classes"]
    return [Scaling(classes[key]["slope"], classes[key]["offset"]) for key in KEYS]


def cut(scene: TrainingScene, side: int) -> Iterable[TrainingScene]:
    """Cut a scene into square chips, to be judged each alone; what is left over is not."""
    _, height, width = scene.pixels.shape
    for row in range(0, max(1, height - side + 1), side):
        for column in range(0, max(1, width - side + 1), side):
            window = (slice(row, row + side), slice(column, column + side))
            name = f"{scene.name}_{row}_{column}"
            pixels, labels = scene.pixels[:, *window], scene.labels[:, *window]
            yield TrainingScene(name, scene.part, pixels, labels)
