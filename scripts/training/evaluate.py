"""Judge the int8 file itself, through the serving code, on scenes that training never saw.

    python -m scripts.training.evaluate --run build/training --model lambda_image/model

Tunes thresholds on validation scenes, scores the test scenes, and writes both into `model.json`
and `MODEL_CARD.md`.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from tesela.catalogue import KEYS
from tesela.core.model import Model, load
from tesela.core.normalise import normalise
from tqdm import tqdm

from scripts.training import scene
from scripts.training.card import SPLIT, TRAINED_ON, write_card
from scripts.training.scene import TrainingScene
from scripts.training.tally import Tally

GRID = np.arange(0.1, 0.901, 0.02)  # thresholds tried
LEAST = 500  # pixels of a class in a source, else nothing can be tuned or said
SAME_GROUND = ("dstl/6110_3_1", "dstl/6140_3_1")  # count as one scene
CHIP_PX = 160  # side of the classical upload


def main() -> None:
    """Tune, score, write."""
    options = _options()
    model = load(options.model)
    cache = options.run / "scenes"
    thresholds = tune(tallies(model, scene.load(cache, "validation")))
    test = scene.load(cache, "test")
    whole = scores(tallies(model, test), thresholds)
    chips = scores(tallies(model, (chip for one in test for chip in cut(one))), thresholds)
    path = options.model / "model.json"
    document = json.loads(path.read_text("utf-8"))
    document |= {
        "thresholds": thresholds,
        "trained_on": TRAINED_ON,
        "scores": {"split": SPLIT, **whole.pop("dstl"), "others": whole},
    }
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    recipe = json.loads((options.run / "recipe.json").read_text("utf-8"))
    write_card(options.model / "MODEL_CARD.md", document, chips, recipe)


def tallies(model: Model, scenes: Iterable[TrainingScene]) -> dict[str, Tally]:
    """Predict scenes as the service would, statistics of the whole image; counts by source."""
    found: dict[str, Tally] = {}
    for one in tqdm(list(scenes), unit="scene"):
        pixels = one.pixels.astype(np.float32)
        valid = np.ones(pixels.shape[1:], bool)
        predicted = model.predict(normalise(pixels, valid, model.normalisation))
        weight = 0.5 if one.name.startswith(SAME_GROUND) else 1.0
        found.setdefault(one.source, Tally()).add(predicted, one.labels, weight)
    return found


def tune(validation: dict[str, Tally]) -> dict[str, float]:
    """Choose for each class the threshold of the best Jaccard, mean over the sources that hold it.

    One source alone would tune it to its own look, and call too much or too little elsewhere.
    """
    chosen = {}
    for number, key in enumerate(KEYS):
        holding = [t for t in validation.values() if t.positives(number) >= LEAST]
        chosen[key] = round(float(max(GRID, key=lambda t: _mean_iou(holding, number, t))), 2)
    return chosen


def scores(test: dict[str, Tally], thresholds: dict[str, float]) -> dict[str, dict[str, Any]]:
    """Give by source Jaccard, precision and recall of each class there is, else None; their mean."""
    return {source: _of_source(tally, thresholds) for source, tally in test.items()}


def cut(one: TrainingScene) -> Iterable[TrainingScene]:
    """Cut a scene into chips of the classical upload's size, each to be judged alone."""
    _, height, width = one.pixels.shape
    for row in range(0, max(1, height - CHIP_PX + 1), CHIP_PX):
        for column in range(0, max(1, width - CHIP_PX + 1), CHIP_PX):
            window = (slice(row, row + CHIP_PX), slice(column, column + CHIP_PX))
            yield TrainingScene(
                f"{one.name}_{row}_{column}",
                one.part,
                one.pixels[:, *window],
                one.labels[:, *window],
            )


def _mean_iou(holding: list[Tally], number: int, threshold: float) -> float:
    return float(np.mean([tally.at(number, threshold).iou for tally in holding]))


def _of_source(tally: Tally, thresholds: dict[str, float]) -> dict[str, Any]:
    classes = {
        key: _of_class(tally, number, thresholds[key]) if tally.positives(number) >= LEAST else None
        for number, key in enumerate(KEYS)
    }
    present = [entry["iou"] for entry in classes.values() if entry]
    mean = round(float(np.mean(present)), 3) if present else None
    return {"classes": classes, "mean_iou": mean}


def _of_class(tally: Tally, number: int, threshold: float) -> dict[str, float]:
    confusion = tally.at(number, threshold)
    return {
        "iou": round(confusion.iou, 3),
        "precision": round(confusion.precision, 3),
        "recall": round(confusion.recall, 3),
        "pixels": round(tally.positives(number)),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, default=Path("build/training"))
    parser.add_argument("--model", type=Path, default=Path("build/model"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
