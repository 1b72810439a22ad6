"""Scores held against the truth: counts from which every threshold's Jaccard follows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.masks import SCORE_UNIT

from scripts.training.data.scenes import UNKNOWN

MIN_PIXELS = 500  # pixels of a class, else nothing can be tuned or said


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


def _nothing() -> NDArray[np.float64]:
    return np.zeros((len(KEYS), SCORE_UNIT))


@dataclass(frozen=True)
class ScoreHistograms:
    """Histograms of score bytes by class: (10, 2, 256) by truth, (10, 256) where it is unknown."""

    counts: NDArray[np.float64]
    unknown: NDArray[np.float64] = field(default_factory=_nothing)

    def __add__(self, other: "ScoreHistograms") -> "ScoreHistograms":
        """Count both."""
        return ScoreHistograms(self.counts + other.counts, self.unknown + other.unknown)

    def __mul__(self, weight: float) -> "ScoreHistograms":
        """Let each pixel count by a weight."""
        return ScoreHistograms(self.counts * weight, self.unknown * weight)

    def positives(self, number: int) -> float:
        """Pixels that truly are of a class."""
        return float(self.counts[number, 1].sum())

    def holds(self, number: int) -> bool:
        """Whether there is enough of a class to say something."""
        return self.positives(number) >= MIN_PIXELS

    def at(self, number: int, threshold: float) -> Confusion:
        """Confusion of a class at a threshold, by the rule of `masks.threshold`."""
        return _confusion(*self.counts[number], threshold)

    def promised(self, number: int, threshold: float) -> Confusion:
        """Confusion to be expected over all pixels, labelled or not, if scores are probabilities."""
        pixels = self.counts[number].sum(axis=0) + self.unknown[number]
        present = pixels * np.arange(SCORE_UNIT) / SCORE_UNIT
        return _confusion(pixels - present, present, threshold)

    def average_precision(self, number: int) -> float:
        """Area under precision over recall, as steps: how well scores rank, whatever the threshold.

        Chance gives the share of the ground that is of the class.
        """
        absent, present = np.cumsum(self.counts[number, :, ::-1], axis=1)
        precision = present / np.maximum(absent + present, 1e-9)
        return float(np.diff(present, prepend=0) @ precision / max(present[-1], 1e-9))

    def mean_score(self, number: int, threshold: float) -> float | None:
        """Mean probability of the pixels that are called a class; None where none is."""
        called = self.counts[number].sum(axis=0)
        called[: int(np.ceil(threshold * SCORE_UNIT))] = 0
        if not called.any():
            return None
        return float(called @ np.arange(SCORE_UNIT) / SCORE_UNIT / called.sum())


def count(scores: NDArray[np.uint8], labels: NDArray[np.uint8]) -> ScoreHistograms:
    """ScoreHistograms of a scene: scores and labels (10, H, W)."""
    counts = [
        [np.bincount(score[label == truth], minlength=SCORE_UNIT) for truth in (0, 1, UNKNOWN)]
        for score, label in zip(scores, labels, strict=True)
    ]
    absent, present, unknown = np.array(counts, float).swapaxes(0, 1)
    return ScoreHistograms(np.stack((absent, present), axis=1), unknown)


def total(histograms: Iterable[ScoreHistograms]) -> ScoreHistograms:
    """Sum of histograms; of none, a histogram that counted nothing."""
    return sum(histograms, ScoreHistograms(np.zeros((len(KEYS), 2, SCORE_UNIT))))


def _confusion(
    absent: NDArray[np.float64], present: NDArray[np.float64], threshold: float
) -> Confusion:
    least = int(np.ceil(threshold * SCORE_UNIT))
    return Confusion(
        float(present[least:].sum()), float(absent[least:].sum()), float(present[:least].sum())
    )


BINS = 10
BYTES = np.arange(SCORE_UNIT) / SCORE_UNIT  # the probability that each score byte means


@dataclass(frozen=True)
class Reliability:
    """For each bin of probability that is not empty: its mean, how often it was right, pixels."""

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    pixels: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Expected calibration error: mean distance of both over the pixels (Naeini et al. 2015)."""
        distance = np.abs(self.predicted - self.observed)
        return float(distance @ self.pixels / max(self.pixels.sum(), 1e-9))

    def document(self) -> dict[str, list[float]]:
        """For a file."""
        return {name: np.round(getattr(self, name), 6).tolist() for name in self.__annotations__}


def reliability(probabilities: NDArray[np.float64], counts: NDArray[np.float64]) -> Reliability:
    """Bin pixels, of which counts (2, n), absent and present, have the probabilities (n,)."""
    places = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    absent, present = (np.bincount(places, row, BINS) for row in counts)
    meant = np.bincount(places, probabilities * counts.sum(axis=0), BINS)
    filled = absent + present > 0
    pixels = (absent + present)[filled]
    return Reliability(meant[filled] / pixels, present[filled] / pixels, pixels)
