"""The entry `confidence` of `model.json`, from terrain that no network saw, and what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import nnls
from scipy.stats import spearmanr
from tesela.catalogue import KEYS
from tesela.core.confidence import PREDICTORS, predictors
from tesela.core.features import Features, expected_jaccard
from tesela.core.masks import first_byte

from scripts.training.data.scenes import Normaliser, TrainingScene
from scripts.training.scoring.familiarity import (
    LIMIT,
    SIDES,
    Familiarity,
    Windows,
    features,
    numbers,
    quantile,
    terrain,
    windows,
)
from scripts.training.scoring.faults import FAULTS, SCALES
from scripts.training.scoring.histograms import BYTES, ScoreHistograms
from scripts.training.sources import source_of

RIDGE = 1.0  # of standardised predictors, in terrains
# Agreement of the scores promises more, distance from training less, whatever a few terrains suggest.
SIGNS = np.array((1, 1, -1, -1))
MIN_TERRAINS = 6  # with fewer, the mean is expected everywhere
MEDIUM, LOW = 0.5, 0.05  # shares of the terrain left out with a lower expected Jaccard index
JUDGED_SIDES = (160,)  # windows that faults are done to


@dataclass(frozen=True)
class Regression:
    """The Jaccard index as linear in the predictors of a scene, with its limits."""

    intercept: float
    weights: Features
    medium: float = 0.0
    low: float = 0.0

    def __call__(self, rows: Features) -> Features:
        """Jaccard indices of predictors (N, 4)."""
        return np.clip(self.intercept + rows @ self.weights, 0, 1)

    def level(self, jaccard: float) -> str:
        """The level of an expected Jaccard index, by the scores alone."""
        return "low" if jaccard < self.low else "medium" if jaccard < self.medium else "high"


@dataclass(frozen=True)
class Trust:
    """`document` is what the service reads; the rest shows what it is worth."""

    document: dict[str, Any]
    scenes: list[dict[str, Any]] = field(default_factory=list)  # jaccard, expected, level
    faults: dict[str, Mapping[str, float]] = field(default_factory=dict)  # share of each level


def trust(
    scenes: Sequence[TrainingScene],
    normalise: Normaliser,
    unseen: Mapping[str, ScoreHistograms],
    thresholds: Mapping[str, float],
) -> Trust | None:
    """Fit what confidence needs; None where there is too little terrain.

    Args:
        scenes: Those of `reference_scenes`.
        normalise: The model's.
        unseen: Scores of scenes by networks that had not seen them, by the scene's name.
        thresholds: The model's.
    """
    scaled = {factor: windows(scenes, normalise, SIDES, how) for factor, how in SCALES.items()}
    familiarity = Familiarity(windows(scenes, normalise), scaled)
    if not familiarity:
        return None
    document = familiarity.document()
    judged = [s for s in scenes if s.name in unseen and source_of(s.source).folded]
    names = np.array([terrain(scene) for scene in judged], str)
    rows = [
        predictors(
            agreement(unseen[scene.name], thresholds), _distances(scene, normalise, familiarity)
        )
        for scene in judged
    ]
    truth = np.array([_jaccard(unseen[scene.name], thresholds) for scene in judged])
    known = ~np.isnan(truth)
    judged = [scene for scene, is_known in zip(judged, known, strict=True) if is_known]
    regression, left_out = regressed(
        np.array(rows).reshape(-1, PREDICTORS)[known], truth[known], names[known]
    )
    document["jaccard"] = {
        "intercept": round(regression.intercept, 5),
        "weights": numbers(regression.weights),
        "medium": round(regression.medium, 4),
        "low": round(regression.low, 4),
    }
    table = [
        {
            "scene": scene.name,
            "jaccard": round(float(a), 4),
            "expected": round(float(b), 4),
            "level": regression.level(float(b)),
        }
        for scene, a, b in zip(judged, truth[known], left_out, strict=True)
    ]
    document["terrains"] = len(set(names[known].tolist()))
    document["rank_correlation"] = _rank_correlation(truth[known], left_out)
    return Trust(document, table, _faults(scenes, normalise, familiarity, document))


def _distances(
    scene: TrainingScene, normalise: Normaliser, familiarity: Familiarity
) -> list[float]:
    """Of colours and of texture, from a reference without the scene's terrain."""
    pairs = zip(
        familiarity.without(terrain(scene)),
        features(scene.pixels.astype(np.float32), normalise),
        strict=True,
    )
    return [float(known.distance(values)) for known, values in pairs]


