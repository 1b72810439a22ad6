"""All that was found out about a model; the card and the report are written from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import Verdict
from scripts.training.scoring.histograms import total
from scripts.training.scoring.reliability import BYTES, Reliability, reliability


@dataclass(frozen=True)
class Findings:
    """Verdicts on the int8 file and on what it is held against, and how it came about."""

    document: dict[str, Any]  # `model.json`, as `quantise` left it
    recipe: dict[str, Any]
    tuning: list[dict[str, Any]]  # recipes of the trainings that held scenes out, if others
    calibration: Mapping[str, Any]  # by class, as `calibrate` left it; else empty
    verdicts: Mapping[str, Verdict]  # "int8", and where there are such "f32" and "baseline"
    chips: Verdict  # the int8 file where each tile is an upload of its own
    trained_on: str
    split: str  # the test scenes
    tuned_on: str  # the scenes held out
    ablation: Mapping[str, Any] = field(default_factory=dict)  # as `ablate` left it; else empty

    @property
    def served(self) -> Verdict:
        """Of the int8 file."""
        return self.verdicts["int8"]

    @cached_property
    def scores(self) -> dict[str, Any]:
        """The entry `scores` of `model.json`."""
        by_source = self.served.scores()
        main = by_source.pop(self.served.main)
        for name in ("f32", "baseline"):
            if name in self.verdicts:
                _beside(main, name, self.verdicts[name].scores()[self.served.main])
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

    def finished(self) -> dict[str, Any]:
        """`model.json` with all that was found."""
        return self.document | {
            "thresholds": dict(self.served.thresholds),
            "calibrated": bool(self.calibration),
            "trained_on": self.trained_on,
            "scores": self.scores,
        }

    def write(self, path: Path) -> None:
        """Write `model.json`."""
        path.write_text(json.dumps(self.finished(), indent=2) + "\n", "utf-8")


def _beside(main: dict[str, Any], name: str, other: dict[str, Any]) -> None:
    """Put another model's Jaccard beside the int8 file's."""
    main[f"{name}_mean_iou"] = other["mean_iou"]
    for key, entry in main["classes"].items():
        if entry:
            entry[f"{name}_iou"] = other["classes"][key]["iou"]
