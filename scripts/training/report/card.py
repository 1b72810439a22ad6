"""The model card: what the weights are, where they were judged, and what they are not for."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.training.report import tables
from scripts.training.report.tables import bullets
from scripts.training.scoring.evaluation import Evaluation, difference
from scripts.training.scoring.thresholds import MIN_PRECISION, MIN_RECALL
from scripts.training.scoring.trust import JUDGED_SIDES, Trust
from scripts.training.sources import SOURCES, listed, source_of

_TEMPLATE = Path(__file__).with_name("card.md").read_text("utf-8")
_LIMITS = (
    "Crops in Dstl are whole parcels, bare or sown; the model knows few regions, most of them dry.",
    "Snow, clouds, smoke and night are unknown to it. Vehicles cover two to six pixels.",
)
_UNSEEN = """\
Each of {folds} networks was trained without a part of the terrain and judged on just that part, so that
every terrain below was predicted by a network that had never seen it, and judged at thresholds tuned on
the other terrains alone. The file itself learnt all of this terrain, so these scores say what to expect of it elsewhere."""
_CONFUSED = "What lies under the false alarms, as a share of them:"
_NOT_UNSEEN = "No training held terrain out, so nothing is known of it."
_TEACHER = """ Where labels are unknown it learns, with a weight of {weight:g}, the averaged
predictions of the networks that were trained without a part of the terrain."""
_SUREST = """
- Of {classes} no threshold gives a mask of that precision at a useful recall: their default thresholds
  show only the surest pixels, and most of what is there is missed."""
NOTES = "notes.md"
_PROBABILITY = """\
As far as the scores out of fold go: for each class two numbers (Platt scaling) were fitted to them and
folded into the last layer. Errors are expected calibration errors over all pixels (10 bins): those
before and after on the terrain of the fit, then the int8 file's on the test scenes. Where a class is
rare, most pixels are surely without it and the error is small anyway; compare the mean score of
what is called with its precision, which would be equal."""
_CONFIDENCE = """\
`confidence` in each answer compares the image with the training images (colours and texture, as
Mahalanobis distances; the order of the bands; the scale) and expects a Jaccard index from these
distances and from how decided the scores are. Both were fitted to terrain out of fold: of {terrains}
terrains, each judged by a reference that lacks it, expected and true Jaccard index have a rank
correlation (Spearman) of {correlation}. Confidence is medium below the median of what is expected there
({medium:.2f}), low below {low:.2f}."""
_FAULTS = """\
What colours, texture, order and scale alone say of windows of {side} px, as they came and with a fault put
into them: the share at each level, each terrain counting alike and judged by a reference that lacks it."""
_BESIDE = """\
Jaccard index with its interval, at each file's own thresholds. The earlier file learnt some of the terrain
that is out of fold for the networks of this one, so its scores there are rather too high. Means are over
classes of at least 500 pixels."""
_NOTHING_BESIDE = "No earlier file was judged on these scenes; `evaluate --today FOLDER` does."
_NO_CONFIDENCE = "Answers say `unknown`: there was too little terrain to learn what is ordinary."
_PARTS = """\
`make ablate`: the recipe with one knob turned, trained for {windows:,} windows and judged on the scenes of
one fold, at each class's best threshold: Jaccard, mean over the classes that a source holds and
over {seeds} seeds, with the lowest and the highest. Trainings are short, and where these ranges overlap
widely, the difference means nothing."""
_NO_PARTS = "Not measured for these weights; `make ablate` does."
_COUNTED = ("epochs", "steps", "batch")
_NO_PROBABILITY = "No: the score was not calibrated."
_FLOAT = "Float: the same weights before quantisation, at the same thresholds."
_BASELINE = (
    "Baseline: the older project's network (SegNet-like, no skips, ten channels through ReLU and "
    "softmax, each image stretched from its 2nd to its 98th percentile), trained on the same data and "
    "tuned on the same scenes; float, through the same tiling and blending."
)


def write_card(folder: Path, evaluation: Evaluation) -> str:
    """Write `MODEL_CARD.md` of a model folder, with the hand-written `notes.md` that lies there, and return it."""
    path = folder / NOTES
    text = card(evaluation, path.read_text("utf-8") if path.exists() else "")
    (folder / "MODEL_CARD.md").write_text(text, "utf-8")
    return text


def card(evaluation: Evaluation, notes: str = "") -> str:
    """The card's Markdown."""
    document, recipe, scores = evaluation.document, evaluation.recipe, evaluation.scores
    names = [scores["source"], *scores["others"]]
    return _TEMPLATE.format(
        **{key: document[key] for key in ("name", "version", "gsd_m", "tile_px", "sha256")},
        trained_on=evaluation.trained_on,
        headline=_headline(evaluation),
        split=evaluation.split,
        tuned_on=evaluation.tuned_on,
        network=_network(recipe),
        windows=_windows(recipe, evaluation.folds),
        seed=recipe["seed"],
        repaint=recipe["repaint"],
        lookalikes=recipe.get("lookalikes", 0),
        teacher=_TEACHER.format(weight=weight) if (weight := recipe.get("teacher")) else "",
        notes=f"\n{notes.strip()}\n" if notes.strip() else "",
        unseen=_unseen(evaluation),
        min_precision=MIN_PRECISION,
        min_recall=MIN_RECALL,
        surest=_SUREST.format(classes=_names(evaluation.surest)) if evaluation.surest else "",
        terrains=scores["terrains"],
        compared=_compared(evaluation),
        source=source_of(scores["source"]).title,
        main=tables.main(evaluation),
        others=tables.others(evaluation),
        source_notes=bullets(note for name in names if (note := source_of(name).note)),
        beside=_beside(evaluation),
        ablation=_ablation(evaluation),
        calibration=_calibration(evaluation),
        confidence=_confidence(evaluation.trust),
        limits=bullets(_LIMITS),
        licences=bullets(licences(recipe["scenes"])),
    )


