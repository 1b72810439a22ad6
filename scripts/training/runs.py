"""Trainings on the disk: a folder each, with recipe, weights and log."""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.training.data.folds import split
from scripts.training.data.scenes import TrainingScene, source_names
from scripts.training.recipe import Recipe
from scripts.training.sources import SOURCES

WEIGHTS = "weights.weights.h5"
LOG = "log.csv"
BACKUP = "backup"


def parser(description: str) -> argparse.ArgumentParser:
    """Options of a command that reads runs."""
    options = argparse.ArgumentParser(description=description.splitlines()[0])
    options.add_argument("--run", type=Path, default=Path("build/training/final"))
    options.add_argument("--scenes", type=Path, help="cache, if it is not in the run's folder")
    options.add_argument(
        "--folds",
        "--tuning",
        type=Path,
        nargs="+",
        help="runs of the same recipe that held terrain out, where --run has seen all",
    )
    return options


def parsed(options: argparse.ArgumentParser) -> argparse.Namespace:
    """Options from the command line, once it is sure that nothing is tuned on what was learnt."""
    values = options.parse_args()
    values.scenes = values.scenes or values.run / "scenes"
    values.folds = values.folds or [values.run]
    check(values.folds)
    return values


def check(folds: Iterable[Path]) -> None:
    """Refuse to tune with weights that have seen every scene.

    Raises:
        SystemExit: They have: their recipe holds no terrain out.
    """
    for run in folds:
        if not Recipe.read(run).hold_out:
            raise SystemExit(f"{run} held no terrain out: name with --folds runs that did.")


def held_out(run: Path, cache: Path) -> list[TrainingScene]:
    """The scenes whose predictions by a run may tune something."""
    # Thousands of tiles are always learnt: they need not be read to find what was not.
    names = {source.name for source in SOURCES if source.folded or source.validated}
    return split(cache, Recipe.read(run).hold_out, names)[1]


def begin(run: Path, recipe: Recipe, data: str) -> None:
    """Write the recipe of a training that begins in a folder, or check that it resumes there.

    `data` is the fingerprint of the scenes.

    Raises:
        SystemExit: The folder holds a training by another recipe, or on other scenes.
    """
    run.mkdir(parents=True, exist_ok=True)
    if (run / BACKUP).exists() or (run / WEIGHTS).exists():
        kept = document_of(run) if (run / "recipe.json").exists() else {}
        asked = recipe.document() | {"data": data}
        changed = [name for name in asked if kept.get(name) != asked[name]]
        if changed:
            raise SystemExit(
                f"{run} holds a training that cannot be resumed: {_difference(changed, kept, asked)}."
                " Name another --run, or delete that folder to start anew."
            )
    else:
        recipe.write(run, data=data)


def _difference(changed: list[str], kept: dict[str, Any], asked: dict[str, Any]) -> str:
    texts = [f"{name} was {kept.get(name)}, not {asked[name]}" for name in changed]
    return "; ".join(t if len(t) < 100 else f"{t.split()[0]} is another" for t in texts)


def document_of(run: Path) -> dict[str, Any]:
    """What the training wrote beside its weights: the recipe, and the scenes by source."""
    document: dict[str, Any] = json.loads((run / "recipe.json").read_text("utf-8"))
    return document


def seen(run: Path, cache: Path) -> dict[str, int]:
    """Scenes by source that a run was trained on; all there are, if its recipe has no count."""
    return document_of(run).get("scenes") or dict(Counter(source_names(cache, "train")))
