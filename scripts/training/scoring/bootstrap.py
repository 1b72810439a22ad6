"""How far a score may be off because of the few scenes that it comes from: a bootstrap over terrains.

Scenes, not pixels, are drawn with replacement: pixels of one scene tell much the same. Of four
terrains such an interval is wide, and still rather too narrow than too wide (Efron & Tibshirani 1993).
The draws depend on the number of terrains alone, so two models can be compared draw by draw.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.scoring.histograms import ScoreHistograms, total
from scripts.training.sources import same_ground

Terrains = Mapping[str, ScoreHistograms]  # by the names of its scenes, joined by "+"


DRAWS = 2000
PERCENT = (2.5, 97.5)

Draws = NDArray[np.float64]  # (10, DRAWS) Jaccard of each class; NaN where a draw lacks the class
Interval = tuple[float, float]


def jaccards(terrains: Terrains, thresholds: Mapping[str, float]) -> Draws:
    """Jaccard index of every class in every draw; classes that hardly occur are NaN in all."""
    histograms = list(terrains.values())
    times = _times(len(histograms))
    whole = total(histograms)
    return np.stack(
        [
            _of_class(times, histograms, number, thresholds[key])
            if whole.holds(number)
            else np.full(DRAWS, np.nan)
            for number, key in enumerate(KEYS)
        ]
    )


def mean(draws: Draws) -> NDArray[np.float64]:
    """Mean over the classes that a draw holds."""
    known = ~np.isnan(draws)
    return np.nansum(draws, axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)


def interval(values: NDArray[np.float64], terrains: int) -> Interval | None:
    """95 % interval over this many terrains; none for one terrain, which says nothing about the next."""
    if terrains < 2 or np.isnan(values).all():
        return None
    low, high = np.nanpercentile(values, PERCENT)
    return float(low), float(high)


def holding(terrains: Terrains, number: int) -> int:
    """Terrains that hold a class."""
    return sum(histogram.holds(number) for histogram in terrains.values())


def _times(terrains: int) -> NDArray[np.int64]:
    """How often each draw (row) takes each terrain (column)."""
    shares = np.full(terrains, 1 / terrains)
    return np.random.default_rng(0).multinomial(terrains, shares, size=DRAWS)


def _of_class(
    times: NDArray[np.int64], histograms: Sequence[ScoreHistograms], number: int, threshold: float
) -> NDArray[np.float64]:
    confusions = [histogram.at(number, threshold) for histogram in histograms]
    hits, false_alarms, misses = (
        times @ np.array([getattr(confusion, name) for confusion in confusions])
        for name in ("hits", "false_alarms", "misses")
    )
    union = np.where(hits + misses > 0, hits + false_alarms + misses, np.nan)
    return hits / union


def by_source(scenes: Mapping[str, ScoreHistograms]) -> dict[str, dict[str, ScoreHistograms]]:
    """Histograms by scene ("source/scene") to histograms by source and terrain."""
    sources = sorted({name.split("/")[0] for name in scenes})
    return {source: _terrains(source, scenes) for source in sources}


def pooled(scenes: Mapping[str, ScoreHistograms]) -> dict[str, ScoreHistograms]:
    """Histograms by scene to sums by source, in which each terrain counts once."""
    return {source: total(terrains.values()) for source, terrains in by_source(scenes).items()}


def _terrains(source: str, scenes: Mapping[str, ScoreHistograms]) -> dict[str, ScoreHistograms]:
    """Scenes of one terrain share one weight."""
    shared: dict[str, list[str]] = {}
    for name in scenes:
        if name.startswith(f"{source}/"):
            shared.setdefault(same_ground(name), []).append(name)
    return {
        "+".join(_short(names)): total(scenes[name] for name in names) * (1 / len(names))
        for names in shared.values()
    }


def _short(names: Iterable[str]) -> list[str]:
    return [name.split("/")[-1] for name in names]
