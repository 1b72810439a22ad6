"""Show what serving at the model's pixel size gains: chips finer and coarser than it, served both ways.

    python -m scripts.training.scale --data FOLDER --model lambda_image/model

The same weights and thresholds see the eastern halves of Las Vegas at 0.3 m and of imgWV2 at 2 m, which
are never trained on, as they came and resampled to the model's pixel size. Both are judged on the
image's own grid.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from tesela.catalogue import KEYS
from tesela.core.image import Grid, Image
from tesela.core.model import Model, load
from tesela.core.rescale import at_model_scale, resize_scores
from tesela.core.tiles import Scores

from scripts.training.data.scenes import Labels
from scripts.training.data.worldview import Bands, imgwv2_as_it_came, vegas_as_it_came
from scripts.training.report.tables import table
from scripts.training.scoring.histograms import ScoreHistograms, count

CHIPS = {"Las Vegas, east": vegas_as_it_came, "imgWV2, east": imgwv2_as_it_came}


def main() -> None:
    """Print a table per chip."""
    options = _options()
    model = load(options.model)
    for title, read in CHIPS.items():
        pixels, labels, gsd_m = read(options.data / "worldview")
        east = slice(pixels.shape[2] // 2, None)
        found = both(model, pixels[:, :, east], labels[:, :, east], gsd_m)
        print(f"{title}, pixels of {gsd_m} m\n\n{compared(found, model.thresholds)}\n")


def both(model: Model, pixels: Bands, labels: Labels, gsd_m: float) -> dict[str, ScoreHistograms]:
    """Histograms of an image served as it came and resampled."""
    _, height, width = pixels.shape
    grid = Grid(width, height, assumed_size_m=(gsd_m, gsd_m))
    image = Image(np.ascontiguousarray(pixels), np.ones((height, width), bool), "float32", grid)
    ways = {"as it came": image, "resampled": at_model_scale(image)}
    return {name: count(_scores(model, shown, image), labels) for name, shown in ways.items()}


def _scores(model: Model, shown: Image, image: Image) -> Scores:
    scores = model.predict(model.normalise(shown))
    return resize_scores(scores, image.grid.height, image.grid.width)


def compared(found: Mapping[str, ScoreHistograms], thresholds: Mapping[str, float]) -> str:
    """Jaccard indices, one row per class that the truth holds, and their means."""
    held = [n for n in range(len(KEYS)) if next(iter(found.values())).holds(n)]
    columns = [[one.at(n, thresholds[KEYS[n]]).iou for n in held] for one in found.values()]
    rows = [[KEYS[n], *values] for n, values in zip(held, zip(*columns, strict=True), strict=True)]
    means = [float(np.mean(column)) for column in columns]
    return table(["class", *found], [*rows, ["mean", *means]])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of mixed sources")
    parser.add_argument("--model", type=Path, default=Path("lambda_image/model"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