def licences(scenes: Mapping[str, int]) -> list[str]:
    """The terms of the sources that weights have seen, each once."""
    rows = [source for source in SOURCES if source.name in scenes]
    return list(dict.fromkeys(source.licence for source in rows))


def _network(recipe: Mapping[str, Any]) -> str:
    if recipe.get("network") == "efficientnet":
        first = ", pretrained on ImageNet" if recipe["pretrained"] else ""
        return f"A U-Net decoder on the encoder of EfficientNet-Lite0{first},"
    return f"A U-Net (filters {' to '.join(str(recipe['filters'][n]) for n in (0, -1))})"


def _headline(evaluation: Evaluation) -> str:
    """How the recipe does on terrain never seen."""
    unseen = evaluation.unseen
    if not unseen or unseen["mean_iou"] is None:
        return "On terrain that it never saw: not judged."
    classes = {key: entry["iou"] for key, entry in unseen["classes"].items() if entry}
    texts = [f"{_names([key])} {iou:.2f}" for key, iou in classes.items()]
    between = "" if unseen["low"] is None else f" ({unseen['low']:.2f} to {unseen['high']:.2f})"
    return (
        f"On {unseen['terrains']} terrains that the judged networks never saw, the mean Jaccard index "
        f"is {unseen['mean_iou']:.2f}{between}: {listed(texts)}."
    )


def _unseen(evaluation: Evaluation) -> str:
    if not evaluation.unseen:
        return _NOT_UNSEEN
    parts = [
        _UNSEEN.format(folds=len(evaluation.folds) or 1),
        tables.out_of_fold(evaluation),
        tables.by_terrain(evaluation),
        _CONFUSED,
        tables.confusions(evaluation),
    ]
    return "\n\n".join(parts)


def _names(keys: Sequence[str]) -> str:
    return listed([key.replace("_", " ") for key in keys])


def _calibration(evaluation: Evaluation) -> str:
    if not evaluation.calibration:
        return _NO_PROBABILITY
    return f"{_PROBABILITY}\n\n{tables.calibration(evaluation)}"


def _beside(evaluation: Evaluation) -> str:
    if not evaluation.today:
        return _NOTHING_BESIDE
    tables_of = [
        f"On {title}:\n\n{tables.comparison(models)}"
        for title, models in evaluation.compared.items()
    ]
    chips = f"Chip by chip:\n\n{tables.chips(evaluation.compared)}"
    return "\n\n".join([_BESIDE, *tables_of, chips])


def _confidence(trust: Trust | None) -> str:
    if not trust:
        return _NO_CONFIDENCE
    document, correlation = trust.document, trust.document["rank_correlation"]
    said = _CONFIDENCE.format(
        terrains=document["terrains"],
        correlation="unknown size" if correlation is None else f"{correlation:.2f}",
        medium=document["jaccard"]["medium"],
        low=document["jaccard"]["low"],
    )
    parts = [said, tables.expected(trust)]
    parts += [_FAULTS.format(side=JUDGED_SIDES[0]), tables.faults(trust)] if trust.faults else []
    return "\n\n".join(parts)


def _ablation(evaluation: Evaluation) -> str:
    if not evaluation.ablation:
        return _NO_PARTS
    told = _PARTS.format(**{key: evaluation.ablation[key] for key in ("windows", "seeds")})
    return f"{told}\n\n{tables.ablation(evaluation.ablation['rows'])}"


def _windows(recipe: Mapping[str, Any], folds: Sequence[Mapping[str, Any]]) -> str:
    """How much the weights, and the folds' networks, were trained on."""
    size = f"random windows of {recipe['crop_px']} x {recipe['crop_px']} pixels"
    text = f"{_count(recipe):,} {size}"
    return (
        f"{text}, and {listed([f'{_count(fold):,}' for fold in folds])} of the folds"
        if folds
        else text
    )


def _count(recipe: Mapping[str, Any]) -> int:
    return math.prod(recipe.get(name, 0) for name in _COUNTED)


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
