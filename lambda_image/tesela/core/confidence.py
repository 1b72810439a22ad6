"""How far a prediction can be trusted on this very image.

Two questions, both answered with numbers that training left in `model.json`. Does the image look like
those the network learnt from: colours and texture, as Mahalanobis distances? And what Jaccard index
had terrain that no network saw, where colours, texture and scores were like these?
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import BANDS
from tesela.core.caveat import Caveat
from tesela.core.features import (
    SPECTRA,
    TEXTURE,
    Features,
    Pixels,
    Valid,
    agreement,
    reordered,
    spectra,
    texture,
)
from tesela.core.masks import Thresholds, first_bytes
from tesela.core.tiles import Scores

Level = Literal["high", "medium", "low", "unknown"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far to trust a prediction: `unknown` where the model has nothing to compare with.

    `expected_jaccard` is what terrain never seen had, where it looked like this image.
    """

    level: Level
    expected_jaccard: float | None = None
    reasons: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Distribution:
    """Features of the training windows; distances over `low` are farther than ordinary terrain is."""

    mean: Features  # (n,)
    whitening: Features  # (n, n), lower triangle: the inverse of the covariance's Cholesky factor
    medium: float
    low: float

    def distance(self, features: Features) -> Features:
        """Mahalanobis distance of features (..., n), divided by the root of n: about 1 in training."""
        white = (features - self.mean) @ self.whitening.T
        return np.asarray(np.sqrt(np.square(white).mean(axis=-1)))


@dataclass(frozen=True)
class Scale:
    """Linear discriminant of training windows against the same at another scale."""

    factor: float  # how much larger than in training things appear
    weights: Features  # (52,)
    limit: float  # ordinary terrain scores less

    def matches(self, features: Features) -> bool:
        """Whether colours and texture (52,) are those of the other scale."""
        return bool(self.weights @ features > self.limit)


