"""What the test scenes say of a model at its thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.scoring.bootstrap import Draws, Interval, holding, interval, jaccards, mean
from scripts.training.scoring.grounds import Grounds, by_source
from scripts.training.scoring.histograms import Tally, total

MAIN_SOURCES = ("competition", "dstl")  # the first that the test holds is the one that counts


@dataclass(frozen=True)
class Verdict:
    """A model's thresholds, and its tallies of the test scenes by name."""

    thresholds: Mapping[str, float]
    scenes: Mapping[str, Tally]

    @cached_property
    def sources(self) -> dict[str, dict[str, Tally]]:
        """Tallies by source and ground."""
        return by_source(self.scenes)

    @property
    def main(self) -> str:
        """The source whose scores are the model's; any other if the test lacks those."""
        return next(name for name in (*MAIN_SOURCES, *self.sources) if name in self.sources)

    def scores(self) -> dict[str, dict[str, Any]]:
        """By source: Jaccard with interval, precision and recall of each class, or None; the mean."""
        return {source: self._of_source(grounds) for source, grounds in self.sources.items()}

    def by_scene(self, source: str) -> dict[str, list[float | None]]:
        """Jaccard of each class in each ground of a source; None where the truth lacks the class."""
        return {
            name: [self._iou(tally, number) for number in range(len(KEYS))]
            for name, tally in self.sources[source].items()
        }

    def draws(self, source: str) -> Draws:
        """Jaccard indices over draws of the source's grounds."""
        return jaccards(self.sources[source], self.thresholds)

    def _iou(self, tally: Tally, number: int) -> float | None:
        if not tally.holds(number):
            return None
        return tally.at(number, self.thresholds[KEYS[number]]).iou

    def _of_source(self, grounds: Grounds) -> dict[str, Any]:
        whole, draws = total(grounds.values()), jaccards(grounds, self.thresholds)
        classes = {
            key: self._of_class(whole, number)
            | _ends(interval(draws[number], holding(grounds, number)))
            if whole.holds(number)
            else None
            for number, key in enumerate(KEYS)
        }
        found = [iou for n in range(len(KEYS)) if (iou := self._iou(whole, n)) is not None]
        mean_iou = round(float(np.mean(found)), 4) if found else None
        ends = _ends(interval(mean(draws), len(grounds)))
        return {"classes": classes, "mean_iou": mean_iou, **ends, "grounds": len(grounds)}

    def _of_class(self, tally: Tally, number: int) -> dict[str, float | None]:
        confusion = tally.at(number, self.thresholds[KEYS[number]])
        return {
            "iou": round(confusion.iou, 3),
            "precision": round(confusion.precision, 3),
            "recall": round(confusion.recall, 3),
            "pixels": round(tally.positives(number)),
        }


def difference(one: Verdict, other: Verdict) -> tuple[float, Interval | None]:
    """Mean Jaccard of one model less the other's on the same scenes, in points, and its interval."""
    source = one.main
    means = [verdict.scores()[source]["mean_iou"] or 0 for verdict in (one, other)]
    draws = mean(one.draws(source)) - mean(other.draws(source))
    ends = interval(100 * draws, len(one.sources[source]))
    return 100 * (means[0] - means[1]), ends


def ahead(one: Verdict, other: Verdict) -> dict[str, float | None]:
    """For each class, the share of draws in which one model's Jaccard beats the other's."""
    better = one.draws(one.main), other.draws(one.main)
    return {
        key: float(np.mean((a > b)[~np.isnan(a)])) if not np.isnan(a).all() else None
        for key, a, b in zip(KEYS, *better, strict=True)
    }


def _ends(found: Interval | None) -> dict[str, float | None]:
    low, high = (round(end, 3) for end in found) if found else (None, None)
    return {"low": low, "high": high}
