"""Choose each class's threshold, on terrain that the predicting network never saw."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import CLASSES

from scripts.training.scoring.histograms import Confusion, ScoreHistograms, empty
from scripts.training.sources import source_of, weight

GRID = np.arange(0.01, 0.951, 0.01)  # thresholds tried
# A mask that is wrong seven times in ten helps nobody, whatever its Jaccard, and neither does one that
# finds next to nothing.
MIN_PRECISION = 0.3
MIN_RECALL = 0.05
SUREST_RECALL = 0.005  # of a class that no threshold shows usefully: its surest pixels


@dataclass(frozen=True)
class Tuned:
    """A threshold per class, and the classes of which only the surest pixels are shown."""

    thresholds: dict[str, float]
    surest: tuple[str, ...] = ()


def tune(sources: Mapping[str, ScoreHistograms]) -> Tuned:
    """Choose for each class the threshold of the best Jaccard, mean over the sources that hold it.

    Sources count by their weight: one alone would tune the threshold to its own look. Only where no
    folded source holds a class do the others. Thresholds at which all of them together, pixels
    weighted alike, lack precision or recall are left out; if none remains, the threshold is the one of
    the best precision, and the class is named as `surest`. A class that none holds keeps the
    catalogue's threshold.
    """
    thresholds, surest = {}, []
    for number, entry in enumerate(CLASSES):
        held = holding(sources, number)
        useful = _useful(mixed(held, number), number) if held else None
        if useful is None:
            thresholds[entry.key] = entry.threshold
        elif useful.any():
            thresholds[entry.key] = _of_best(useful * _jaccard(held, number))
        else:
            thresholds[entry.key] = _of_best(_precision(mixed(held, number), number))
            surest.append(entry.key)
    return Tuned(thresholds, tuple(surest))


def mixed(sources: Mapping[str, ScoreHistograms], number: int) -> ScoreHistograms:
    """The pixels of sources that hold a class, each source by its weight and whatever its size."""
    if not sources:
        return empty()
    shares = {name: weight(name) / found.counts[number].sum() for name, found in sources.items()}
    first, *rest = (sources[name] * share for name, share in shares.items())
    return sum(rest, first)


def holding(sources: Mapping[str, ScoreHistograms], number: int) -> dict[str, ScoreHistograms]:
    """The sources that say something of a class: folded ones, or where none holds it the others."""
    held = {name: found for name, found in sources.items() if found.holds(number)}
    return {name: found for name, found in held.items() if source_of(name).folded} or held


def _useful(histograms: ScoreHistograms, number: int) -> NDArray[np.bool_]:
    found = _confusions(histograms, number)
    return np.array([c.precision >= MIN_PRECISION and c.recall >= MIN_RECALL for c in found])


def _precision(histograms: ScoreHistograms, number: int) -> NDArray[np.float64]:
    found = _confusions(histograms, number)
    return np.array([c.precision if c.recall >= SUREST_RECALL else 0.0 for c in found])


def _jaccard(held: Mapping[str, ScoreHistograms], number: int) -> NDArray[np.float64]:
    """Weighted sum over the sources at each threshold."""
    rows = [
        weight(name) * np.array([found.iou for found in _confusions(histograms, number)])
        for name, histograms in held.items()
    ]
    return np.sum(rows, axis=0)


def _confusions(histograms: ScoreHistograms, number: int) -> list[Confusion]:
    return [histograms.at(number, threshold) for threshold in GRID]


def _of_best(values: NDArray[np.float64]) -> float:
    return round(float(GRID[int(np.argmax(values))]), 2)
