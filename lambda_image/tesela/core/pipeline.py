"""An image from bytes to classes: decode, normalise, split, predict, blend, threshold, vectorise, summarise."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np

from tesela.catalogue import CLASSES
from tesela.core.caveat import Caveat
from tesela.core.caveats import caveats
from tesela.core.decode import decode
from tesela.core.gdal import gdal
from tesela.core.ground.areas import PixelAreas
from tesela.core.image import Image
from tesela.core.masks import Thresholds, threshold
from tesela.core.model import Model
from tesela.core.polygons import Layer, vectorise
from tesela.core.summary import ClassSummary, summarise
from tesela.core.tiles import Scores

Step = Callable[[str], AbstractContextManager[object]]  # names a part, so that it can be timed


@dataclass(frozen=True, slots=True)
class Segmentation:
    """All that is known of an image once it went through the model."""

    image: Image
    scores: Scores
    layers: Sequence[Layer]
    classes: tuple[ClassSummary, ...]
    warnings: tuple[Caveat, ...]


@gdal()
def segment(
    body: bytes,
    model: Model,
    thresholds: Thresholds,
    step: Step = nullcontext,
    band_order: Sequence[int] | None = None,
) -> Segmentation:
    """Segment an upload; `band_order` as in `decode`.

    Raises:
        TeselaError: As `decode` says.
    """
    with step("decode"):
        image = decode(body, band_order)
    with step("infer"):
        normalised = model.normalise(image)
        scores = model.predict(normalised) * image.valid
    with step("polygons"):
        layers = delineate(scores, thresholds, image.grid.pixel_areas)
        classes = summarise(layers, scores, int(np.count_nonzero(image.valid)))
    return Segmentation(image, scores, layers, classes, caveats(image, normalised, model))


@gdal()
def delineate(scores: Scores, thresholds: Thresholds, areas: PixelAreas) -> tuple[Layer, ...]:
    """Ten layers from scores; all that thresholds change, so kept scores need no model."""
    masks = threshold(scores, thresholds)
    return tuple(
        vectorise(masks[n], scores[n], areas, entry.least_area_m2)
        for n, entry in enumerate(CLASSES)
    )
