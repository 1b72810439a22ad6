"""Turn one knob of the recipe at a time, and see what it does to scenes held out.

    python -m scripts.training.ablate --scenes build/training/scenes --run build/ablation

Short trainings: they tell not how good the model gets. One seed each: the last row, another seed,
shows how much of a difference is noise.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training import scene
from scripts.training.contestant import Contestant, trained
from scripts.training.grounds import by_source
from scripts.training.recipe import SHARES, Recipe
from scripts.training.scene import TrainingScene
from scripts.training.tally import Tally, total
from scripts.training.thresholds import GRID
from scripts.training.train import WEIGHTS, train

EPOCHS = 10
INFRARED = (5, 6, 7)
SIGHTS = (slice(None), slice(None, None, -1))  # as it is, and mirrored
JUDGED = ("dstl", "competition", "naip", "simulated")
VARIANTS = {
    "the recipe": {},
    "Dstl alone": {"shares": {key: SHARES[key] for key in ("dstl", "competition")}},
    "cross-entropy alone": {"jaccard": 0.0},
    "places by area, rare classes not sought": {"rarity": 1.0},
    "roads keep their colours": {"repaint": 0.0},
    "each band stretched by itself": {
        "normalisation": replace(Recipe().normalisation, own_share=1)
    },
    "no infrared": {"blank_bands": INFRARED},
    "another seed": {"seed": 2},
}


def main() -> None:
    """Train the variants that have no weights yet, and print a table for the model card."""
    options = _options()
    scenes, held_out = (scene.load(options.scenes, part) for part in ("train", "validation"))
    held_out = [one for one in held_out if one.source in JUDGED]
    rows = {}
    for name, change in VARIANTS.items():
        run = options.run / name.replace(" ", "-").replace(",", "")
        if not (run / WEIGHTS).exists():
            train(replace(Recipe(epochs=options.epochs), **change), scenes, run)
        rows[name] = score(trained(run), held_out)
        if not change:
            rows["four mirrored views of a tile"] = score(mirrored(trained(run)), held_out)
    table = pd.DataFrame(rows).T.round(3)
    print(table.to_string())
    document = {"windows": options.epochs * Recipe.steps * Recipe.batch, "rows": rows}
    (options.run / "ablation.json").write_text(json.dumps(document, indent=1), "utf-8")


def score(contestant: Contestant, held_out: list[TrainingScene]) -> dict[str, float]:
    """Mean over classes of the best Jaccard that any threshold gives, by source."""
    tallies = by_source(contestant.tallies(held_out))
    return {source: _best(total(found.values())) for source, found in tallies.items()}


def mirrored(contestant: Contestant) -> Contestant:
    """The same with each tile seen in four mirrored views, and the scores averaged."""
    once = contestant.model.predict_tile

    def views(tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        turns = [(slice(None), rows, columns) for rows in SIGHTS for columns in SIGHTS]
        seen = [once(np.ascontiguousarray(tile[turn]))[turn].astype(np.uint16) for turn in turns]
        return (sum(seen) // len(seen)).astype(np.uint8)

    return replace(contestant, model=replace(contestant.model, predict_tile=views))


def _best(tally: Tally) -> float:
    held = [number for number in range(len(KEYS)) if tally.holds(number)]
    return float(np.mean([max(tally.at(number, t).iou for t in GRID) for number in held]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=Path, default=Path("build/training/scenes"))
    parser.add_argument("--run", type=Path, default=Path("build/ablation"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
