"""Scores held against the truth: counts from which every threshold's Jaccard follows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.masks import SCORE_UNIT


@dataclass(frozen=True)
class Confusion:
    """Pixels of one class at one threshold; scenes may count by parts, so not whole numbers."""

    hits: float
    false_alarms: float
    misses: float

    @property
    def iou(self) -> float:
        """Jaccard index: intersection over union; 0 where both are empty."""
        return self.hits / max(self.hits + self.false_alarms + self.misses, 1e-9)

    @property
    def precision(self) -> float:
        """Share of what is called the class that is the class."""
        return self.hits / max(self.hits + self.false_alarms, 1e-9)

    @property
    def recall(self) -> float:
        """Share of the class that is called so."""
        return self.hits / max(self.hits + self.misses, 1e-9)


class Tally:
    """Histograms of score bytes by class and truth, over known pixels (0 or 1) of all scenes."""

    def __init__(self) -> None:
        self._counts = np.zeros((len(KEYS), 2, SCORE_UNIT))

    def add(
        self, scores: NDArray[np.uint8], labels: NDArray[np.uint8], weight: float = 1.0
    ) -> None:
        """Add a scene: scores and labels (10, H, W)."""
        for counts, score, label in zip(self._counts, scores, labels, strict=True):
            for truth in (0, 1):
                chosen = score[label == truth]
                counts[truth] += weight * np.bincount(chosen, minlength=SCORE_UNIT)

    def positives(self, number: int) -> float:
        """Pixels that truly are of a class."""
        return float(self._counts[number, 1].sum())

    def at(self, number: int, threshold: float) -> Confusion:
        """Confusion of a class at a threshold, by the rule of `masks.threshold`."""
        least = int(np.ceil(threshold * SCORE_UNIT))
        absent, present = self._counts[number]
        return Confusion(
            float(present[least:].sum()), float(absent[least:].sum()), float(present[:least].sum())
        )
