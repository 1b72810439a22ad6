"""Judge a model folder as it stands, where its trainings are no longer at hand.

    python -m scripts.training.verify --data PATH --model lambda_image/model

Scores the int8 file on the test scenes at the thresholds of `model.json`, prints the card's tables,
and holds what was found against the scores there. `--promised structures` first sets the threshold of a
class to what the file's calibrated scores promise over unlabelled scenes; `--write` keeps it all.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tesela.catalogue import KEYS

from scripts.training.data.errors import DataError
from scripts.training.data.prepare import prepare
from scripts.training.data.scenes import MODEL_GSD_M, UNLABELLED, load_scenes
from scripts.training.evaluate import of_baseline
from scripts.training.model.predictors import FloatFile, served
from scripts.training.report import tables
from scripts.training.report.terminal import summary
from scripts.training.scoring.evaluation import Evaluation, ModelScores
from scripts.training.scoring.histograms import total
from scripts.training.scoring.thresholds import promised
from scripts.training.sources import named

DIFFERS = 0.0015  # of rounded scores: blending in floats may round otherwise elsewhere


def main() -> None:
    """Score, print, and compare or write."""
    options = _options()
    if options.data or options.dstl:
        try:
            prepare(options.scenes, options.data, options.dstl)
        except DataError as error:
            raise SystemExit(f"{error}") from error
    path = options.model / "model.json"
    document = json.loads(path.read_text("utf-8"))
    evaluation = judge(document, options)
    told = (tables.main(evaluation), tables.others(evaluation), tables.calibration(evaluation))
    print("\n\n".join((summary(evaluation), *told)))
    if options.write:
        scores = with_baseline(evaluation.scores, document["scores"])
        document |= {"thresholds": dict(evaluation.served.thresholds), "scores": scores}
        path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    elif others := list(differences(evaluation.scores, document["scores"])):
        raise SystemExit(f"{path} tells other scores:\n" + "\n".join(others))


def judge(document: dict[str, Any], options: argparse.Namespace) -> Evaluation:
    """What the test scenes say of the file, in int8 and in floats, and of a baseline at hand."""
    test = load_scenes(options.scenes, "test", MODEL_GSD_M)
    if not test:
        raise SystemExit(f"{options.scenes} holds no test scene: there is nothing to judge on.")
    int8, unlabelled = served(options.model), load_scenes(options.scenes, UNLABELLED, MODEL_GSD_M)
    thresholds = document["thresholds"]
    if options.promised:
        whole = total(int8.histograms(unlabelled, "unlabelled").values())
        thresholds |= {key: promised(whole, KEYS.index(key)) for key in options.promised}
    in_floats = FloatFile(options.model / document["file"])
    f32 = replace(int8, model=replace(int8.model, predict_tile=in_floats))
    models = {
        "int8": ModelScores(thresholds, int8.histograms(test, "int8")),
        "f32": ModelScores(thresholds, f32.histograms(test, "in floats")),
    }
    if options.baseline:
        models["baseline"] = of_baseline(options, test, unlabelled)
    return Evaluation(
        document=document,
        recipe={},
        tuning=[],
        calibration={key: {"before": None, "after": None} for key in KEYS},  # of the fit, not kept
        models=models,
        chips=ModelScores(thresholds, int8.histograms_in_chips(test)),
        trained_on=document["trained_on"],
        split=named(one.name for one in test),
        tuned_on="",
    )


def with_baseline(scores: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Scores with the baseline's of an earlier judgement, where it was not judged again."""
    if "baseline_mean_iou" in kept and "baseline_mean_iou" not in scores:
        scores["baseline_mean_iou"] = kept["baseline_mean_iou"]
        for key, entry in scores["classes"].items():
            if entry:
                entry["baseline_iou"] = kept["classes"][key]["baseline_iou"]
    return scores


def differences(found: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    """The int8 file's Jaccard indices that are not what `model.json` tells, a line each."""
    ours, theirs = _ious(found), _ious(told)
    for name in ours | theirs:
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None or abs(one - other) > DIFFERS:
            yield f"{name}: {one}, not {other}"


def _ious(scores: Mapping[str, Any]) -> dict[str, float]:
    by_source = {scores["source"]: scores, **scores["others"]}
    return {
        f"{source}, {key}": entry["iou"]
        for source, one in by_source.items()
        for key, entry in one["classes"].items()
        if entry
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dstl", type=Path, help="folder of the Dstl competition's data")
    parser.add_argument("--data", type=Path, help="folder of mixed sources")
    parser.add_argument("--scenes", type=Path, default=Path("build/training/scenes"))
    parser.add_argument("--model", type=Path, default=Path("lambda_image/model"))
    parser.add_argument("--baseline", type=Path, help="run of the network to be beaten")
    parser.add_argument("--promised", nargs="+", default=[], choices=KEYS, help="classes to tune")
    parser.add_argument("--write", action="store_true", help="keep thresholds and scores")
    return parser.parse_args()


if __name__ == "__main__":
    main()
