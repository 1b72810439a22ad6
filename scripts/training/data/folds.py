"""Which scenes a training leaves out, so that thresholds and calibration can be tuned on them.

Folds are by scene, of whole scenes; what else there is keeps its own validation part. The test
scenes are in no fold.
"""

from collections.abc import Collection
from pathlib import Path

from scripts.training.data.scenes import TrainingScene, load_scenes
from scripts.training.sources import source_of


def split(
    cache: Path, hold_out: Collection[str]
) -> tuple[list[TrainingScene], list[TrainingScene]]:
    """Scenes to learn from, and those held out; nothing held out, nothing to tune on."""
    known = load_scenes(cache, "train") + load_scenes(cache, "validation")
    held_out = [one for one in known if hold_out and _is_out(one, hold_out)]
    names = {one.name for one in held_out}
    return [one for one in known if one.name not in names], held_out


def _is_out(one: TrainingScene, hold_out: Collection[str]) -> bool:
    return one.place in hold_out if source_of(one.source).whole else one.part == "validation"
