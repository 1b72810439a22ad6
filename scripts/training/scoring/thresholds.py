"""Choose each class's threshold, on validation scenes alone."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import CLASSES

from scripts.training.scoring.histograms import Confusion, ScoreHistograms
from scripts.training.sources import source_of, weight

GRID = np.arange(0.01, 0.951, 0.01)  # thresholds tried
# A mask that is wrong four times in five helps nobody, whatever its Jaccard.
MIN_PRECISION = 0.2


def tune(validation: Mapping[str, ScoreHistograms]) -> dict[str, float]:
    """Choose for each class the threshold of the best Jaccard, mean over the sources that hold it.

    Each source has its say: one alone would tune it to its own look, and call too much or too little
    elsewhere. Where the few whole scenes that tell a class give no useful mask at any threshold, what
    the calibrated scores promise over all whole scenes speaks for them: the threshold of the best
    expected Jaccard, as Lipton et al. (2014) do for F1. A class that none holds keeps the
    catalogue's.
    """
    chosen = {}
    for number, entry in enumerate(CLASSES):
        holding = {
            name: histogram for name, histogram in validation.items() if histogram.holds(number)
        }
        chosen[entry.key] = _best(holding, number) if holding else entry.threshold
    return chosen


def promised(histogram: ScoreHistograms, number: int) -> float:
    """The threshold of the best Jaccard that calibrated scores promise a class."""
    return _of_most(_useful(histogram.promised, number))


def _best(holding: Mapping[str, ScoreHistograms], number: int) -> float:
    worth = sum(
        weight(name) * _worth(name, histogram, number) for name, histogram in holding.items()
    )
    return _of_most(worth)


def _of_most(worth: NDArray[np.float64]) -> float:
    return round(float(GRID[int(np.argmax(worth))]), 2)


def _worth(source: str, histogram: ScoreHistograms, number: int) -> NDArray[np.float64]:
    """What each threshold of the grid is worth to a source."""
    seen = _useful(histogram.at, number)
    return (
        seen if seen.any() or not source_of(source).whole else _useful(histogram.promised, number)
    )


def _useful(at: Callable[[int, float], Confusion], number: int) -> NDArray[np.float64]:
    found = [at(number, threshold) for threshold in GRID]
    return np.array([one.iou if one.precision >= MIN_PRECISION else 0.0 for one in found])
