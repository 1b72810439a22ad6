"""Simulated scenes: all ten classes known exactly, for those that no data shows."""

import math
from collections.abc import Container, Iterator

import numpy as np

from scripts.make_scene import make_scene
from scripts.scenes.kinds import KINDS
from scripts.training.data.scenes import PARTS, TrainingScene

SIZE = 224  # pixels
SEEDS = 40  # scenes of each kind to train on
HELD_OUT = 0.15  # as many again to validate, and to test


def scenes(seeds: int = SEEDS, parts: Container[str] = PARTS) -> Iterator[TrainingScene]:
    """Yield scenes of every kind and of the parts; the samples of the page have other seeds."""
    held_out = math.ceil(seeds * HELD_OUT)
    for part, first, number in (
        ("train", 1000, seeds),
        ("validation", 2000, held_out),
        ("test", 3000, held_out),
    ):
        for kind in KINDS if part in parts else ():
            for seed in range(first, first + number):
                scene = make_scene(kind, seed, SIZE, SIZE)
                name = f"simulated/{kind}_{seed}"
                labels = scene.truth.astype(np.uint8)
                yield TrainingScene(name, part, scene.pixels.astype(np.float16), labels)
