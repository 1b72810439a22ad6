"""Scores of a model at its thresholds, and all that is known of the model that is served."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.scoring.bootstrap import (
    Draws,
    Interval,
    Terrains,
    by_source,
    holding,
    interval,
    jaccards,
    mean,
)
from scripts.training.scoring.histograms import (
    BYTES,
    Reliability,
    ScoreHistograms,
    reliability,
    total,
)
from scripts.training.scoring.trust import Trust
from scripts.training.sources import main_source

NONE = "none"  # of the ten classes


@dataclass(frozen=True)
class ModelScores:
    """A model's thresholds, and its histograms of scenes by name."""

    thresholds: Mapping[str, float]
    scenes: Mapping[str, ScoreHistograms]

    @cached_property
    def sources(self) -> dict[str, dict[str, ScoreHistograms]]:
        """Histograms by source and terrain."""
        return by_source(self.scenes)

    @property
    def main(self) -> str:
        """The source whose scores are the model's; any other if the test lacks those."""
        return main_source(self.sources)

    def scores(self) -> dict[str, dict[str, Any]]:
        """By source: Jaccard with interval, precision and recall of each class, or None; the mean."""
        return {source: self._of(terrains) for source, terrains in self.sources.items()}

    def together(self) -> dict[str, Any]:
        """The same over the terrains of all sources."""
        return self._of(self.terrains)

    @property
    def terrains(self) -> dict[str, ScoreHistograms]:
        """Histograms by "source/terrain"."""
        return {
            f"{source}/{name}": found
            for source, terrains in self.sources.items()
            for name, found in terrains.items()
        }

    def by_terrain(self) -> dict[str, list[float | None]]:
        """Jaccard of each class in each terrain of every source."""
        return {
            f"{source}/{name}": row
            for source in self.sources
            for name, row in self.by_scene(source).items()
        }

    def confusions(self) -> dict[str, dict[str, float]]:
        """For each class, the share of its false alarms under which each other class lies, or none.

        Empty for a class that is called nowhere wrongly. A pixel of two classes counts for both.
        """
        whole = total(self.terrains.values())
        rows = {key: whole.confused_with(n, self.thresholds[key]) for n, key in enumerate(KEYS)}
        alarms = {
            key: whole.at(number, self.thresholds[key]).false_alarms
            for number, key in enumerate(KEYS)
        }
        return {
            key: {
                name: round(float(pixels / alarms[key]), 4)
                for name, pixels in zip((*KEYS, NONE), row, strict=True)
                if pixels
            }
            for key, row in rows.items()
        }

    def by_scene(self, source: str) -> dict[str, list[float | None]]:
        """Jaccard of each class in each terrain of a source; None where the truth lacks the class."""
        return {
            name: [self._iou(histogram, number) for number in range(len(KEYS))]
            for name, histogram in self.sources[source].items()
        }

    def draws(self, source: str) -> Draws:
        """Jaccard indices over draws of the source's terrains."""
        return jaccards(self.sources[source], self.thresholds)

    def _iou(self, histogram: ScoreHistograms, number: int) -> float | None:
        if not histogram.holds(number):
            return None
        return histogram.at(number, self.thresholds[KEYS[number]]).iou

    def _of(self, terrains: Terrains) -> dict[str, Any]:
        whole, draws = total(terrains.values()), jaccards(terrains, self.thresholds)
        classes = {
            key: self._of_class(whole, number)
            | _ends(interval(draws[number], holding(terrains, number)))
            if whole.holds(number)
            else None
            for number, key in enumerate(KEYS)
        }
        found = [iou for n in range(len(KEYS)) if (iou := self._iou(whole, n)) is not None]
        mean_iou = round(float(np.mean(found)), 4) if found else None
        ends = _ends(interval(mean(draws), len(terrains)))
        return {"classes": classes, "mean_iou": mean_iou, **ends, "terrains": len(terrains)}

    def _of_class(self, histogram: ScoreHistograms, number: int) -> dict[str, float | None]:
        confusion = histogram.at(number, self.thresholds[KEYS[number]])
        return {
            "iou": round(confusion.iou, 3),
            "precision": round(confusion.precision, 3),
            "recall": round(confusion.recall, 3),
            "pixels": round(histogram.positives(number)),
        }


def difference(one: ModelScores, other: ModelScores) -> tuple[float, Interval | None]:
    """Mean Jaccard of one model less the other's on the same scenes, in points, and its interval."""
    source = one.main
    means = [model_scores.scores()[source]["mean_iou"] or 0 for model_scores in (one, other)]
    draws = mean(one.draws(source)) - mean(other.draws(source))
    ends = interval(100 * draws, len(one.sources[source]))
    return 100 * (means[0] - means[1]), ends


