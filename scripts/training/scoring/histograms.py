"""Scores held against the truth: counts from which every threshold's Jaccard follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.masks import SCORE_UNIT, first_byte

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


@dataclass(frozen=True)
class ScoreHistograms:
    """Histograms of score bytes by class.

    `counts` (10, 2, 256) holds the pixels where a class is absent and where it is present. `beneath`
    (10, 11, 256) holds those where it is absent by the class that is there instead, the last where it
    is none of the ten; a pixel of two classes counts in both. Unknown pixels count nowhere.
    """

    counts: NDArray[np.float64]
    beneath: NDArray[np.float64]

    def __add__(self, other: "ScoreHistograms") -> "ScoreHistograms":
        """Count both."""
        return ScoreHistograms(self.counts + other.counts, self.beneath + other.beneath)

    def __mul__(self, weight: float) -> "ScoreHistograms":
        """Let each pixel count by a weight."""
        return ScoreHistograms(self.counts * weight, self.beneath * weight)

    def positives(self, number: int) -> float:
        """Pixels that truly are of a class."""
        return float(self.counts[number, 1].sum())

    def holds(self, number: int) -> bool:
        """Whether there is enough of a class to say something."""
        return self.positives(number) >= MIN_PIXELS

    def at(self, number: int, threshold: float) -> Confusion:
        """Confusion of a class at a threshold, by the rule of `masks.threshold`."""
        absent, present = self.counts[number]
        return _confusion(absent, present, threshold)

    def confused_with(self, number: int, threshold: float) -> NDArray[np.float64]:
        """False alarms (11,) of a class at a threshold by the class that is there, or none."""
        return self.beneath[number, :, first_byte(threshold) :].sum(axis=1)

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
        called[: first_byte(threshold)] = 0
        if not called.any():
            return None
        return float(called @ np.arange(SCORE_UNIT) / SCORE_UNIT / called.sum())


def count(
    scores: NDArray[np.integer[Any]], labels: NDArray[np.uint8], bins: int = SCORE_UNIT
) -> ScoreHistograms:
    """Histograms of scores (10, H, W), each the number of its bin, against labels (10, H, W)."""
    counts = [
        [np.bincount(score[label == truth], minlength=bins) for truth in (0, 1)]
        for score, label in zip(scores, labels, strict=True)
    ]
    masks = [*(labels == 1), ~(labels == 1).any(axis=0)]
    beneath = np.stack([_absent(scores[:, mask], labels[:, mask], bins) for mask in masks], axis=1)
    return ScoreHistograms(np.array(counts, float), beneath)


def _absent(
    scores: NDArray[np.integer[Any]], labels: NDArray[np.uint8], bins: int
) -> NDArray[np.float64]:
    """Histograms (10, bins) of the scores (10, N) of pixels where each class is absent."""
    pairs = zip(scores, labels, strict=True)
    rows = [np.bincount(score[label == 0], minlength=bins) for score, label in pairs]
    return np.array(rows, float)


def total(histograms: Iterable[ScoreHistograms]) -> ScoreHistograms:
    """Sum of histograms; of none, a histogram that counted nothing."""
    first, *others = [*histograms] or [empty()]
    return sum(others, first)


def empty(bins: int = SCORE_UNIT) -> ScoreHistograms:
    """Histograms that counted nothing."""
    classes = len(KEYS)
    return ScoreHistograms(np.zeros((classes, 2, bins)), np.zeros((classes, classes + 1, bins)))


def _confusion(
    absent: NDArray[np.float64], present: NDArray[np.float64], threshold: float
) -> Confusion:
    first = first_byte(threshold)
    return Confusion(
        float(present[first:].sum()), float(absent[first:].sum()), float(present[:first].sum())
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
    pixels = np.asarray((absent + present)[filled], float)
    return Reliability(meant[filled] / pixels, present[filled] / pixels, pixels)
