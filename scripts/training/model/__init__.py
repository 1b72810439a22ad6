"""Networks: the ones that ship, the one to be beaten, their losses and calibration, predictors."""

import keras
from tesela.catalogue import BANDS, KEYS

from scripts.training.model import efficientnet, segnet, unet
from scripts.training.model.pretrained import imagenet_weights
from scripts.training.recipe import Recipe

MULTIPLE_PX = 32  # sides that every network takes are multiples of it


def build(recipe: Recipe, head: int = 2) -> keras.Model:
    """The recipe's network with new weights; `head` is the side of its last kernel."""
    if recipe.network == "segnet":
        return segnet.build(len(BANDS), len(KEYS))
    if recipe.network == "efficientnet":
        return efficientnet.build(len(BANDS), len(KEYS), recipe.decoder, head)
    return unet.build(len(BANDS), len(KEYS), recipe.filters, head)


def initialised(recipe: Recipe) -> keras.Model:
    """The network as a training starts it: an EfficientNet's encoder knows ImageNet."""
    network = build(recipe)
    if recipe.network == "efficientnet" and recipe.pretrained:
        efficientnet.load_imagenet(network, imagenet_weights())
    return network


def with_served_head(trained: keras.Model, recipe: Recipe) -> keras.Model:
    """The network as it is served, from the trained one."""
    if recipe.network == "segnet":
        return trained
    return unet.smooth_head(trained, build(recipe, head=4))
