"""Pictures of a scene beside its truth and what the model says, for the report."""

from base64 import b64encode

import numpy as np
from numpy.typing import NDArray
from tesela.core.image import Grid, Image
from tesela.core.masks import Masks
from tesela.core.polygons import Layer
from tesela.exports.rasters import png
from tesela.exports.render import overlay, view

from scripts.training.data.scenes import TrainingScene

SIDE = 300  # pixels, about


def picture(scene: TrainingScene) -> str:
    """True colour as a data URI."""
    return _uri(_colour(scene))


def painted(scene: TrainingScene, masks: Masks) -> str:
    """Classes over true colour as a data URI."""
    over = overlay([Layer(mask[:: _step(scene), :: _step(scene)], ()) for mask in masks], "corine")
    share = over[3] / 255
    return _uri((_colour(scene) * (1 - share) + over[:3] * share).astype(np.uint8))


def _colour(scene: TrainingScene) -> NDArray[np.uint8]:
    step = _step(scene)
    pixels = scene.pixels[:, ::step, ::step].astype(np.float32)
    _, height, width = pixels.shape
    image = Image(pixels, np.ones((height, width), bool), "float32", Grid(width, height))
    return view(image, "true-colour")[:3]


def _step(scene: TrainingScene) -> int:
    return max(1, round(max(scene.pixels.shape[1:]) / SIDE))


def _uri(rgb: NDArray[np.uint8]) -> str:
    return f"data:image/png;base64,{b64encode(png(rgb)).decode()}"
