"""Make scores probabilities: fit two numbers a class on validation scenes, fold them into the weights.

    python -m scripts.training.calibrate --run build/training

Reads `weights.weights.h5`, writes `calibrated.weights.h5` and `calibration.json`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tqdm import tqdm

from scripts.training import runs
from scripts.training.data.scenes import TrainingScene
from scripts.training.data.windows import Normaliser
from scripts.training.model import MULTIPLE_PX
from scripts.training.model.platt import EDGE, LOGITS, Scaling, fit, fold, logits_of
from scripts.training.model.predictors import network_of, normaliser_of, probabilities
from scripts.training.scoring.histograms import MIN_PIXELS, reliability
from scripts.training.sources import weight

Spread = NDArray[np.float64]  # (10, 2, LOGITS): pixels by class, truth and logit


def main() -> None:
    """Count logits, fit, fold, write."""
    options = runs.parsed(runs.parser(__doc__))
    spreads: dict[str, Spread] = {}
    for run in options.tuning:
        held_out = runs.held_out(run, options.scenes)
        for source, counts in spread(network_of(run), normaliser_of(run), held_out).items():
            spreads[source] = spreads.get(source, 0) + counts
    found = [fitted(spreads, number) for number in range(len(KEYS))]
    (options.run / "calibration.json").write_text(json.dumps(_document(spreads, found), indent=1))
    network = network_of(options.run)
    fold(network, found)
    network.save_weights(options.run / "calibrated.weights.h5")
    for key, scaling in zip(KEYS, found, strict=True):
        print(f"{key:15} slope {scaling.slope:5.2f}  offset {scaling.offset:+5.2f}")


def spread(
    network: keras.Model, normaliser: Normaliser, scenes: Iterable[TrainingScene]
) -> dict[str, Spread]:
    """Count, by source, logits of the known pixels of whole scenes."""
    found: dict[str, Spread] = {}
    for one in tqdm(list(scenes), unit="scene"):
        counts = found.setdefault(one.source, np.zeros((len(KEYS), 2, len(LOGITS))))
        counts += _counts(_logits(network, normaliser, one), one.labels)
    return found


def fitted(spreads: Mapping[str, Spread], number: int) -> Scaling:
    """Scaling of a class; none where no validation scene holds it."""
    positives = sum(counts[number, 1].sum() for counts in _holding(spreads, number).values())
    return fit(_mixed(spreads, number), positives) if positives else Scaling()


def _mixed(spreads: Mapping[str, Spread], number: int) -> Spread:
    """Absent and present pixels (2, LOGITS) of the sources that hold a class, each with its say."""
    mixed = np.zeros((2, len(LOGITS)))
    for source, counts in _holding(spreads, number).items():
        mixed += weight(source) * counts[number] / counts[number].sum()
    return mixed


def _holding(spreads: Mapping[str, Spread], number: int) -> dict[str, Spread]:
    return {
        name: counts for name, counts in spreads.items() if counts[number, 1].sum() >= MIN_PIXELS
    }


def _logits(
    network: keras.Model, normaliser: Normaliser, one: TrainingScene
) -> NDArray[np.float64]:
    _, height, width = one.pixels.shape
    pixels = normaliser(one.pixels.astype(np.float32), np.ones((height, width), bool))
    missing = [(0, 0), (0, -height % MULTIPLE_PX), (0, -width % MULTIPLE_PX)]
    padded = np.pad(pixels, missing, mode="symmetric")
    return logits_of(probabilities(network, padded)[:, :height, :width])


def _counts(logits: NDArray[np.float64], labels: NDArray[np.uint8]) -> Spread:
    places = np.rint((logits + EDGE) / (LOGITS[1] - LOGITS[0])).astype(int)
    counts = [
        [np.bincount(place[label == truth], minlength=len(LOGITS)) for truth in (0, 1)]
        for place, label in zip(places, labels, strict=True)
    ]
    return np.array(counts, float)


def _document(spreads: Mapping[str, Spread], found: list[Scaling]) -> dict[str, Any]:
    return {"classes": {key: _of_class(spreads, n, found[n]) for n, key in enumerate(KEYS)}}


def _of_class(spreads: Mapping[str, Spread], number: int, scaling: Scaling) -> dict[str, Any]:
    holding, mixed = _holding(spreads, number), _mixed(spreads, number)
    entry = {"slope": scaling.slope, "offset": scaling.offset, "sources": list(holding)}
    if not holding:
        return entry | {"before": None, "after": None}
    pixels = mixed * sum(counts[number].sum() for counts in holding.values()) / mixed.sum()
    for name, how in (("before", Scaling()), ("after", scaling)):
        curve = reliability(how(LOGITS), pixels)
        entry[name] = curve.document() | {"error": round(curve.error, 5)}
    return entry


if __name__ == "__main__":
    main()
