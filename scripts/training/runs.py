"""Trainings on the disk: folders with recipe, weights, log and, in one of them, the kept scenes."""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.training.data.folds import split
from scripts.training.data.scenes import TrainingScene, source_names
from scripts.training.recipe import Recipe

WEIGHTS = "weights.weights.h5"
LOG = "log.csv"


def parser(told: str) -> argparse.ArgumentParser:
    """Options of what reads a run."""
    found = argparse.ArgumentParser(description=told.splitlines()[0])
    found.add_argument("--run", type=Path, default=Path("build/training"))
    found.add_argument("--scenes", type=Path, help="kept scenes, if not in the run's folder")
    found.add_argument(
        "--tuning",
        type=Path,
        nargs="+",
        help="runs of the same recipe that held scenes out, where --run has seen all",
    )
    return found


def parsed(options: argparse.ArgumentParser) -> argparse.Namespace:
    """Options from the command line, once it is sure that nothing is tuned on what was learnt."""
    found = options.parse_args()
    found.scenes = found.scenes or found.run / "scenes"
    found.tuning = found.tuning or [found.run]
    check(found.tuning)
    return found


def check(tuning: Iterable[Path]) -> None:
    """Refuse to tune with weights that have seen every scene.

    Raises:
        SystemExit: They have: their recipe holds none out.
    """
    for run in tuning:
        if not Recipe.read(run).hold_out:
            raise SystemExit(f"{run} held no scene out: name with --tuning runs that did.")


def held_out(run: Path, scenes: Path) -> list[TrainingScene]:
    """The scenes on which what a run predicts may tune something."""
    return split(scenes, Recipe.read(run).hold_out)[1]


def document_of(run: Path) -> dict[str, Any]:
    """What the training left beside its weights: the recipe, and the scenes by source."""
    document: dict[str, Any] = json.loads((run / "recipe.json").read_text("utf-8"))
    return document


def seen(run: Path, scenes: Path) -> dict[str, int]:
    """Scenes by source that a run was trained on; all there are, where its recipe does not tell."""
    return document_of(run).get("scenes") or dict(Counter(source_names(scenes, "train")))
