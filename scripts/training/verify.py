"""Check a model folder as it stands, without its trainings: are its scores what `model.json` states?

    python -m scripts.training.verify --data PATH --model lambda_image/model

Scores the int8 file on the test scenes at the thresholds of `model.json`, prints the tables of the card,
and compares the result with the scores there. `--write` keeps it instead. `--floats` computes the file in
floats too, which takes several times as long.
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
from scripts.training.evaluate import load_test, of_baseline
from scripts.training.model.predictors import FloatFile, served
from scripts.training.report import tables
from scripts.training.report.terminal import summary
from scripts.training.scoring.evaluation import Evaluation, ModelScores
from scripts.training.sources import named

DIFFERS = 0.0015  # of rounded scores: blending in floats may round otherwise elsewhere


def main() -> None:
    """Score, print, and compare or write."""
    options = _options()
    if options.data or options.dstl:
        try:
            prepare(options.scenes, options.data, options.dstl, parts=("test",))
        except DataError as error:
            raise SystemExit(f"{error}") from error
    path = options.model / "model.json"
    document = json.loads(path.read_text("utf-8"))
    evaluation = judge(document, options)
    texts = (summary(evaluation), tables.main(evaluation), tables.others(evaluation))
    print("\n\n".join((*texts, tables.calibration(evaluation))))
    if options.write:
        document |= {"scores": evaluation.scores}
        path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    elif different := list(differences(evaluation.scores, document["scores"])):
        raise SystemExit(f"{path} states other scores:\n" + "\n".join(different))


def judge(document: dict[str, Any], options: argparse.Namespace) -> Evaluation:
    """Score the file on the test scenes, in int8 and, if asked for, in floats; a baseline beside it."""
    test, int8 = load_test(options.scenes), served(options.model)
    thresholds = document["thresholds"]
    models = {"int8": ModelScores(thresholds, int8.histograms(test, "int8"))}
    if options.floats:
        in_floats = FloatFile(options.model / document["file"])
        f32 = replace(int8, model=replace(int8.model, predict_tile=in_floats))
        models["f32"] = ModelScores(thresholds, f32.histograms(test, "in floats"))
    if options.baseline:
        models["baseline"] = of_baseline(options.baseline, options.scenes, test)
    return Evaluation(
        document=document,
        recipe={},
        folds=[],
        calibration={key: {"before": None, "after": None} for key in KEYS},  # of the fit, not kept
        models=models,
        out_of_fold=None,
        nested=None,
        surest=tuple(document.get("surest", ())),
        chips=None,
        trained_on=document["trained_on"],
        split=named(scene.name for scene in test),
        tuned_on="",
    )


def differences(measured: Mapping[str, Any], stated: Mapping[str, Any]) -> Iterator[str]:
    """The int8 file's Jaccard indices that are not what `model.json` states, one per line."""
    ours, theirs = _ious(measured), _ious(stated)
    for name in ours | theirs:
        iou, other = ours.get(name), theirs.get(name)
        if iou is None or other is None or abs(iou - other) > DIFFERS:
            yield f"{name}: {iou}, not {other}"


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
    parser.add_argument("--scenes", type=Path, default=Path("build/test-scenes"))
    parser.add_argument("--model", type=Path, default=Path("lambda_image/model"))
    parser.add_argument("--baseline", type=Path, help="run of the network to be beaten")
    parser.add_argument("--floats", action="store_true", help="compute the file in floats too")
    parser.add_argument("--write", action="store_true", help="keep the scores")
    return parser.parse_args()


if __name__ == "__main__":
    main()
