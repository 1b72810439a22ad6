"""Platt scaling: probability = sigmoid(slope x logit + offset), folded into the last layer.

Training shows classes more often than the ground does, and Jaccard likes bold scores, so raw scores
are no probabilities. Two numbers a class mend most of that (Platt 1999; Guo et al. 2017), and as the
last layer is linear before its sigmoid, it can hold them: serving needs no further step.
"""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

EDGE = 16.0  # logits beyond count as there: float32 knows no probability nearer to 1
LOGITS = np.arange(-EDGE, EDGE + 1e-9, 1 / 16)  # centres of the bins in which logits are counted

# Neighbours tell the same, so so many pixels of a class count as one independent look at it.
PIXELS_A_LOOK = 100
# The prior, a normal distribution about "leave it": few looks cannot move the numbers far.
SLOPE_SPREAD = 0.5  # of the slope's logarithm
OFFSET_SPREAD = 2.0


@dataclass(frozen=True)
class Scaling:
    """What to do to the logit of one class."""

    slope: float = 1.0  # over 0, so that the order of scores stays
    offset: float = 0.0

    def __call__(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities of raw logits."""
        return special.expit(self.slope * logits + self.offset)


def fit(shares: NDArray[np.float64], positives: float) -> Scaling:
    """Find the scaling of a class most likely after the prior.

    `shares` (2, LOGITS) is how its absent and present pixels spread over the logits, in any unit;
    `positives` is how many pixels truly are of the class.
    """
    absent, present = shares * (positives / PIXELS_A_LOOK / shares[1].sum())

    def surprise(numbers: NDArray[np.float64]) -> float:
        logits = np.exp(numbers[0]) * LOGITS + numbers[1]
        told = present @ np.logaddexp(0, -logits) + absent @ np.logaddexp(0, logits)
        doubts = (numbers[0] / SLOPE_SPREAD) ** 2 + (numbers[1] / OFFSET_SPREAD) ** 2
        return float(told + doubts / 2)

    slope, offset = optimize.minimize(surprise, np.zeros(2)).x
    return Scaling(float(np.exp(slope)), float(offset))


def fold(network: keras.Model, scalings: list[Scaling]) -> None:
    """Put one scaling a class into the network's last layer, a convolution before a sigmoid."""
    layer = network.layers[-1]
    if layer.activation is not keras.activations.sigmoid:
        raise ValueError(f"The last layer, {layer.name}, does not end in a sigmoid.")
    slopes = np.array([scaling.slope for scaling in scalings], np.float32)
    offsets = np.array([scaling.offset for scaling in scalings], np.float32)
    kernel, bias = layer.get_weights()
    # Kernels are (h, w, in, out), but (h, w, out, in) where the convolution is transposed.
    transposed = isinstance(layer, keras.layers.Conv2DTranspose)
    kernel *= slopes[:, None] if transposed else slopes
    layer.set_weights([kernel, bias * slopes + offsets])


def logits_of(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logits, within the edges, of what a sigmoid gave."""
    return np.clip(special.logit(probabilities.astype(np.float64)), -EDGE, EDGE)
