"""Where to cut windows from the scenes of a source, so that rare classes are seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.data.scenes import TrainingScene

KEPT = 2000  # pixels remembered of a class in a scene: enough to be everywhere
AIMED = 0.5  # share of the windows about a pixel of a chosen class; the others fall anywhere


@dataclass(frozen=True)
class Place:
    """A pixel to show, somewhere in a window."""

    scene: TrainingScene
    row: int
    column: int


class Places:
    """Draws a class, a scene that holds it, and a pixel of it."""

    def __init__(self, scenes: list[TrainingScene], rarity: float) -> None:
        self._scenes = scenes
        rng = np.random.default_rng(0)
        counts = np.array([[(mask == 1).sum() for mask in one.labels] for one in scenes])
        self._pixels = {
            (number, key): rng.permutation(np.argwhere(one.labels[key] == 1))[:KEPT]
            for number, one in enumerate(scenes)
            for key in range(len(KEYS))
            if counts[number, key]
        }
        self._classes = _shares(np.where(counts.any(axis=0), counts.sum(axis=0) ** rarity, 0))
        self._by_scene = [_shares(np.sqrt(counts[:, key])) for key in range(len(KEYS))]

    def draw(self, rng: np.random.Generator) -> Place:
        """Draw the next place."""
        if self._classes.any() and rng.random() < AIMED:
            key = int(rng.choice(len(KEYS), p=self._classes))
            number = int(rng.choice(len(self._scenes), p=self._by_scene[key]))
            pixels = self._pixels[number, key]
            row, column = pixels[rng.integers(len(pixels))]
        else:
            number = int(rng.integers(len(self._scenes)))
            row, column = rng.integers(self._scenes[number].pixels.shape[1:])
        return Place(self._scenes[number], int(row), int(column))


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights / max(weights.sum(), 1e-9)
