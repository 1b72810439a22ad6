"""What a terminal shows of an evaluation."""

from typing import Any

from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import Evaluation, ModelScores, difference, win_shares

_TITLES = {"baseline": "baseline", "f32": "ours f32", "int8": "ours int8"}


def summary(evaluation: Evaluation) -> str:
    """A table of Jaccard indices, a line a class, then what the issue asks to be shown."""
    scores = evaluation.scores
    lines = [
        *_unseen(evaluation),
        f"Jaccard on the {scores['terrains']} test terrains of {scores['source']}",
        f"{'class':18}{'baseline':>9}{'f32':>9}{'int8':>9}   95 % interval   precision  recall  threshold",
        *(_row(key, evaluation) for key in KEYS),
        _mean(scores),
        "",
        *(f"{_others(name, entry)}" for name, entry in scores["others"].items()),
        "",
        *_compared(evaluation),
    ]
    return "\n".join(lines)


def _unseen(evaluation: Evaluation) -> list[str]:
    unseen = evaluation.unseen
    if not unseen:
        return []
    classes = [f"{key} {entry['iou']:.3f}" for key, entry in unseen["classes"].items() if entry]
    mean = f"{_cell(unseen['mean_iou']).strip()} ({_between(unseen)})"
    head = f"Out of fold, {unseen['terrains']} terrains never seen: mean {mean}"
    shown = f"only the surest pixels are shown of: {', '.join(evaluation.surest)}"
    return [head, f"by class: {', '.join(classes)}", *([shown] if evaluation.surest else []), ""]


def _row(key: str, evaluation: Evaluation) -> str:
    entry = evaluation.scores["classes"][key]
    if not entry:
        return f"{key:18}        -"
    numbers = "".join(_cell(entry.get(name)) for name in ("baseline_iou", "f32_iou", "iou"))
    rest = f"{entry['precision']:9.3f}{entry['recall']:8.3f}"
    return f"{key:18}{numbers}   {_between(entry)}{rest}{evaluation.served.thresholds[key]:11.2f}"


def _mean(scores: dict[str, Any]) -> str:
    names = ("baseline_mean_iou", "f32_mean_iou", "mean_iou")
    numbers = "".join(_cell(scores.get(name)) for name in names)
    return f"{'mean':18}{numbers}   {_between(scores)}"


def _cell(value: float | None) -> str:
    return f"{'-':>9}" if value is None else f"{value:9.3f}"


def _between(entry: dict[str, Any]) -> str:
    low, high = entry["low"], entry["high"]
    return f"{'-':14}" if low is None else f"{low:.3f} to {high:.3f}"


def _others(name: str, entry: dict[str, Any]) -> str:
    classes = [f"{key} {found['iou']:.3f}" for key, found in entry["classes"].items() if found]
    return f"{name}: mean {_cell(entry['mean_iou']).strip()} ({', '.join(classes)})"


def _compared(evaluation: Evaluation) -> list[str]:
    return [
        _against(evaluation.served, evaluation.models[name], _TITLES[name])
        for name in ("f32", "baseline")
        if name in evaluation.models
    ]


def _against(int8: ModelScores, other: ModelScores, title: str) -> str:
    points, ends = difference(int8, other)
    between = f" ({ends[0]:+.2f} to {ends[1]:+.2f})" if ends else ""
    shares = [
        f"{key} {share:.0%}" for key, share in win_shares(int8, other).items() if share is not None
    ]
    return (
        f"int8 against {title}: {points:+.2f} points of mean Jaccard{between}; "
        f"win_shares in so many draws: {', '.join(shares)}"
    )
