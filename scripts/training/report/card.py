"""The model card: what the weights are, where they were judged, and what they are not for."""

import math
from pathlib import Path
from typing import Any

from scripts.training.report import tables
from scripts.training.report.markdown import bullets
from scripts.training.report.story import TITLES
from scripts.training.scoring.evaluation import difference
from scripts.training.scoring.findings import Findings

_TEMPLATE = Path(__file__).with_name("card.md").read_text("utf-8")
_NOTES = {
    "competition": "Dstl competition: real eight bands, labels of all ten classes.",
    "dstl": "Dstl: real ground and labels; coastal, yellow, red edge and both near-infrared bands are estimates.",
    "vegas": "Las Vegas: the eastern half of one real WorldView-3 chip (SpaceNet) at 1.2 m, about 10 000 "
    "pixels; the western half was trained on. The one test on eight real bands, and a small one.",
    "naip": "NAIP: aerial test tiles of another look; trees are known only where drawn.",
    "simulated": "Simulated: seeds that training never saw, but the same simulator. It shows that the "
    "network learns these classes; it is not evidence of accuracy on real images.",
}
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
_LICENCES = {
    "competition": "Dstl Satellite Imagery Feature Detection (Kaggle competition rules): images and labels.",
    "dstl": "Dstl Satellite Imagery Feature Detection (Kaggle competition rules): labels, colour, SWIR; "
    "earthlib spectra, MIT: relations between bands, for the estimates.",
    "naip": "NAIP (USDA, public domain), masks hand-drawn by a third party, licence unstated.",
    "vegas": "SpaceNet Las Vegas WorldView-3, CC BY-SA 4.0.",
    "simulated": "Simulated scenes: `scripts/make_scene.py`, MIT as this project.",
}
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


def write_card(path: Path, findings: Findings) -> None:
    """Write the card of a judged model."""
    path.write_text(card(findings), "utf-8")


def card(findings: Findings) -> str:
    """The card's Markdown."""
    document, recipe, scores = findings.document, findings.recipe, findings.scores
    sources = [scores["source"], *scores["others"]]
    return _TEMPLATE.format(
        **{key: document[key] for key in ("name", "version", "gsd_m", "tile_px", "sha256")},
        trained_on=findings.trained_on,
        split=findings.split,
        tuned_on=findings.tuned_on,
        filters=" to ".join(str(recipe["filters"][n]) for n in (0, -1)),
        windows=_windows(recipe, findings.tuning),
        seed=recipe["seed"],
        repaint=recipe["repaint"],
        grounds=scores["grounds"],
        compared=_compared(findings),
        source=TITLES.get(scores["source"], scores["source"]),
        main=tables.main(findings),
        others=tables.others(findings),
        notes=bullets(_NOTES[source] for source in sources if source in _NOTES),
        ablation=_ablation(findings),
        calibration=_calibration(findings),
        limits=bullets(_limits(recipe["scenes"])),
        licences=bullets(text for source, text in _LICENCES.items() if source in recipe["scenes"]),
    )


def _calibration(findings: Findings) -> str:
    if not findings.calibration:
        return _NO_PROBABILITY
    return f"{_PROBABILITY}\n\n{tables.calibration(findings)}"


def _ablation(findings: Findings) -> str:
    if not findings.ablation:
        return _NO_PARTS
    told = _PARTS.format(**{key: findings.ablation[key] for key in ("windows", "seeds")})
    return f"{told}\n\n{tables.ablation(findings.ablation['rows'])}"


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


def _compared(findings: Findings) -> str:
    """What the int8 file is held against, with the differences."""
    told = {"f32": _FLOAT, "baseline": _BASELINE}
    return "".join(
        f"\n- {text} {_difference(findings, name)}"
        for name, text in told.items()
        if name in findings.verdicts
    )


def _difference(findings: Findings, name: str) -> str:
    points, ends = difference(findings.served, findings.verdicts[name])
    between = f" ({ends[0]:+.1f} to {ends[1]:+.1f})" if ends else ""
    return f"Mean Jaccard of int8 less that: {points:+.1f} points{between}."
