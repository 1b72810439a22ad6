"""Whether a score of 70 % is right 70 times of 100: predicted probabilities beside frequencies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tesela.core.masks import SCORE_UNIT

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
