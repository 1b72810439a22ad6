"""A trained network, in floats, behind the serving code's tiling and blending."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import BANDS, KEYS
from tesela.core.image import Pixels, Valid
from tesela.core.masks import SCORE_UNIT
from tesela.core.normalise import Normalisation, normalise

from scripts.training import network
from scripts.training.runs import recipe_of

Normaliser = Callable[[Pixels, Valid], Pixels]


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
    recipe = recipe_of(run)
    if recipe.get("network") == "segnet":
        from scripts.training import baseline

        built = baseline.build(len(BANDS), len(KEYS))
    else:
        built = network.build(len(BANDS), len(KEYS), tuple(recipe["filters"]))
    built.load_weights(run / "weights.weights.h5")
    return built


def normaliser_of(run: Path) -> Normaliser:
    """The normalisation that a run was trained with."""
    recipe = recipe_of(run)
    if recipe.get("network") == "segnet":
        from scripts.training import baseline

        return baseline.stretch
    return partial(normalise, how=Normalisation(**recipe["normalisation"]))
