"""Threshold: scores to ten masks, which may overlap."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import KEYS
from tesela.core.tiles import Scores

Masks = NDArray[np.bool_]  # (10, height, width), catalogue order
Thresholds = Mapping[str, float]  # per class key, over 0 and under 1

SCORE_UNIT = 256  # probability = byte / 256, as an int8 sigmoid has it


def first_byte(threshold: float) -> int:
    """The least score byte that a threshold takes in."""
    return math.ceil(threshold * SCORE_UNIT)


def first_bytes(thresholds: Thresholds) -> NDArray[np.int64]:
    """The least score byte (10,) of each class's mask, in catalogue order."""
    return np.array([first_byte(thresholds[key]) for key in KEYS], np.int64)


def threshold(scores: Scores, thresholds: Thresholds) -> Masks:
    """A pixel belongs to a class where its probability reaches the class's threshold.

    Thresholds are over 0, so that a score of 0, which nodata has, belongs to no class.
    """
    # A byte reaches the first where it is over the one before, which is a byte for every threshold.
    below = (first_bytes(thresholds) - 1).astype(np.uint8)
    return np.asarray(scores > below[:, None, None])
