"""Judge the int8 file through the serving code, and its recipe on terrain that no network saw.

    python -m scripts.training.evaluate --run build/training/final --folds build/training/fold-* \
        --model lambda_image/model

Tunes thresholds on what the folds' networks score out of fold, scores the test scenes, sets the float
network and a baseline beside the file, and writes `model.json`, `MODEL_CARD.md` (with the model folder's
hand-written `notes.md`) and, if asked for, a report.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from scripts.training import out_of_fold, runs
from scripts.training.data.scenes import MODEL_GSD_M, TrainingScene, load_scenes
from scripts.training.model.platt import Scaling
from scripts.training.model.predictors import Predictor, scalings, served, trained
from scripts.training.report.card import write_card
from scripts.training.report.html import write_report
from scripts.training.report.terminal import summary
from scripts.training.runs import LOG, WEIGHTS
from scripts.training.scoring.bootstrap import pooled
from scripts.training.scoring.evaluation import Evaluation, ModelScores
from scripts.training.scoring.familiarity import reference_scenes
from scripts.training.scoring.thresholds import judged_at, nested, tune
from scripts.training.scoring.trust import Trust, trust
from scripts.training.sources import named, source_of, trained_on


def main() -> None:
    """Tune, score, write."""
    options = _options()
    test = load_test(options.scenes)
    int8 = served(options.model)
    evaluation = evaluate(int8, test, options)
    evaluation = replace(evaluation, trust=of_image(int8, options.scenes, evaluation.out_of_fold))
    if options.today:
        evaluation = with_today(evaluation, options, test)
    evaluation.write(options.model / "model.json")
    text = write_card(options.model, evaluation)
    print(summary(evaluation))
    if options.report:
        write_report(options.report, evaluation, int8, test, _logs(options), card=text)
        print(f"Report: {options.report}")


def load_test(cache: Path) -> list[TrainingScene]:
    """The test scenes.

    Raises:
        SystemExit: There is none.
    """
    test = load_scenes(cache, "test", MODEL_GSD_M)
    if not test:
        raise SystemExit(f"{cache} holds no test scene: there is nothing to judge on.")
    return test


def evaluate(int8: Predictor, test: list[TrainingScene], options: argparse.Namespace) -> Evaluation:
    """Let all models predict, and gather the results."""
    calibration, seen = options.run / "calibration.json", runs.seen(options.run, options.scenes)
    scaled = scalings(calibration) if calibration.exists() else None
    unseen, surest = out_of_fold_scores(options.folds, options.scenes, scaled)
    models = {"int8": ModelScores(unseen.thresholds, int8.histograms(test, "int8"))}
    if (options.run / WEIGHTS).exists():
        f32 = trained(options.run, calibration)
        models["f32"] = ModelScores(unseen.thresholds, f32.histograms(test, "f32"))
    if options.baseline:
        models["baseline"] = of_baseline(options.baseline, options.scenes, test)
    return Evaluation(
        document=json.loads((options.model / "model.json").read_text("utf-8")),
        recipe=runs.document_of(options.run) | {"scenes": seen},
        folds=[runs.document_of(run) for run in options.folds if run != options.run],
        calibration=json.loads(calibration.read_text())["classes"] if calibration.exists() else {},
        models=models,
        out_of_fold=unseen,
        nested=nested_scores(unseen),
        surest=surest,
        chips=ModelScores(unseen.thresholds, int8.histograms_in_chips(test)),
        trained_on=trained_on(seen),
        split=named(scene.name for scene in test),
        tuned_on=named(unseen.scenes),
        ablation=json.loads(options.ablation.read_text("utf-8")) if options.ablation else {},
    )


def out_of_fold_scores(
    folds: Iterable[Path], cache: Path, scaled: Sequence[Scaling] | None = None
) -> tuple[ModelScores, tuple[str, ...]]:
    """Scores of networks on the terrain that each held out, at thresholds tuned on all of that.

    Beside it the classes of which these thresholds show only the surest pixels.
    """
    logits = out_of_fold.histograms(folds, cache)
    every = out_of_fold.calibrated(logits, scaled or [Scaling()] * 10)
    tuned = tune(pooled(every))
    folded = {name: found for name, found in every.items() if source_of(name).folded}
    return ModelScores(tuned.thresholds, folded or every), tuned.surest


def nested_scores(unseen: ModelScores) -> ModelScores:
    """The same at thresholds in which the terrain that they judge had no say."""
    own, common = nested(unseen.scenes), unseen.thresholds
    scenes = {name: judged_at(found, own[name], common) for name, found in unseen.scenes.items()}
    return ModelScores(common, scenes)


def with_today(
    evaluation: Evaluation, options: argparse.Namespace, test: list[TrainingScene]
) -> Evaluation:
    """Set an earlier file beside the new one, on the same scenes."""
    earlier = served(options.today)
    names = evaluation.nested.scenes if evaluation.nested else {}
    held = [scene for run in options.folds for scene in runs.held_out(run, options.scenes)]
    unseen = [scene for scene in held if scene.name in names]
    thresholds = earlier.model.thresholds
    return replace(
        evaluation,
        today=ModelScores(thresholds, earlier.histograms(test, "earlier file")),
        today_unseen=ModelScores(thresholds, earlier.histograms(unseen, "earlier, out of fold")),
    )


def of_image(int8: Predictor, cache: Path, unseen: ModelScores | None) -> Trust | None:
    """What confidence in an image follows from; None where there is too little terrain."""
    if not unseen:
        return None
    return trust(reference_scenes(cache), int8.normalise, unseen.scenes, unseen.thresholds)


def of_baseline(run: Path, cache: Path, test: list[TrainingScene]) -> ModelScores:
    """Its thresholds are tuned in the same way, on the terrain that it held out."""
    unseen, _ = out_of_fold_scores([run], cache)
    return ModelScores(unseen.thresholds, trained(run).histograms(test, "baseline"))


def _logs(options: argparse.Namespace) -> dict[str, Path]:
    trainings = {f"{run.name}": run for run in options.folds if run != options.run}
    trainings |= {"ours": options.run, "baseline": options.baseline}
    logs = {name: run / LOG for name, run in trainings.items() if run}
    return {name: log for name, log in logs.items() if log.exists()}


def _options() -> argparse.Namespace:
    parser = runs.parser(__doc__)
    parser.add_argument("--model", type=Path, default=Path("build/model"))
    parser.add_argument("--today", type=Path, help="folder of an earlier model, to compare with")
    parser.add_argument("--baseline", type=Path, help="run of the network to be beaten")
    parser.add_argument("--ablation", type=Path, help="what `ablate` left, for the card")
    parser.add_argument("--report", type=Path, help="HTML file to write")
    return runs.parsed(parser)


if __name__ == "__main__":
    main()
