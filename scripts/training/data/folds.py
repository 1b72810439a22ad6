"""Which scenes a training leaves out, so that thresholds and calibration can be tuned on them.

Folds are by scene, of whole scenes; what else there is keeps its own validation part. The test
scenes are in no fold.
"""

from collections.abc import Collection
from pathlib import Path

from scripts.training.data.scenes import TrainingScene, load_scenes
from scripts.training.scoring.grounds import WHOLE

# By scene: 6110_3_1 and 6140_3_1 show the same ground, so do 6110_1_2 and 6140_1_2.
TEST = ("6110_3_1", "6140_3_1", "6120_2_0", "6040_4_4", "6060_2_3")
# Each holds towns and farmland; the dark roads of 6110_4_0 are in one alone.
FOLDS = (
    ("6100_2_3", "6110_4_0", "6010_4_2", "6170_2_4"),
    ("6110_1_2", "6140_1_2", "6100_1_3", "6040_2_2"),
)


def split(
    cache: Path, hold_out: Collection[str]
) -> tuple[list[TrainingScene], list[TrainingScene]]:
    """Scenes to learn from, and those held out; nothing held out, nothing to tune on."""
    known = load_scenes(cache, "train") + load_scenes(cache, "validation")
    held_out = [one for one in known if hold_out and _is_out(one, hold_out)]
    names = {one.name for one in held_out}
    return [one for one in known if one.name not in names], held_out


def _is_out(one: TrainingScene, hold_out: Collection[str]) -> bool:
    return one.place in hold_out if one.source in WHOLE else one.part == "validation"
