"""Which scenes a training leaves out, so that thresholds and calibration can be tuned on them.

Folds are by scene, of whole scenes; what else there is keeps its own validation part. The test
scenes are in no fold.
"""

from collections.abc import Collection, Container
from pathlib import Path

from scripts.training.data.scenes import MODEL_GSD_M, TrainingScene, load_scenes
from scripts.training.sources import source_of


def split(
    cache: Path, hold_out: Collection[str], names: Container[str] | None = None
) -> tuple[list[TrainingScene], list[TrainingScene]]:
    """Scenes to learn from, and those held out; nothing held out, nothing to tune on.

    What is held out has the model's pixel size. Where sources are named, no others are read.
    """
    known = [
        scene for part in ("train", "validation") for scene in load_scenes(cache, part, names=names)
    ]
    held_out = [one for one in known if hold_out and _is_out(one, hold_out)]
    out = {one.name for one in held_out}
    learnt = [one for one in known if one.name not in out]
    return learnt, [one.at(MODEL_GSD_M) for one in held_out]


def _is_out(one: TrainingScene, hold_out: Collection[str]) -> bool:
    return one.place in hold_out if source_of(one.source).whole else one.part == "validation"
