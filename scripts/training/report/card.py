"""The model card: what the weights are, where they were judged, and what they are not for."""

import math
from pathlib import Path
from typing import Any

from scripts.training.report import tables
from scripts.training.report.tables import bullets
from scripts.training.scoring.evaluation import Evaluation, difference
from scripts.training.sources import SOURCES, source_of

_TEMPLATE = Path(__file__).with_name("card.md").read_text("utf-8")
_LIMITS_WITHOUT_COMPETITION = (
    "Vehicles, structures and waterways were learnt from simulated scenes nearly alone: few real "
    "scenes with all ten classes are at hand. Take their results as hints.",
    "Dstl's structures are mostly fences a pixel wide, in colour of 1.9 m: few are found, and most of what "
    "is called so is none.",
    "Nobody has measured this model on a full, labelled, real WorldView-3 scene.",
)
_LIMITS = (
    "Crops in Dstl are whole parcels, bare or sown; the model knows few regions, most of them dry.",
    "Snow, clouds, smoke and night are unknown to it. Vehicles cover two to six pixels.",
)
_PROBABILITY = """\
As far as the validation scenes go: for each class two numbers (Platt scaling) were fitted on them and
folded into the last layer. Errors are expected calibration errors over all pixels (10 bins): those
before and after on the scenes of the fit, then the int8 file's on the test scenes. Where a class is
rare, most pixels are surely without it and the error is small of itself; hold then the mean score of
what is called against its precision, which would be equal."""
_PARTS = """\
`make ablate`: the recipe with one knob turned, trained for {windows:,} windows and judged on the scenes of
the first fold, at each class's best threshold: Jaccard, mean over the classes that a source holds and
over {seeds} seeds, with the lowest and the highest. Trainings are short, and where these ranges overlap
widely, the difference tells nothing."""
_NO_PARTS = "Not measured for these weights; `make ablate` does."
_COUNTED = ("epochs", "steps", "batch")
_NO_PROBABILITY = "No: the score was not calibrated."
_FLOAT = "Float: the same weights before quantisation, at the same thresholds."
_BASELINE = (
    "Baseline: the older project's network (SegNet-like, no skips, ten channels through ReLU and "
    "softmax, each image stretched from its 2nd to its 98th percentile), trained on the same data and "
    "tuned on the same scenes; float, through the same tiling and blending."
)


def write_card(path: Path, evaluation: Evaluation) -> None:
    """Write the card of a judged model."""
    path.write_text(card(evaluation), "utf-8")


def card(evaluation: Evaluation) -> str:
    """The card's Markdown."""
    document, recipe, scores = evaluation.document, evaluation.recipe, evaluation.scores
    names = [scores["source"], *scores["others"]]
    return _TEMPLATE.format(
        **{key: document[key] for key in ("name", "version", "gsd_m", "tile_px", "sha256")},
        trained_on=evaluation.trained_on,
        split=evaluation.split,
        tuned_on=evaluation.tuned_on,
        filters=" to ".join(str(recipe["filters"][n]) for n in (0, -1)),
        windows=_windows(recipe, evaluation.tuning),
        seed=recipe["seed"],
        repaint=recipe["repaint"],
        grounds=scores["grounds"],
        compared=_compared(evaluation),
        source=source_of(scores["source"]).title,
        main=tables.main(evaluation),
        others=tables.others(evaluation),
        notes=bullets(note for name in names if (note := source_of(name).note)),
        ablation=_ablation(evaluation),
        calibration=_calibration(evaluation),
        limits=bullets(_limits(recipe["scenes"])),
        licences=bullets(source.licence for source in SOURCES if source.name in recipe["scenes"]),
    )


def _calibration(evaluation: Evaluation) -> str:
    if not evaluation.calibration:
        return _NO_PROBABILITY
    return f"{_PROBABILITY}\n\n{tables.calibration(evaluation)}"


def _ablation(evaluation: Evaluation) -> str:
    if not evaluation.ablation:
        return _NO_PARTS
    told = _PARTS.format(**{key: evaluation.ablation[key] for key in ("windows", "seeds")})
    return f"{told}\n\n{tables.ablation(evaluation.ablation['rows'])}"


def _limits(scenes: dict[str, int]) -> tuple[str, ...]:
    return _LIMITS if "competition" in scenes else _LIMITS_WITHOUT_COMPETITION + _LIMITS


def _windows(recipe: dict[str, Any], tuning: list[dict[str, Any]]) -> str:
    """How much was trained on, in one go or in several."""
    *first, last = (math.prod(one.get(n, 0) for n in _COUNTED) for one in (*tuning, recipe))
    size = f"random windows of {recipe['crop_px']} x {recipe['crop_px']} pixels"
    if not first:
        return f"{last:,} {size}"
    told = " and ".join(f"{one:,}" for one in first)
    return f"{told} {size}, each without scenes to tune on, then {last:,} with all, from the first"


def _compared(evaluation: Evaluation) -> str:
    """What the int8 file is held against, with the differences."""
    told = {"f32": _FLOAT, "baseline": _BASELINE}
    return "".join(
        f"\n- {text} {_difference(evaluation, name)}"
        for name, text in told.items()
        if name in evaluation.models
    )


def _difference(evaluation: Evaluation, name: str) -> str:
    points, ends = difference(evaluation.served, evaluation.models[name])
    between = f" ({ends[0]:+.1f} to {ends[1]:+.1f})" if ends else ""
    return f"Mean Jaccard of int8 less that: {points:+.1f} points{between}."
