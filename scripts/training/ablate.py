"""Turn one knob of the recipe at a time, and see what it does to scenes held out.

    python -m scripts.training.ablate --scenes build/training/scenes --run build/training/ablation

These trainings are short and say little about how good the model gets. There are several seeds of each:
how far they lie apart shows how much of a difference is noise.
"""

import argparse
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.data.folds import split, terrains_by_fold
from scripts.training.data.scenes import TrainingScene, fingerprint
from scripts.training.model.predictors import Predictor, trained
from scripts.training.recipe import Recipe
from scripts.training.report import tables
from scripts.training.scoring.bootstrap import by_source
from scripts.training.scoring.histograms import ScoreHistograms, total
from scripts.training.scoring.thresholds import GRID
from scripts.training.sources import Source, shares, source_of
from scripts.training.tile_sets import SETS
from scripts.training.train import train

EPOCHS = 10
SEEDS = (1, 2)
FOLD = 1  # holds two real chips of cities, beside four terrains of Dstl
INFRARED = (5, 6, 7)
TILES = frozenset(tiles.folder for tiles in SETS)
SIGHTS = (slice(None), slice(None, None, -1))  # as it is, and mirrored
MIRRORED = "four mirrored views of a tile"  # a row that the recipe's weights give without training


def _from(kept: Callable[[Source], bool]) -> dict[str, float]:
    return {name: share for name, share in shares().items() if kept(source_of(name))}


VARIANTS: dict[str, dict[str, Any]] = {
    "the recipe": {},
    "Dstl alone": {"shares": _from(lambda source: source.whole)},
    "no real chips": {"shares": _from(lambda source: source.whole or not source.folded)},
    "no tiles of other places": {"shares": _from(lambda source: source.name not in TILES)},
    "estimated bands never shown": {"unestimated": 1.0},
    "pixels of 1.24 m alone": {"zoom": False},
    "an encoder from random weights": {"pretrained": False},
    "a plain U-Net": {"network": "unet"},
    "roads keep their colours": {"repaint": 0.0},
    "ground that is easily confused not sought": {"lookalikes": 0.0},
    "no infrared": {"blank_bands": INFRARED},
}

Scored = dict[str, dict[str, float]]


def main() -> None:
    """Train the variants that have no scores yet, and print a table for the model card."""
    options = _options()
    hold_out = terrains_by_fold(options.scenes)[FOLD]
    scenes, held_out = split(options.scenes, hold_out)
    results = []
    for seed in options.seeds:
        for name, change in VARIANTS.items():
            recipe = replace(Recipe(epochs=options.epochs, seed=seed, hold_out=hold_out), **change)
            results.append(
                scored(name, recipe, scenes, held_out, options.run, workers=options.workers)
            )
    document = {
        "windows": options.epochs * Recipe.steps * Recipe.batch,
        "seeds": len(options.seeds),
        "rows": gathered(results),
    }
    print(tables.ablation(document["rows"]))
    (options.run / "ablation.json").write_text(json.dumps(document, indent=1), "utf-8")


def scored(
    name: str,
    recipe: Recipe,
    scenes: list[TrainingScene],
    held_out: list[TrainingScene],
    folder: Path,
    *,
    workers: int = 0,
) -> Scored:
    """Scores by row and source of one training, kept beside its weights.

    What is kept belongs to a recipe and to scenes: another recipe of the same name is another run.
    """
    run = folder / f"{_slug(name)}-{recipe.seed}-{_key(recipe, scenes, held_out)}"
    kept = run / "scores.json"
    if not kept.exists():
        train(recipe, scenes, run, workers=workers)
        rows = {name: score(trained(run), held_out)}
        if not VARIANTS[name]:
            rows[MIRRORED] = score(mirrored(trained(run)), held_out)
        kept.write_text(json.dumps(rows, indent=1), "utf-8")
    result: Scored = json.loads(kept.read_text("utf-8"))
    return result


def _slug(name: str) -> str:
    return name.replace(" ", "-").replace(",", "")


def _key(recipe: Recipe, scenes: list[TrainingScene], held_out: list[TrainingScene]) -> str:
    parts = (json.dumps(recipe.document()), fingerprint(scenes), fingerprint(held_out))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]


def gathered(found: list[Scored]) -> dict[str, dict[str, list[float]]]:
    """Scores by row and source, one a seed."""
    rows: dict[str, dict[str, list[float]]] = {}
    for one in found:
        for name, scores in one.items():
            for source, value in scores.items():
                rows.setdefault(name, {}).setdefault(source, []).append(value)
    return rows


def score(predictor: Predictor, held_out: list[TrainingScene]) -> dict[str, float]:
    """Mean over classes of the best Jaccard that any threshold gives, by source."""
    histograms = by_source(predictor.histograms(held_out))
    return {source: _best(total(found.values())) for source, found in histograms.items()}


def mirrored(predictor: Predictor) -> Predictor:
    """The same with each tile seen in four mirrored views, and the scores averaged."""
    once = predictor.model.predict_tile

    def views(tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        turns = [(slice(None), rows, columns) for rows in SIGHTS for columns in SIGHTS]
        seen = [once(np.ascontiguousarray(tile[turn]))[turn].astype(np.uint16) for turn in turns]
        return (np.sum(seen, axis=0) // len(seen)).astype(np.uint8)

    return replace(predictor, model=replace(predictor.model, predict_tile=views))


def _best(histogram: ScoreHistograms) -> float:
    held = [number for number in range(len(KEYS)) if histogram.holds(number)]
    return float(np.mean([max(histogram.at(number, t).iou for t in GRID) for number in held]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=Path, default=Path("build/training/scenes"))
    parser.add_argument("--run", type=Path, default=Path("build/training/ablation"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--workers", type=int, default=0, help="processes that draw for a GPU")
    return parser.parse_args()


if __name__ == "__main__":
    main()