def agreement(histograms: ScoreHistograms, thresholds: Mapping[str, float]) -> tuple[float, float]:
    """`tesela.core.features.agreement` of the pixels whose class is known."""
    sums = np.zeros((3, len(KEYS)))
    for number, key in enumerate(KEYS):
        counts = histograms.counts[number].sum(axis=0)
        if counts.any():
            shares, first = counts / counts.sum(), first_byte(thresholds[key])
            expected = shares * BYTES
            sums[:, number] = expected[first:].sum(), expected.sum(), shares[first:].sum()
    overlap, expected, marked = sums
    return expected_jaccard(overlap, expected, marked, 1.0)


def _jaccard(found: ScoreHistograms, thresholds: Mapping[str, float]) -> float:
    """Mean Jaccard index of the classes that a scene holds; NaN where it holds none."""
    held = [found.at(n, thresholds[key]).iou for n, key in enumerate(KEYS) if found.holds(n)]
    return float(np.mean(held)) if held else float("nan")


def regressed(rows: Features, truth: Features, names: Any) -> tuple[Regression, Features]:
    """The regression, and what it expects of each scene (N,) when it does not know its terrain."""
    if len(set(names.tolist())) < MIN_TERRAINS:
        mean = float(truth.mean()) if len(truth) else 0.0
        return Regression(mean, np.zeros(PREDICTORS)), np.full(len(truth), mean)
    left_out = np.zeros(len(truth))
    for name in set(names.tolist()):
        chosen = names == name
        left_out[chosen] = _ridge(rows[~chosen], truth[~chosen], names[~chosen])(rows[chosen])
    weights = _weights(names)
    whole = _ridge(rows, truth, names)
    limits = [quantile(left_out, weights, share) for share in (MEDIUM, LOW)]
    return Regression(whole.intercept, whole.weights, *limits), left_out


def _ridge(rows: Features, truth: Features, names: Any) -> Regression:
    shares = _weights(names)
    mean = shares @ rows
    spread = np.sqrt(shares @ np.square(rows - mean)) + 1e-6
    standard = (rows - mean) / spread
    signed, roots = standard * SIGNS, np.sqrt(shares)[:, None]
    ridge = np.sqrt(RIDGE / len(set(names.tolist()))) * np.eye(rows.shape[1])
    away = np.append(roots[:, 0] * (truth - shares @ truth), np.zeros(rows.shape[1]))
    slopes, _ = nnls(np.vstack([roots * signed, ridge]), away)
    slopes = slopes * SIGNS / spread
    return Regression(float(shares @ truth - mean @ slopes), slopes)


def _weights(names: Any) -> Features:
    return Windows(np.empty((0, 0)), np.empty((0, 0)), names).weights


def _rank_correlation(truth: Features, expected: Features) -> float | None:
    """Spearman's; None where either is the same everywhere."""
    if len(truth) < MIN_TERRAINS or np.ptp(expected) == 0 or np.ptp(truth) == 0:
        return None
    return round(float(spearmanr(truth, expected).statistic), 3)


def _faults(
    scenes: Sequence[TrainingScene],
    normalise: Normaliser,
    familiarity: Familiarity,
    document: Mapping[str, Any],
) -> dict[str, Mapping[str, float]]:
    """Share of the windows that colours and texture alone make low, medium and high, by fault.

    Every terrain is judged by a reference that lacks it and counts alike.
    """
    known = familiarity.known
    result: dict[str, Mapping[str, float]] = {}
    limits = {
        factor: quantile(familiarity.scale_scores(factor, known), known.weights, LIMIT)
        for factor in familiarity.scaled
    }
    for title, change in {"as it came": None, **FAULTS}.items():
        seen = windows(scenes, normalise, JUDGED_SIDES, change)
        if not len(seen.terrains):  # all scenes are too small for it
            continue
        distances, ratios = familiarity.left_out(seen)
        pairs = list(zip(distances, (document["spectra"], document["texture"]), strict=True))
        low = np.any([row > entry["low"] for row, entry in pairs], axis=0)
        low |= ratios > document["order_ratio"]
        for factor, limit in limits.items():
            low |= familiarity.scale_scores(factor, seen) > limit
        medium = ~low & np.any([row > entry["medium"] for row, entry in pairs], axis=0)
        shares = [float(seen.weights @ mask) for mask in (low, medium, ~low & ~medium)]
        result[title] = dict(zip(("low", "medium", "high"), shares, strict=True))
    return result
