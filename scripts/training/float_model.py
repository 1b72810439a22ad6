"""A trained network, in floats, behind the serving code's tiling and blending."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tesela.core.masks import SCORE_UNIT

from scripts.training.batches import Normaliser, normaliser
from scripts.training.recipe import Recipe
from scripts.training.train import WEIGHTS, built


class FloatPredictor:
    """Scores of a tile as a float network gives them, in the bytes that serving blends."""

    def __init__(self, trained: keras.Model) -> None:
        self._trained = trained

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Normalised (8, size, size) to (10, size, size), rounded as an int8 sigmoid rounds."""
        scores = self._trained.predict_on_batch(tile.transpose(1, 2, 0)[None])[0]
        return np.clip(np.rint(scores * SCORE_UNIT), 0, 255).astype(np.uint8).transpose(2, 0, 1)


def network_of(run: Path) -> keras.Model:
    """The network of a run, with its weights."""
    found = built(Recipe.read(run))
    found.load_weights(run / WEIGHTS)
    return found


def normaliser_of(run: Path) -> Normaliser:
    """The normalisation that a run was trained with."""
    return normaliser(Recipe.read(run))