def win_shares(one: ModelScores, other: ModelScores) -> dict[str, float | None]:
    """For each class, the share of draws in which one model's Jaccard beats the other's."""
    better = one.draws(one.main), other.draws(one.main)
    return {
        key: float(np.mean((a > b)[~np.isnan(a)])) if not np.isnan(a).all() else None
        for key, a, b in zip(KEYS, *better, strict=True)
    }


def _ends(found: Interval | None) -> dict[str, float | None]:
    low, high = (round(end, 3) for end in found) if found else (None, None)
    return {"low": low, "high": high}


@dataclass(frozen=True)
class Evaluation:
    """Scores of the int8 file and of what it is compared with, and how it was made."""

    document: dict[str, Any]  # `model.json`, as `quantise` left it
    recipe: dict[str, Any]
    folds: list[dict[str, Any]]  # recipes of the trainings that held terrain out, if others
    calibration: Mapping[str, Any]  # by class, as `calibrate` left it; else empty
    models: Mapping[str, ModelScores]  # "int8", and where there are such "f32" and "baseline"
    out_of_fold: ModelScores | None  # the folds' networks on terrain that they never saw
    nested: ModelScores | None  # the same, each terrain at thresholds tuned on the others alone
    surest: tuple[str, ...]  # classes of which thresholds show only the surest pixels
    chips: ModelScores | None  # the int8 file where each tile is an upload of its own
    trained_on: str
    split: str  # the test scenes
    tuned_on: str  # the scenes on which thresholds were tuned
    ablation: Mapping[str, Any] = field(default_factory=dict)  # as `ablate` left it; else empty
    trust: Trust | None = None  # how far an image's prediction can be trusted
    today: ModelScores | None = None  # an earlier file on the test scenes
    today_unseen: ModelScores | None = (
        None  # the same on terrain out of fold, some of which it learnt
    )

    @property
    def served(self) -> ModelScores:
        """Of the int8 file."""
        return self.models["int8"]

    @property
    def compared(self) -> dict[str, dict[str, ModelScores]]:
        """The earlier file, the baseline and this one, where each was judged, by ground."""
        unseen = {"earlier file": self.today_unseen, "new": self.nested}
        test = {
            "earlier file": self.today,
            "baseline": self.models.get("baseline"),
            "new": self.served,
        }
        grounds = {"terrain out of fold": unseen, "fixed test": test}
        return {
            title: {name: one for name, one in ground.items() if one}
            for title, ground in grounds.items()
        }

    @cached_property
    def scores(self) -> dict[str, Any]:
        """The entry `scores` of `model.json`."""
        by_source = self.served.scores()
        main = by_source.pop(self.served.main)
        for name in ("f32", "baseline"):
            if name in self.models:
                _beside(main, name, self.models[name].scores()[self.served.main])
        return {"split": self.split, "source": self.served.main, **main, "others": by_source}

    @cached_property
    def reliability(self) -> dict[str, Reliability]:
        """Of the int8 file on the test scenes, for the classes that they hold."""
        whole = total(self.served.sources[self.served.main].values())
        return {
            key: reliability(BYTES, whole.counts[number])
            for number, key in enumerate(KEYS)
            if whole.holds(number)
        }

    @cached_property
    def unseen(self) -> dict[str, Any]:
        """The entry `out_of_fold` of `model.json`; empty if no fold was judged.

        No terrain has a say in the thresholds that it is judged at.
        """
        if not self.nested:
            return {}
        by_terrain = self.nested.by_terrain()
        return self.nested.together() | {
            "by_terrain": {name: _rounded_mean(row) for name, row in by_terrain.items()},
            "confusions": self.nested.confusions(),
        }

    def finished(self) -> dict[str, Any]:
        """`model.json` with all results."""
        return (
            self.document
            | {
                "thresholds": dict(self.served.thresholds),
                "surest": list(self.surest),
                "calibrated": bool(self.calibration),
                "trained_on": self.trained_on,
                "scores": self.scores,
                "out_of_fold": self.unseen,
            }
            | ({"confidence": self.trust.document} if self.trust else {})
        )

    def write(self, path: Path) -> None:
        """Write `model.json`."""
        path.write_text(json.dumps(self.finished(), indent=2) + "\n", "utf-8")


def _rounded_mean(row: list[float | None]) -> float | None:
    known = [value for value in row if value is not None]
    return round(float(np.mean(known)), 4) if known else None


def _beside(main: dict[str, Any], name: str, other: dict[str, Any]) -> None:
    """Put another model's Jaccard beside the int8 file's."""
    main[f"{name}_mean_iou"] = other["mean_iou"]
    for key, entry in main["classes"].items():
        if entry:
            entry[f"{name}_iou"] = other["classes"][key]["iou"]
