"""Simulated scenes: all ten classes known exactly, for those that no data shows."""

from collections.abc import Iterator

import numpy as np

from scripts.make_scene import make_scene
from scripts.scenes.kinds import KINDS
from scripts.training.scene import TrainingScene

SIZE = 224  # pixels
SEEDS = {"train": range(1000, 1040), "validation": range(2000, 2006), "test": range(3000, 3006)}


def scenes() -> Iterator[TrainingScene]:
    """Yield scenes of every kind; the samples of the page have other seeds."""
    for part, seeds in SEEDS.items():
        for kind in KINDS:
            for seed in seeds:
                scene = make_scene(kind, seed, SIZE, SIZE)
                name = f"simulated/{kind}_{seed}"
                labels = scene.truth.astype(np.uint8)
                yield TrainingScene(name, part, scene.pixels.astype(np.float16), labels)
