"""The model card's tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import Evaluation, ModelScores
from scripts.training.scoring.histograms import total
from scripts.training.scoring.trust import Trust
from scripts.training.sources import source_of

COMMON = 4  # truths named under the false alarms of a class
_BESIDE = {"f32": "IoU, float", "baseline": "IoU, baseline"}


def main(evaluation: Evaluation) -> str:
    """Scores on the main source, a row a class."""
    source, beside = evaluation.served.main, [name for name in _BESIDE if name in evaluation.models]
    whole = total(evaluation.served.sources[source].values())
    scores = evaluation.scores
    chips = evaluation.chips.scores()[source] if evaluation.chips else None
    judged = [scores, *(evaluation.models[name].scores()[source] for name in beside)]
    head = ["class", "threshold", "IoU, int8", *(_BESIDE[name] for name in beside)]
    head += ["precision", "recall", "pixels", "average precision"]
    if chips:
        head.append(f"IoU in {evaluation.document['tile_px']} px chips")
    rows = [
        [
            key,
            f"{evaluation.served.thresholds[key]:.2f}",
            *(with_interval(entry["classes"][key]) for entry in judged),
            *_counted(scores["classes"][key]),
            whole.average_precision(number) if whole.holds(number) else None,
            *([_iou(chips, key)] if chips else []),
        ]
        for number, key in enumerate(KEYS)
    ]
    means = [with_interval(entry, "mean_iou") for entry in judged]
    last = ["mean of those present", "", *means, *[""] * 4]
    return table(head, [*rows, [*last, chips["mean_iou"]] if chips else last])


def others(evaluation: Evaluation) -> str:
    """Scores on the other sources, a row a class."""
    found = evaluation.scores["others"]
    if not found:
        return "All test scenes are of that source."
    rows = [
        [key, *(with_interval(entry["classes"][key]) for entry in found.values())] for key in KEYS
    ]
    means = [with_interval(entry, "mean_iou") for entry in found.values()]
    return table(
        ["class", *(source_of(source).title for source in found)],
        [*rows, ["mean of those present", *means]],
    )


def out_of_fold(evaluation: Evaluation) -> str:
    """Scores on the terrain that each fold's network never saw, one row per class."""
    unseen, scores = evaluation.unseen, _folds(evaluation.out_of_fold)
    whole = total(scores.terrains.values())
    head = ["class", "IoU", "precision", "recall", "pixels", "terrains", "average precision"]
    rows = [
        [
            key,
            with_interval(unseen["classes"][key]),
            *_counted(unseen["classes"][key]),
            sum(found.holds(number) for found in scores.terrains.values()),
            whole.average_precision(number) if whole.holds(number) else None,
        ]
        for number, key in enumerate(KEYS)
    ]
    mean = ["mean of those present", with_interval(unseen, "mean_iou"), *[""] * 5]
    return table(head, [*rows, mean])


def _folds(scores: ModelScores | None) -> ModelScores:
    """Scores of the folds' networks, of which the card has tables only if there are any."""
    if scores is None:
        raise ValueError("No fold was judged.")
    return scores


def by_terrain(evaluation: Evaluation) -> str:
    """Jaccard on each terrain out of fold, one row per terrain."""
    rows = _folds(evaluation.nested).by_terrain()
    means = evaluation.unseen["by_terrain"]
    return table(
        ["terrain", *KEYS, "mean"], [[name, *row, means[name]] for name, row in rows.items()]
    )


def confusions(evaluation: Evaluation) -> str:
    """What lies under the false alarms of each class, the commonest first, one row per class."""
    shares = evaluation.unseen["confusions"]
    rows = []
    for key in KEYS:
        common = sorted(shares[key].items(), key=lambda entry: -entry[1])[:COMMON]
        rows.append([key, ", ".join(f"{name} {share:.0%}" for name, share in common) or None])
    return table(["called", "what is there"], rows)


def comparison(models: Mapping[str, ModelScores]) -> str:
    """Jaccard of several files on one ground with intervals, one row per class."""
    judged = {name: one.together() for name, one in models.items()}
    rows = [[key, *(with_interval(one["classes"][key]) for one in judged.values())] for key in KEYS]
    means = [with_interval(one, "mean_iou") for one in judged.values()]
    return table(["class", *judged], [*rows, ["mean of those present", *means]])


