"""Choose each class's threshold, on terrain that the predicting network never saw."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import CLASSES, KEYS
from tesela.core.masks import first_byte

from scripts.training.scoring.bootstrap import by_source, pooled
from scripts.training.scoring.histograms import MIN_PIXELS, ScoreHistograms, empty
from scripts.training.sources import source_of, weight

GRID = np.arange(0.01, 0.951, 0.01)  # thresholds tried
# A mask that is wrong seven times in ten helps nobody, whatever its Jaccard, and neither does one that
# finds next to nothing.
MIN_PRECISION = 0.3
MIN_RECALL = 0.05
TIE = 1e-9  # values that differ by less are equal
SUREST_RECALL = 0.005  # of a class that no threshold shows usefully: its surest pixels


@dataclass(frozen=True)
class Tuned:
    """A threshold per class, and the classes of which only the surest pixels are shown."""

    thresholds: dict[str, float]
    surest: tuple[str, ...] = ()


def tune(sources: Mapping[str, ScoreHistograms]) -> Tuned:
    """Choose for each class the threshold of the best Jaccard index over all sources that label it.

    Sources are mixed by weight, those included where the class is absent, as false alarms there
    count too. Only where no folded source holds a class do the others. Thresholds that lack precision
    or recall are left out; if none remains, the threshold is the one of the best precision, and the
    class is named as `surest`. A class that none holds keeps the catalogue's threshold.
    """
    thresholds, surest = {}, []
    for number, entry in enumerate(CLASSES):
        found = _curves(mixed(labelling(sources, number), number), number)
        useful = (found.precision >= MIN_PRECISION) & (found.recall >= MIN_RECALL)
        if not holding(sources, number):
            thresholds[entry.key] = entry.threshold
        elif useful.any():
            thresholds[entry.key] = _of_best(useful * found.iou)
        else:
            thresholds[entry.key] = _of_best((found.recall >= SUREST_RECALL) * found.precision)
            surest.append(entry.key)
    return Tuned(thresholds, tuple(surest))


def mixed(sources: Mapping[str, ScoreHistograms], number: int) -> ScoreHistograms:
    """The pixels of sources that label a class, each source by its weight and whatever its size."""
    if not sources:
        return empty()
    shares = {name: weight(name) / found.counts[number].sum() for name, found in sources.items()}
    first, *rest = (sources[name] * share for name, share in shares.items())
    return sum(rest, first)


def holding(sources: Mapping[str, ScoreHistograms], number: int) -> dict[str, ScoreHistograms]:
    """The sources that hold enough of a class: folded ones, or where none does the others."""
    held = {name: found for name, found in sources.items() if found.holds(number)}
    return _folded(held) or held


def labelling(sources: Mapping[str, ScoreHistograms], number: int) -> dict[str, ScoreHistograms]:
    """The sources that say where a class is or is not: folded ones, with those of `holding`."""
    known = {
        name: found for name, found in sources.items() if found.counts[number].sum() >= MIN_PIXELS
    }
    return _folded(known) | holding(sources, number)


def _folded(sources: Mapping[str, ScoreHistograms]) -> dict[str, ScoreHistograms]:
    return {name: found for name, found in sources.items() if source_of(name).folded}


def nested(scenes: Mapping[str, ScoreHistograms]) -> dict[str, dict[str, float]]:
    """For each scene by name, thresholds tuned on all terrain but its own."""
    result: dict[str, dict[str, float]] = {}
    for source, terrains in by_source(scenes).items():
        for names in terrains:
            own = {f"{source}/{name}" for name in names.split("+")}
            others = {name: found for name, found in scenes.items() if name not in own}
            thresholds = tune(pooled(others)).thresholds
            result |= dict.fromkeys(own, thresholds)
    return result


def judged_at(
    found: ScoreHistograms, own: Mapping[str, float], common: Mapping[str, float]
) -> ScoreHistograms:
    """Histograms whose masks at common thresholds are those of `found` at its own.

    Bytes say no more than inside or outside of the mask.
    """
    result = empty()
    for number, key in enumerate(KEYS):
        first, target = first_byte(own[key]), first_byte(common[key])
        for old, new in (
            (found.counts[number], result.counts[number]),
            (found.beneath[number], result.beneath[number]),
        ):
            new[:, 0], new[:, target] = old[:, :first].sum(axis=1), old[:, first:].sum(axis=1)
    return result


@dataclass(frozen=True)
class _Curves:
    """Precision, recall and Jaccard index at every threshold of the grid."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    iou: NDArray[np.float64]


def _curves(histograms: ScoreHistograms, number: int) -> _Curves:
    called = np.cumsum(histograms.counts[number, :, ::-1], axis=1)[:, ::-1]
    absent, present = called[:, [first_byte(threshold) for threshold in GRID]]
    positives = histograms.positives(number)
    return _Curves(
        present / np.maximum(absent + present, 1e-9),
        present / max(positives, 1e-9),
        present / np.maximum(absent + positives, 1e-9),
    )


def _of_best(values: NDArray[np.float64]) -> float:
    """The highest of the best: where it shows nothing more, a lower threshold only looks bolder."""
    return round(float(GRID[np.flatnonzero(values >= values.max() - TIE)[-1]]), 2)
