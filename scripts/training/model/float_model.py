"""A trained network, in floats, behind the serving code's tiling and blending."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tesela.core.masks import SCORE_UNIT

from scripts.training.data.windows import Normaliser, normaliser
from scripts.training.model import build
from scripts.training.model.unet import smoothed
from scripts.training.recipe import Recipe
from scripts.training.runs import WEIGHTS


class FloatPredictor:
    """Scores of a tile as a float network gives them, in the bytes that serving blends."""

    def __init__(self, trained: keras.Model) -> None:
        self._trained = trained

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Normalised (8, size, size) to (10, size, size)."""
        return score_bytes(probabilities(self._trained, tile))


def score_bytes(probability: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bytes as an int8 sigmoid rounds them."""
    return np.clip(np.rint(probability * SCORE_UNIT), 0, 255).astype(np.uint8)


def probabilities(network: keras.Model, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a network says of normalised pixels: (8, H, W) to (10, H, W)."""
    # Called, not `predict`: that traces for any size, which Keras's bilinear UpSampling2D refuses.
    scores = network(pixels.transpose(1, 2, 0)[None], training=False)
    return np.asarray(scores)[0].transpose(2, 0, 1)


def network_of(run: Path) -> keras.Model:
    """The network of a run, with its weights, as it would be served."""
    recipe = Recipe.read(run)
    found = build(recipe)
    found.load_weights(run / WEIGHTS)
    return found if recipe.network == "segnet" else smoothed(found, recipe.filters)


def normaliser_of(run: Path) -> Normaliser:
    """The normalisation that a run was trained with."""
    return normaliser(Recipe.read(run))
