"""Choose each class's threshold, on validation scenes alone."""

from collections.abc import Mapping

import numpy as np
from tesela.catalogue import CLASSES

from scripts.training.tally import Tally

GRID = np.arange(0.01, 0.951, 0.01)  # thresholds tried


def tune(validation: Mapping[str, Tally]) -> dict[str, float]:
    """Choose for each class the threshold of the best Jaccard, mean over the sources that hold it.

    One source alone would tune it to its own look, and call too much or too little elsewhere. A
    class that none holds keeps the catalogue's.
    """
    chosen = {}
    for number, entry in enumerate(CLASSES):
        holding = [tally for tally in validation.values() if tally.holds(number)]
        chosen[entry.key] = _best(holding, number) if holding else entry.threshold
    return chosen


def _best(holding: list[Tally], number: int) -> float:
    means = [np.mean([tally.at(number, t).iou for tally in holding]) for t in GRID]
    return round(float(GRID[int(np.argmax(means))]), 2)
