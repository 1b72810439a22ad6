"""Make scores probabilities: fit two numbers per class on terrain never seen, fold them into the weights.

    python -m scripts.training.calibrate --run build/training/final --folds build/training/fold-*

Reads the weights of every run, writes `calibrated.weights.h5` and `calibration.json` in that of `--run`.
"""

import json
from collections.abc import Mapping
from typing import Any

from tesela.catalogue import KEYS

from scripts.training import out_of_fold, runs
from scripts.training.model.platt import LOGITS, Scaling, fit, fold
from scripts.training.model.predictors import network_of
from scripts.training.scoring.bootstrap import pooled
from scripts.training.scoring.histograms import ScoreHistograms, reliability
from scripts.training.scoring.thresholds import holding, mixed

Sources = Mapping[str, ScoreHistograms]  # over `LOGITS`


def main() -> None:
    """Count the logits of what was held out, fit, fold, write."""
    options = runs.parsed(runs.parser(__doc__))
    sources = pooled(out_of_fold.histograms(options.folds, options.scenes))
    scalings = [fitted(sources, number) for number in range(len(KEYS))]
    classes = {key: _entry(sources, n, scalings[n]) for n, key in enumerate(KEYS)}
    document = json.dumps({"classes": classes}, indent=1)
    (options.run / "calibration.json").write_text(document, "utf-8")
    network = network_of(options.run)
    fold(network, scalings)
    network.save_weights(options.run / "calibrated.weights.h5")
    for key, scaling in zip(KEYS, scalings, strict=True):
        print(f"{key:15} slope {scaling.slope:5.2f}  offset {scaling.offset:+5.2f}")


def fitted(sources: Sources, number: int) -> Scaling:
    """Scaling of a class; none where no scene held out shows it."""
    held = holding(sources, number)
    positives = sum(found.positives(number) for found in held.values())
    return fit(mixed(held, number).counts[number], positives) if held else Scaling()


def _entry(sources: Sources, number: int, scaling: Scaling) -> dict[str, Any]:
    """Numbers of a class, and how far its probabilities were off before and after."""
    held = holding(sources, number)
    entry = {"slope": scaling.slope, "offset": scaling.offset, "sources": list(held)}
    if not held:
        return entry | {"before": None, "after": None}
    shares = mixed(held, number).counts[number]
    pixels = shares * sum(found.counts[number].sum() for found in held.values()) / shares.sum()
    for name, how in (("before", Scaling()), ("after", scaling)):
        curve = reliability(how(LOGITS), pixels)
        entry[name] = curve.document() | {"error": round(curve.error, 5)}
    return entry


if __name__ == "__main__":
    main()
