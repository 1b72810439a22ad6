"""Judge the int8 file itself, through the serving code, on scenes that training never saw.

    python -m scripts.training.evaluate --run build/training --model lambda_image/model

Tunes thresholds on validation scenes, scores the test scenes, sets the float network and a baseline
beside it, and writes `model.json`, `MODEL_CARD.md` and, where asked for, a report.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from scripts.training import runs, scene, story
from scripts.training.card import write_card
from scripts.training.contestant import Contestant, served, trained
from scripts.training.findings import Findings
from scripts.training.grounds import by_source
from scripts.training.printed import summary
from scripts.training.report import write_report
from scripts.training.scene import TrainingScene
from scripts.training.tally import Tally, total
from scripts.training.thresholds import tune
from scripts.training.verdict import Verdict


def main() -> None:
    """Tune, score, write."""
    options = _options()
    validation, test = (scene.load(options.scenes, part) for part in ("validation", "test"))
    if not test:
        raise SystemExit(f"{options.scenes} holds no test scene: there is nothing to judge on.")
    int8 = served(options.model)
    findings = judge(int8, validation, test, options)
    findings.write(options.model / "model.json")
    write_card(options.model / "MODEL_CARD.md", findings)
    print(summary(findings))
    if options.report:
        write_report(options.report, findings, int8, test, _logs(options))
        print(f"Report: {options.report}")


def judge(
    int8: Contestant,
    validation: list[TrainingScene],
    test: list[TrainingScene],
    options: argparse.Namespace,
) -> Findings:
    """Let all contestants predict, and gather what there is to say."""
    calibration, seen = options.run / "calibration.json", runs.seen(options.run, options.scenes)
    tuner = trained(options.tuning, calibration) if options.tuning else int8
    thresholds = chosen(tuner.tallies(validation, "validation"))
    verdicts = {"int8": Verdict(thresholds, int8.tallies(test, "int8"))}
    if (options.run / "weights.weights.h5").exists():
        f32 = trained(options.run, calibration)
        verdicts["f32"] = Verdict(thresholds, f32.tallies(test, "f32"))
    if options.baseline:
        verdicts["baseline"] = _of_baseline(trained(options.baseline), validation, test)
    return Findings(
        document=json.loads((options.model / "model.json").read_text("utf-8")),
        recipe=runs.document_of(options.run) | {"scenes": seen},
        tuning=runs.document_of(options.tuning) if options.tuning else {},
        calibration=json.loads(calibration.read_text())["classes"] if calibration.exists() else {},
        verdicts=verdicts,
        chips=Verdict(thresholds, int8.tallies_in_chips(test)),
        trained_on=story.trained_on(seen),
        split=story.named(one.name for one in test),
        tuned_on=_tuned_on(validation, options.tuning),
    )


def chosen(validation: Mapping[str, Tally]) -> dict[str, float]:
    """Thresholds from tallies of validation scenes."""
    grounds = by_source(validation)
    return tune({source: total(tallies.values()) for source, tallies in grounds.items()})


def _of_baseline(
    baseline: Contestant, validation: list[TrainingScene], test: list[TrainingScene]
) -> Verdict:
    """Its thresholds are tuned on the same scenes in the same way."""
    thresholds = chosen(baseline.tallies(validation, "baseline, validation"))
    return Verdict(thresholds, baseline.tallies(test, "baseline"))


def _tuned_on(validation: list[TrainingScene], tuning: Path | None) -> str:
    told = story.named(one.name for one in validation) or "nothing, there being no such scene"
    return f"{told}, by the same recipe trained without these" if tuning else told


def _logs(options: argparse.Namespace) -> dict[str, Path]:
    trainings = {"ours": options.run, "tuning": options.tuning, "baseline": options.baseline}
    logs = {name: run / "log.csv" for name, run in trainings.items() if run}
    return {name: log for name, log in logs.items() if log.exists()}


def _options() -> argparse.Namespace:
    parser = runs.parser(__doc__)
    parser.add_argument("--model", type=Path, default=Path("build/model"))
    parser.add_argument("--baseline", type=Path, help="run of the network to be beaten")
    parser.add_argument("--report", type=Path, help="HTML file to write")
    return runs.parsed(parser)


if __name__ == "__main__":
    main()
