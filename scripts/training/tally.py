"""Scores held against the truth: counts from which every threshold's Jaccard follows."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.masks import SCORE_UNIT

LEAST = 500  # pixels of a class, else nothing can be tuned or said


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


@dataclass(frozen=True)
class Tally:
    """Histograms (10, 2, 256) of score bytes by class and truth, over known pixels (0 or 1)."""

    counts: NDArray[np.float64]

    def __add__(self, other: "Tally") -> "Tally":
        """Count both."""
        return Tally(self.counts + other.counts)

    def __mul__(self, weight: float) -> "Tally":
        """Let each pixel count by a weight."""
        return Tally(self.counts * weight)

    def positives(self, number: int) -> float:
        """Pixels that truly are of a class."""
        return float(self.counts[number, 1].sum())

    def holds(self, number: int) -> bool:
        """Whether there is enough of a class to say something."""
        return self.positives(number) >= LEAST

    def at(self, number: int, threshold: float) -> Confusion:
        """Confusion of a class at a threshold, by the rule of `masks.threshold`."""
        least = int(np.ceil(threshold * SCORE_UNIT))
        absent, present = self.counts[number]
        return Confusion(
            float(present[least:].sum()), float(absent[least:].sum()), float(present[:least].sum())
        )

    def mean_score(self, number: int, threshold: float) -> float | None:
        """Mean probability of the pixels that are called a class; None where none is."""
        called = self.counts[number].sum(axis=0)
        called[: int(np.ceil(threshold * SCORE_UNIT))] = 0
        if not called.any():
            return None
        return float(called @ np.arange(SCORE_UNIT) / SCORE_UNIT / called.sum())


def count(scores: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Tally:
    """Tally of a scene: scores and labels (10, H, W)."""
    counts = [
        [np.bincount(score[label == truth], minlength=SCORE_UNIT) for truth in (0, 1)]
        for score, label in zip(scores, labels, strict=True)
    ]
    return Tally(np.array(counts, float))


def total(tallies: Iterable[Tally]) -> Tally:
    """Sum of tallies; of none, a tally that counted nothing."""
    return sum(tallies, Tally(np.zeros((len(KEYS), 2, SCORE_UNIT))))
