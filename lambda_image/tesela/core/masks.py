"""Threshold: scores to ten masks, which may overlap."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import KEYS
from tesela.core.tiles import Scores

Masks = NDArray[np.bool_]  # (10, height, width), catalogue order
Thresholds = Mapping[str, float]  # per class key, over 0 and under 1

SCORE_UNIT = 256  # probability = byte / 256, as an int8 sigmoid has it


def threshold(scores: Scores, thresholds: Thresholds) -> Masks:
    """A pixel belongs to a class where its probability reaches the class's threshold.

    Thresholds are over 0, so that a score of 0, which nodata has, belongs to no class.
    """
    # A byte reaches `ceil` where it is over the one before, which is a byte for every threshold.
    below = (np.ceil([thresholds[key] * SCORE_UNIT for key in KEYS]) - 1).astype(np.uint8)
    return np.asarray(scores > below[:, None, None])
