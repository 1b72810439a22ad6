"""Trainings on the disk: folders with recipe, weights, log and, in one of them, the kept scenes."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from scripts.training import scene


def parser(told: str) -> argparse.ArgumentParser:
    """Options of what reads a run."""
    found = argparse.ArgumentParser(description=told.splitlines()[0])
    found.add_argument("--run", type=Path, default=Path("build/training"))
    found.add_argument("--scenes", type=Path, help="kept scenes, if not in the run's folder")
    found.add_argument(
        "--tuning",
        type=Path,
        help="a run of the same recipe without the validation scenes, where --run has seen them",
    )
    return found


def parsed(options: argparse.ArgumentParser) -> argparse.Namespace:
    """Options from the command line, once it is sure that nothing is tuned on what was learnt."""
    found = options.parse_args()
    found.scenes = found.scenes or found.run / "scenes"
    check(found.tuning or found.run, found.scenes)
    return found


def check(run: Path, scenes: Path) -> None:
    """Refuse to tune with weights that have seen the validation scenes.

    Raises:
        SystemExit: They have, since they saw more scenes than there are to train on.
    """
    to_train_on = Counter(scene.sources(scenes, "train"))
    more = {source: n for source, n in seen(run, scenes).items() if n > to_train_on[source]}
    if more:
        raise SystemExit(
            f"{run} was trained on validation scenes too ({more}; to train on are "
            f"{dict(to_train_on)}). Name with --tuning a run that was not."
        )


def document_of(run: Path) -> dict[str, Any]:
    """What the training left beside its weights: the recipe, and the scenes by source."""
    document: dict[str, Any] = json.loads((run / "recipe.json").read_text("utf-8"))
    return document


def seen(run: Path, scenes: Path) -> dict[str, int]:
    """Scenes by source that a run was trained on; all there are, where its recipe does not tell."""
    return document_of(run).get("scenes") or dict(Counter(scene.sources(scenes, "train")))