def chips(grounds: Mapping[str, Mapping[str, ModelScores]]) -> str:
    """Jaccard of several files on each chip of a satellite's eight bands, one row per class that it holds."""
    names = list(dict.fromkeys(name for models in grounds.values() for name in models))
    rows: list[list[object]] = []
    for models in grounds.values():
        by_file = {name: one.by_terrain() for name, one in models.items()}
        for terrain in next(iter(by_file.values()), {}):
            source = source_of(terrain)
            if source.real and source.folded and not source.whole:
                found = [by_file[name].get(terrain) if name in by_file else None for name in names]
                rows += _of_chip(terrain, found)
    return table(["chip", "class", *names], rows)


def _of_chip(terrain: str, found: Sequence[list[float | None] | None]) -> list[list[object]]:
    held = [n for n in range(len(KEYS)) if any(row and row[n] is not None for row in found)]
    rows: list[list[object]] = [
        [terrain, KEYS[n], *(row[n] if row else None for row in found)] for n in held
    ]
    means = [float(np.mean([row[n] for n in held])) if row and held else None for row in found]
    return [*rows, [terrain, "mean", *means]]


def expected(trust: Trust) -> str:
    """Expected and true Jaccard index out of fold, one row per scene, the highest expected first."""
    rows = sorted(trust.scenes, key=lambda row: -row["expected"])
    head = ["scene", "expected Jaccard", "true Jaccard", "confidence"]
    return table(
        head, [[row[name] for name in ("scene", "expected", "jaccard", "level")] for row in rows]
    )


def faults(trust: Trust) -> str:
    """Share of the windows at each level, one row per fault."""
    rows = [
        [title, *(f"{shares[level]:.0%}" for level in ("low", "medium", "high"))]
        for title, shares in trust.faults.items()
    ]
    return table(["", "low", "medium", "high"], rows)


def ablation(rows: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """What turning a knob does to the mean Jaccard on each source, a row a knob, over its seeds."""
    sources = list(next(iter(rows.values())))
    head = ["", *(source_of(source).title for source in sources)]
    return table(
        head, [[name, *(_spread(row[one]) for one in sources)] for name, row in rows.items()]
    )


def calibration(evaluation: Evaluation) -> str:
    """How far probabilities are off, a row a class."""
    head = ["class", "error before", "error after", "error on the test scenes"]
    head += ["mean score of what is called", "precision of it"]
    return table(head, [_calibrated(evaluation, number, key) for number, key in enumerate(KEYS)])


def with_interval(entry: dict[str, Any] | None, name: str = "iou") -> str | None:
    """A score and its interval, if there is one."""
    if not entry or entry[name] is None:
        return None
    low, high = entry["low"], entry["high"]
    return cell(entry[name]) + ("" if low is None else f" ({cell(low)} to {cell(high)})")


def _spread(values: Sequence[float]) -> str | None:
    entry = {"iou": float(np.mean(values)), "low": min(values), "high": max(values)}
    return with_interval(entry)


def _counted(entry: dict[str, Any] | None) -> list[object]:
    return [entry[name] if entry else None for name in ("precision", "recall", "pixels")]


def _iou(scores: dict[str, Any], key: str) -> float | None:
    entry = scores["classes"][key]
    return entry["iou"] if entry else None


def _calibrated(evaluation: Evaluation, number: int, key: str) -> list[object]:
    entry, model_scores = evaluation.calibration[key], evaluation.served
    errors = [entry[name]["error"] if entry[name] else None for name in ("before", "after")]
    if key not in evaluation.reliability:
        return [key, *errors, None, None, None]
    whole, threshold = (
        total(model_scores.sources[model_scores.main].values()),
        model_scores.thresholds[key],
    )
    precision = whole.at(number, threshold).precision
    return [
        key,
        *errors,
        evaluation.reliability[key].error,
        whole.mean_score(number, threshold),
        precision,
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; None shows as "-", a float with three digits."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def cell(value: object) -> str:
    """What a table shows of a value."""
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
