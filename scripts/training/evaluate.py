"""Judge the int8 file itself, through the serving code, on scenes that training never saw.

    python -m scripts.training.evaluate --run build/training --model lambda_image/model

Tunes thresholds on validation scenes, scores the test scenes, sets the float network and a baseline
beside it, and writes `model.json`, `MODEL_CARD.md` and, where asked for, a report.
"""

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tesela.core.masks import Thresholds

from scripts.training import runs
from scripts.training.data.scenes import MODEL_GSD_M, UNLABELLED, TrainingScene, load_scenes
from scripts.training.model.predictors import Predictor, served, trained
from scripts.training.report.card import write_card
from scripts.training.report.html import write_report
from scripts.training.report.terminal import summary
from scripts.training.scoring.bootstrap import by_source
from scripts.training.scoring.evaluation import Evaluation, ModelScores
from scripts.training.scoring.histograms import ScoreHistograms, total
from scripts.training.scoring.thresholds import tune
from scripts.training.sources import named, trained_on
from scripts.training.train import LOG

_UNLABELLED = (
    "{}, whose labels are not at hand, as the int8 file does, which has not seen it either"
)


def main() -> None:
    """Tune, score, write."""
    options = _options()
    test = load_scenes(options.scenes, "test", MODEL_GSD_M)
    if not test:
        raise SystemExit(f"{options.scenes} holds no test scene: there is nothing to judge on.")
    int8 = served(options.model)
    evaluation = judge(int8, test, options)
    evaluation.write(options.model / "model.json")
    write_card(options.model / "MODEL_CARD.md", evaluation)
    print(summary(evaluation))
    if options.report:
        write_report(options.report, evaluation, int8, test, _logs(options))
        print(f"Report: {options.report}")


def judge(int8: Predictor, test: list[TrainingScene], options: argparse.Namespace) -> Evaluation:
    """Let all contestants predict, and gather what there is to say."""
    calibration, seen = options.run / "calibration.json", runs.seen(options.run, options.scenes)
    unlabelled = load_scenes(options.scenes, UNLABELLED, MODEL_GSD_M)
    promising = int8.histograms(unlabelled, "int8, unlabelled")
    thresholds = tuned(options.tuning, options.scenes, promising, calibration)
    models = {"int8": ModelScores(thresholds, int8.histograms(test, "int8"))}
    if (options.run / "weights.weights.h5").exists():
        f32 = trained(options.run, calibration)
        models["f32"] = ModelScores(thresholds, f32.histograms(test, "f32"))
    if options.baseline:
        models["baseline"] = of_baseline(options, test, unlabelled)
    return Evaluation(
        document=json.loads((options.model / "model.json").read_text("utf-8")),
        recipe=runs.document_of(options.run) | {"scenes": seen},
        tuning=[runs.document_of(run) for run in options.tuning if run != options.run],
        calibration=json.loads(calibration.read_text())["classes"] if calibration.exists() else {},
        models=models,
        chips=ModelScores(thresholds, int8.histograms_in_chips(test)),
        trained_on=trained_on(seen),
        split=_named(test),
        tuned_on=_tuned_on(options),
        ablation=json.loads(options.ablation.read_text("utf-8")) if options.ablation else {},
    )


def tuned(
    tuning: Iterable[Path],
    scenes: Path,
    unlabelled: Mapping[str, ScoreHistograms],
    calibration: Path | None = None,
) -> Thresholds:
    """Thresholds by what each run predicts of the scenes that it held out.

    Of the unlabelled scenes only the histograms of the model that is to be served say what it promises.
    """
    histograms = dict(unlabelled)
    for run in tuning:
        held_out = runs.held_out(run, scenes)
        histograms |= trained(run, calibration).histograms(held_out, f"{run.name}, held out")
    return chosen(histograms)


def chosen(held_out: Mapping[str, ScoreHistograms]) -> Thresholds:
    """Thresholds from histograms of scenes held out."""
    grounds = by_source(held_out)
    return tune({source: total(histograms.values()) for source, histograms in grounds.items()})


def of_baseline(
    options: argparse.Namespace, test: list[TrainingScene], unlabelled: list[TrainingScene]
) -> ModelScores:
    """Its thresholds are tuned in the same way, on the scenes that it held out."""
    baseline = trained(options.baseline)
    promising = baseline.histograms(unlabelled, "baseline, unlabelled")
    thresholds = tuned([options.baseline], options.scenes, promising)
    return ModelScores(thresholds, baseline.histograms(test, "baseline"))


def _tuned_on(options: argparse.Namespace) -> str:
    names = {one.name: None for run in options.tuning for one in runs.held_out(run, options.scenes)}
    if not names:
        return "nothing, there being no such scene"
    told = f"{named(names)}, each as a training that had not seen it predicts it"
    unlabelled = load_scenes(options.scenes, UNLABELLED, MODEL_GSD_M)
    return f"{told}; and {_UNLABELLED.format(_named(unlabelled))}" if unlabelled else told


def _named(scenes: Iterable[TrainingScene]) -> str:
    return named(one.name for one in scenes)


def _logs(options: argparse.Namespace) -> dict[str, Path]:
    trainings = {f"tuning, {run.name}": run for run in options.tuning if run != options.run}
    trainings |= {"ours": options.run, "baseline": options.baseline}
    logs = {name: run / LOG for name, run in trainings.items() if run}
    return {name: log for name, log in logs.items() if log.exists()}


def _options() -> argparse.Namespace:
    parser = runs.parser(__doc__)
    parser.add_argument("--model", type=Path, default=Path("build/model"))
    parser.add_argument("--baseline", type=Path, help="run of the network to be beaten")
    parser.add_argument("--ablation", type=Path, help="what `ablate` left, for the card")
    parser.add_argument("--report", type=Path, help="HTML file to write")
    return runs.parsed(parser)


if __name__ == "__main__":
    main()
