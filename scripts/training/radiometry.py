"""The range of radiometry that the model has seen, by which serving warns of strange images."""

import numpy as np
from tesela.core.normalise import radiometry

from scripts.training.data.scenes import TrainingScene
from scripts.training.data.windows import Normaliser, shown

SIDES = (160, 400)  # pixels of the images supposed: a tile, half a scene
REAL = (
    "competition",
    "dstl",
    "vegas",
    "simulated",
)  # as the sensor sees; the aerial tiles are stretched
LARGE = ("competition", "dstl")
PERCENT = (0.5, 99.5)


def bounds(scenes: list[TrainingScene], normalised: Normaliser) -> dict[str, list[float]]:
    """Percentiles (8 of each) of every band's radiometry over windows of the training scenes."""
    rng = np.random.default_rng(0)
    seen = []
    for scene in scenes:
        for side in SIDES * (6 if scene.source in LARGE else 1) if scene.source in REAL else ():
            window = shown(scene, side, normalised, rng)
            seen.append(radiometry(window, np.ones(window.shape[1:], bool)))
    low, high = np.percentile(seen, PERCENT, axis=0)
    return {"low": [round(float(v), 3) for v in low], "high": [round(float(v), 3) for v in high]}
