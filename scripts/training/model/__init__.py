"""Networks: the U-Net that ships, the one to be beaten, their losses and calibration, predictors."""

import keras
from tesela.catalogue import BANDS, KEYS

from scripts.training.model import segnet, unet
from scripts.training.recipe import Recipe


def build(recipe: Recipe) -> keras.Model:
    """The recipe's network with new weights."""
    if recipe.network == "segnet":
        return segnet.build(len(BANDS), len(KEYS))
    return unet.build(len(BANDS), len(KEYS), recipe.filters)
