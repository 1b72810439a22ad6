"""Choose each class's threshold, on validation scenes alone."""

from collections.abc import Mapping

import numpy as np
from tesela.catalogue import CLASSES

from scripts.training.grounds import say
from scripts.training.tally import Confusion, Tally

GRID = np.arange(0.01, 0.951, 0.01)  # thresholds tried
# A mask that is wrong four times in five helps nobody, whatever its Jaccard.
LEAST_PRECISION = 0.2


def tune(validation: Mapping[str, Tally]) -> dict[str, float]:
    """Choose for each class the threshold of the best Jaccard, mean over the sources that hold it.

    Each source has its say: one alone would tune it to its own look, and call too much or too little
    elsewhere. A class that none holds keeps the catalogue's.
    """
    chosen = {}
    for number, entry in enumerate(CLASSES):
        holding = {name: tally for name, tally in validation.items() if tally.holds(number)}
        chosen[entry.key] = _best(holding, number) if holding else entry.threshold
    return chosen


def _best(holding: Mapping[str, Tally], number: int) -> float:
    sums = [
        sum(say(name) * _useful(tally.at(number, t)) for name, tally in holding.items())
        for t in GRID
    ]
    return round(float(GRID[int(np.argmax(sums))]), 2)


def _useful(confusion: Confusion) -> float:
    return confusion.iou if confusion.precision >= LEAST_PRECISION else 0.0
