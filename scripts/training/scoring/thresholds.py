"""Choose each class's threshold, on validation scenes alone."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import CLASSES

from scripts.training.scoring.grounds import WHOLE, say
from scripts.training.scoring.histograms import Confusion, Tally

GRID = np.arange(0.01, 0.951, 0.01)  # thresholds tried
# A mask that is wrong four times in five helps nobody, whatever its Jaccard.
LEAST_PRECISION = 0.2


def tune(validation: Mapping[str, Tally]) -> dict[str, float]:
    """Choose for each class the threshold of the best Jaccard, mean over the sources that hold it.

    Each source has its say: one alone would tune it to its own look, and call too much or too little
    elsewhere. Where the few whole scenes that tell a class give no useful mask at any threshold, what
    the calibrated scores promise over all whole scenes speaks for them: the threshold of the best
    expected Jaccard, as Lipton et al. (2014) do for F1. A class that none holds keeps the
    catalogue's.
    """
    chosen = {}
    for number, entry in enumerate(CLASSES):
        holding = {name: tally for name, tally in validation.items() if tally.holds(number)}
        chosen[entry.key] = _best(holding, number) if holding else entry.threshold
    return chosen


def promised(tally: Tally, number: int) -> float:
    """The threshold of the best Jaccard that calibrated scores promise a class."""
    return _of_most(_useful(tally.promised, number))


def _best(holding: Mapping[str, Tally], number: int) -> float:
    worth = sum(say(name) * _worth(name, tally, number) for name, tally in holding.items())
    return _of_most(worth)


def _of_most(worth: NDArray[np.float64]) -> float:
    return round(float(GRID[int(np.argmax(worth))]), 2)


def _worth(source: str, tally: Tally, number: int) -> NDArray[np.float64]:
    """What each threshold of the grid is worth to a source."""
    seen = _useful(tally.at, number)
    return seen if seen.any() or source not in WHOLE else _useful(tally.promised, number)


def _useful(at: Callable[[int, float], Confusion], number: int) -> NDArray[np.float64]:
    found = [at(number, threshold) for threshold in GRID]
    return np.array([one.iou if one.precision >= LEAST_PRECISION else 0.0 for one in found])
