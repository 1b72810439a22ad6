"""An image from bytes to classes: decode, normalise, split, predict, blend, threshold, vectorise, summarise."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from tesela.catalogue import CLASSES
from tesela.core.caveat import Caveat
from tesela.core.caveats import caveats
from tesela.core.confidence import Confidence, assess
from tesela.core.decode import decode
from tesela.core.gdal import gdal
from tesela.core.ground.areas import PixelAreas
from tesela.core.image import Image
from tesela.core.masks import Thresholds, threshold
from tesela.core.model import Model
from tesela.core.polygons import Layer, vectorise
from tesela.core.rescale import at_model_scale, resize_scores
from tesela.core.summary import ClassSummary, summarise
from tesela.core.tiles import Scores
from tesela.errors import InvalidOptionError

Step = Callable[[str], AbstractContextManager[object]]  # names a part, so that it can be timed


@dataclass(frozen=True, slots=True)
class Segmentation:
    """All that is known of an image once it went through the model."""

    image: Image
    scores: Scores
    layers: Sequence[Layer]
    classes: tuple[ClassSummary, ...]
    warnings: tuple[Caveat, ...]
    gsd_m: float  # pixel size that the model was shown, the root of a pixel's width times height
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Inference:
    """What the model made of an image; thresholds are still to come."""

    image: Image
    scores: Scores
    warnings: tuple[Caveat, ...]
    gsd_m: float  # as of `Segmentation`
    confidence: Confidence


def segment(
    body: bytes,
    model: Model,
    thresholds: Thresholds,
    step: Step = nullcontext,
    band_order: Sequence[int] | None = None,
    *,
    gsd_m: float | None = None,
) -> Segmentation:
    """Segment an upload: `read`, `infer` and `outline`, one after the other.

    Args:
        body: The upload.
        model: The model.
        thresholds: Of every class.
        step: Times the parts.
        band_order: As in `decode`.
        gsd_m: Pixel size in metres as the caller states it, for an image without a CRS.

    Raises:
        TeselaError: As `read` says.
    """
    with step("decode"):
        image = read(body, band_order, gsd_m)
    with step("infer"):
        inference = infer(image, model)
    with step("polygons"):
        return outline(inference, thresholds)


def read(body: bytes, band_order: Sequence[int] | None = None, gsd_m: float | None = None) -> Image:
    """Decode an upload, and give it the pixel size that the caller states.

    Raises:
        TeselaError: As `decode` says.
        InvalidOptionError: A pixel size is stated, but the CRS gives one.
    """
    return _with_gsd(decode(body, band_order), gsd_m)


@gdal()
def infer(image: Image, model: Model) -> Inference:
    """Scores of an image, 0 where it is not valid, and all that follows from what the model was shown.

    The normalised pixels of a large image are half its memory, and end here.
    """
    shown = at_model_scale(image)
    normalised = model.normalise(shown)
    scores = resize_scores(model.predict(normalised), image.grid.height, image.grid.width)
    if not image.valid.all():
        scores = scores * image.valid
    confidence = assess(
        normalised,
        shown.valid,
        scores,
        model.reference,
        thresholds=model.thresholds,
        order=image.order,
    )
    warnings = caveats(image, shown, normalised, model)
    gsd_m = math.prod(shown.grid.pixel_size_m) ** 0.5
    return Inference(image, scores, warnings, gsd_m, confidence)


@gdal()
def outline(inference: Inference, thresholds: Thresholds) -> Segmentation:
    """Layers and classes of an image that went through the model."""
    image, scores = inference.image, inference.scores
    layers = delineate(scores, thresholds, image.grid.pixel_areas)
    classes = summarise(layers, scores, int(np.count_nonzero(image.valid)))
    about = inference.warnings, inference.gsd_m, inference.confidence
    return Segmentation(image, scores, layers, classes, *about)


def _with_gsd(image: Image, gsd_m: float | None) -> Image:
    if gsd_m is None:
        return image
    if image.grid.crs:
        size = " x ".join(f"{side:.2f}" for side in image.grid.pixel_size_m)
        reason = f"the image's CRS gives pixels of {size} m; state a size only without a CRS."
        raise InvalidOptionError.of("gsd", gsd_m, None, reason)
    return replace(image, grid=replace(image.grid, assumed_size_m=(gsd_m, gsd_m)))


def delineate(scores: Scores, thresholds: Thresholds, areas: PixelAreas) -> tuple[Layer, ...]:
    """Ten layers from scores; all that thresholds change, so kept scores need no model."""
    least_m2 = [entry.least_area_m2 for entry in CLASSES]
    return vectorise(threshold(scores, thresholds), scores, areas, least_m2)
