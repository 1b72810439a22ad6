"""Summarise: what each class covers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tesela.catalogue import CLASSES
from tesela.core.masks import SCORE_UNIT
from tesela.core.polygons import Layer
from tesela.core.tiles import Scores

M2_PER_HA = 10_000


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """One class of a prediction; areas on the ground, percent of the valid pixels."""

    number: int
    key: str
    polygons: int
    area_m2: float
    area_percent: float
    mean_score: float | None  # over the pixels of the class, 0 to 1; None where it has none

    @property
    def area_ha(self) -> float:
        """Hectares, to the square metre."""
        return round(self.area_m2 / M2_PER_HA, 4)


def summarise(
    layers: Sequence[Layer], scores: Scores, valid_pixels: int
) -> tuple[ClassSummary, ...]:
    """Counts and areas of ten layers, in the catalogue's order."""
    return tuple(
        _summary(number, layer, scores[number - 1], valid_pixels)
        for number, layer in enumerate(layers, 1)
    )


def _summary(number: int, layer: Layer, score: Scores, valid_pixels: int) -> ClassSummary:
    pixels = int(np.count_nonzero(layer.mask))
    area_m2 = sum(polygon.area_m2 for polygon in layer.polygons)
    mean = float(score[layer.mask].mean()) / SCORE_UNIT if pixels else None
    return ClassSummary(
        number=number,
        key=CLASSES[number - 1].key,
        polygons=len(layer.polygons),
        area_m2=round(area_m2, 2),
        area_percent=round(100 * pixels / valid_pixels, 4),
        mean_score=None if mean is None else round(mean, 4),
    )