@dataclass(frozen=True)
class Reference:
    """The numbers of `model.json` that confidence follows from."""

    spectra: Distribution
    texture: Distribution
    order_ratio: (
        float  # above it, the image looks more like training with its bands in another order
    )
    scales: tuple[Scale, ...]
    intercept: float  # of the Jaccard index, as linear in `predictors`
    weights: Features  # (4,)
    medium: float  # Jaccard index below which confidence is medium
    low: float

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Reference":
        """Read the entry `confidence` of `model.json`.

        Raises:
            ValueError: Entries are missing, or not as many numbers as there are features.
        """
        try:
            jaccard = document["jaccard"]
            return cls(
                _distribution(document["spectra"], SPECTRA),
                _distribution(document["texture"], TEXTURE),
                float(document["order_ratio"]),
                tuple(map(_scale, document["scales"])),
                float(jaccard["intercept"]),
                _vector(jaccard["weights"], PREDICTORS),
                float(jaccard["medium"]),
                float(jaccard["low"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"its confidence lacks or misspells {error}") from error

    def expected(self, predictors: Features) -> float:
        """The Jaccard index to expect, 0 to 1."""
        return float(np.clip(self.intercept + predictors @ self.weights, 0, 1))


PREDICTORS = 4
_NOT_KNOWN = Caveat(
    "no-reference", {}, "This version of the model has no numbers to judge an image by."
)


def assess(
    normalised: Pixels,
    valid: Valid,
    scores: Scores,
    reference: Reference | None,
    *,
    thresholds: Thresholds,
    order: Sequence[int],
) -> Confidence:
    """Judge one image.

    Args:
        normalised: Pixels (8, H, W) as the model saw them.
        valid: Of these pixels.
        scores: Of the image, in any number of pixels.
        reference: The model's numbers, or None.
        thresholds: The model's own, whatever a request asks for: the level is the image's.
        order: The file's bands that the pixels come from.
    """
    if reference is None:
        return Confidence("unknown", reasons=(_NOT_KNOWN,))
    colours = spectra(normalised, valid)
    grain = texture(normalised, valid)
    distances = (
        float(reference.spectra.distance(colours)),
        float(reference.texture.distance(grain)),
    )
    agreed = agreement(scores, first_bytes(thresholds))
    jaccard = reference.expected(predictors(agreed, distances))
    found = [
        *_contrast(normalised),
        *_order(reference, colours, distances[0], order),
        *_scaled(reference, np.concatenate([colours, grain])),
        *_colours(reference.spectra, round(distances[0], 2)),
        *_grain(reference.texture, round(distances[1], 2)),
        *_undecided(reference, jaccard),
    ]
    levels: list[Level] = ["high", *(level for level, _ in found)]
    reasons = tuple(reason for _, reason in found)
    return Confidence(min(levels, key=LEVELS.index), round(jaccard, 3), reasons)


def predictors(agreed: Sequence[float], distances: Sequence[float]) -> Features:
    """What the expected Jaccard index is linear in (4,): distances count by their logarithms."""
    return np.array([*agreed, *np.log(np.maximum(distances, 0.05))])


Found = Iterable[tuple[Level, Caveat]]


def _contrast(normalised: Pixels) -> Found:
    if not normalised.any():
        text = "All bands are constant: there is nothing to see in the image."
        yield "low", Caveat("no-contrast", {}, text)


def _order(reference: Reference, colours: Features, own: float, order: Sequence[int]) -> Found:
    """Whether another order of the bands would make the image look much more like training."""
    distances = reference.spectra.distance(reordered(colours, ORDERS))
    best = int(np.argmin(distances))
    if own > reference.order_ratio * distances[best]:
        bands = [order[band] for band in ORDERS[best]]
        text = (
            "The bands seem to be in another order: the image would look more like training "
            f"with {', '.join(BANDS)} from its bands {', '.join(map(str, bands))}."
        )
        yield "low", Caveat("band-order-unlikely", {"order": bands}, text)


def _scaled(reference: Reference, features: Features) -> Found:
    for scale in reference.scales:
        if scale.matches(features):
            why = "the pixel size may be another than assumed, or the image was resampled."
            if scale.factor > 1:
                times = round(scale.factor, 1)
                text = f"Things appear about {times:g} times as large as in training images: {why}"
                yield "low", Caveat("objects-too-large", {"factor": times}, text)
            else:
                times = round(1 / scale.factor, 1)
                text = f"Things appear about {times:g} times smaller than in training images: {why}"
                yield "low", Caveat("objects-too-small", {"factor": times}, text)


def _colours(distribution: Distribution, distance: float) -> Found:
    if distance > distribution.medium:
        text = (
            "The bands relate to each other unlike those of the training images "
            f"(distance {distance:.2f}, ordinary up to {distribution.medium:.2f})."
        )
        yield (
            _level(distribution, distance),
            Caveat(
                "unfamiliar-colours", {"distance": distance, "ordinary": distribution.medium}, text
            ),
        )


def _grain(distribution: Distribution, distance: float) -> Found:
    if distance > distribution.medium:
        text = (
            "The image is smoother or rougher than the training images "
            f"(distance {distance:.2f}, ordinary up to {distribution.medium:.2f})."
        )
        yield (
            _level(distribution, distance),
            Caveat(
                "unfamiliar-texture", {"distance": distance, "ordinary": distribution.medium}, text
            ),
        )


def _level(distribution: Distribution, distance: float) -> Level:
    return "low" if distance > distribution.low else "medium"


def _undecided(reference: Reference, jaccard: float) -> Found:
    if jaccard < reference.medium:
        level: Level = "low" if jaccard < reference.low else "medium"
        usual = round(reference.medium, 2)
        text = (
            f"The scores are undecided: a Jaccard index of about {jaccard:.2f} is expected; "
            f"terrain never seen usually has {usual:.2f}."
        )
        yield (
            level,
            Caveat("undecided-scores", {"jaccard": round(jaccard, 2), "usual": usual}, text),
        )


def _orders() -> NDArray[np.intp]:
    """Orders that bands are found in (N, 8): two exchanged, reversed, rotated, red or blue first."""
    usual = list(range(len(BANDS)))
    orders = {tuple(usual[::-1]), *(tuple(np.roll(usual, by).tolist()) for by in usual[1:])}
    for one, other in combinations(usual, 2):
        exchanged = usual.copy()
        exchanged[one], exchanged[other] = other, one
        orders.add(tuple(exchanged))
    for file_order in _COMPOSITES:
        orders.add(tuple(file_order.index(band) for band in usual))
    return np.array(sorted(orders), np.intp)


# Bands of files that put the colours that a screen shows first.
_COMPOSITES = (
    (4, 2, 1, 0, 3, 5, 6, 7),
    (4, 2, 1, 6, 0, 3, 5, 7),
    (4, 2, 1, 6, 7, 0, 3, 5),
    (6, 4, 2, 0, 1, 3, 5, 7),
    (1, 2, 4, 0, 3, 5, 6, 7),
    (1, 2, 4, 6, 0, 3, 5, 7),
    (1, 2, 4, 6, 7, 0, 3, 5),
)
ORDERS = _orders()


def _distribution(document: Mapping[str, Any], features: int) -> Distribution:
    whitening = np.zeros((features, features))
    rows = document["whitening"]
    if len(rows) != features:
        raise ValueError(f"its confidence has {len(rows)} rows for {features} features")
    for number, row in enumerate(rows):
        whitening[number, : number + 1] = _vector(row, number + 1)
    mean = _vector(document["mean"], features)
    return Distribution(mean, whitening, float(document["medium"]), float(document["low"]))


def _scale(document: Mapping[str, Any]) -> Scale:
    weights = _vector(document["weights"], SPECTRA + TEXTURE)
    return Scale(float(document["factor"]), weights, float(document["limit"]))


def _vector(text: str, length: int) -> Features:
    """Numbers divided by spaces: as a list, each would take a line of `model.json`."""
    vector = np.array(text.split(), np.float64)
    if vector.shape != (length,) or not np.isfinite(vector).all():
        raise ValueError(f"its confidence has {vector.size} numbers instead of {length}")
    return vector
