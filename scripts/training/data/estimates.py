"""Missing bands, estimated from those that a source has, as real pixels relate them.

The table `band_relations.json`, which `bands.py` writes, holds the correlations of the eight bands inside a scene and how strongly they vary beside
each other. An estimate is the conditional mean of a normal distribution with these correlations,
of bands standardised over the scene: an offset or a gain of a band, which a source's own stretch
adds, changes nothing. It is scaled to the spread that the band has beside its neighbours.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import BANDS

BLUE, GREEN, RED, RED_EDGE, NIR1, NIR2 = 1, 2, 4, 5, 6, 7
RGB = (RED, GREEN, BLUE)  # as files order them
INFRARED = (RED_EDGE, NIR1, NIR2)  # says nothing that RGB would tell
TABLE = Path(__file__).with_name("band_relations.json")
RIDGE = 0.003  # noise of the given bands, in their variance: no estimate hangs on a tiny difference

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]


def fill(given: dict[int, Floats]) -> Floats:
    """Bands (8, H, W) from some of them (H, W), keyed by number; NaN where no estimate is sound.

    Coastal and yellow follow from any visible bands, red edge and the near-infrared bands only
    where one of the three is given. Pixels that are NaN in a given band are NaN in all estimates.
    """
    result = np.full((len(BANDS), *next(iter(given.values())).shape), np.nan, np.float32)
    for number in range(len(BANDS)):
        if number in given:
            result[number] = given[number]
        elif number not in INFRARED or set(INFRARED) & set(given):
            result[number] = estimate(number, given)
    return result


def vary(pixels: Floats, shown: tuple[bool, ...]) -> Floats:
    """Give blank bands of (8, H, W) the spread that they would have beside the visible ones.

    The normalisation divides by the mean spread of all bands: without this, the visible bands of an
    image that has no others would come out brighter than they are served.
    """
    hidden = [number for number, here in enumerate(shown) if not here]
    if not hidden:
        return pixels
    sizes = relations()[1]
    grey = pixels[list(RGB)].mean(axis=0)
    result = pixels.copy()
    for number in hidden:
        result[number] = np.exp(sizes[number] - sizes[list(RGB)].mean()) * grey
    return result


def estimate(target: int, given: dict[int, Floats]) -> Floats:
    """One band (H, W) from given ones, sound or not."""
    numbers = list(given)
    bands = np.stack([given[number].ravel() for number in numbers]).astype(np.float64)
    centre, spread = np.nanmean(bands, axis=1), np.nanstd(bands, axis=1) + 1e-9
    weights = _weights(target, tuple(numbers))
    standard = weights @ ((bands - centre[:, None]) / spread[:, None])
    offset, size = _place(target, numbers, centre, spread)
    return (offset + size * standard).reshape(given[numbers[0]].shape).astype(np.float32)


def _place(
    target: int, numbers: Sequence[int], centre: Matrix, spread: Matrix
) -> tuple[float, float]:
    """Mean and standard deviation of an estimate, by the table from given bands near it."""
    distances = [abs(number - target) for number in numbers]
    near = [n for n, distance in enumerate(distances) if distance <= max(2, min(distances))]
    sizes = relations()[1]
    size = np.mean([np.log(spread[n]) + sizes[target] - sizes[numbers[n]] for n in near])
    return float(centre[near].mean()), float(np.exp(size))


@cache
def _weights(target: int, numbers: tuple[int, ...]) -> Matrix:
    """Weights of standardised bands whose sum estimates another, itself of spread 1."""
    correlations, _ = relations()
    given = correlations[np.ix_(numbers, numbers)] + RIDGE * np.eye(len(numbers))
    weights = np.linalg.solve(given, correlations[list(numbers), target])
    explained = weights @ correlations[np.ix_(numbers, numbers)] @ weights
    return weights / np.sqrt(explained)


@cache
def relations() -> tuple[Matrix, Matrix]:
    """Correlations (8, 8) of bands inside a scene, and the logarithm (8,) of their spreads."""
    table = json.loads(TABLE.read_text("utf-8"))
    return np.array(table["correlations"]), np.array(table["log_spreads"])
