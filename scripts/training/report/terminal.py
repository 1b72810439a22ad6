"""What a terminal shows of findings."""

from typing import Any

from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import Verdict, ahead, difference
from scripts.training.scoring.findings import Findings

_TITLES = {"baseline": "baseline", "f32": "ours f32", "int8": "ours int8"}


def summary(findings: Findings) -> str:
    """A table of Jaccard indices, a line a class, then what the issue asks to be shown."""
    scores = findings.scores
    lines = [
        f"Jaccard on the {scores['grounds']} test grounds of {scores['source']}",
        f"{'class':18}{'baseline':>9}{'f32':>9}{'int8':>9}   95 % interval   precision  recall  threshold",
        *(_row(key, findings) for key in KEYS),
        _mean(scores),
        "",
        *(f"{_others(name, entry)}" for name, entry in scores["others"].items()),
        "",
        *_compared(findings),
    ]
    return "\n".join(lines)


def _row(key: str, findings: Findings) -> str:
    entry = findings.scores["classes"][key]
    if not entry:
        return f"{key:18}        -"
    numbers = "".join(_cell(entry.get(name)) for name in ("baseline_iou", "f32_iou", "iou"))
    rest = f"{entry['precision']:9.3f}{entry['recall']:8.3f}"
    return f"{key:18}{numbers}   {_between(entry)}{rest}{findings.served.thresholds[key]:11.2f}"


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


def _compared(findings: Findings) -> list[str]:
    return [
        _against(findings.served, findings.verdicts[name], _TITLES[name])
        for name in ("f32", "baseline")
        if name in findings.verdicts
    ]


def _against(int8: Verdict, other: Verdict, title: str) -> str:
    points, ends = difference(int8, other)
    between = f" ({ends[0]:+.2f} to {ends[1]:+.2f})" if ends else ""
    shares = [
        f"{key} {share:.0%}" for key, share in ahead(int8, other).items() if share is not None
    ]
    return (
        f"int8 against {title}: {points:+.2f} points of mean Jaccard{between}; "
        f"ahead in so many draws: {', '.join(shares)}"
    )
