"""What a judgement is made of, made up: half of an image is of some classes, each half has one score."""

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.scoring.evaluation import Evaluation, ModelScores
from scripts.training.scoring.histograms import ScoreHistograms, count


def histogram(
    present: int, absent: int = 30, size: int = 40, classes: int = len(KEYS)
) -> ScoreHistograms:
    """Half of the image is of the first classes and scores `present`, all else scores `absent`."""
    labels = np.zeros((len(KEYS), size, size), np.uint8)
    labels[:classes, : size // 2] = 1
    return count(np.where(labels == 1, present, absent).astype(np.uint8), labels)


def model_scores(present: int) -> ModelScores:
    """Scenes of two sources; small vehicles are nowhere."""
    thresholds = dict.fromkeys(KEYS, 0.4)
    scenes = {
        "dstl/6120_2_0": histogram(present, classes=9),
        "dstl/6040_4_4": histogram(200, classes=5),
        "naip/1": histogram(present, classes=1),
    }
    return ModelScores(thresholds, scenes)


def evaluation() -> Evaluation:
    """All of three models, of which int8 misses half of what the float network finds."""
    curve = {
        "predicted": [0.1, 0.7],
        "observed": [0.2, 0.6],
        "pixels": [10.0, 20.0],
        "error": 0.125,
    }
    entry = {"slope": 0.5, "offset": -1.0, "sources": ["dstl"], "before": curve, "after": curve}
    nothing = {"slope": 1.0, "offset": 0.0, "sources": [], "before": None, "after": None}
    return Evaluation(
        document={
            **{"name": "unet_int8", "version": "1", "sha256": "ab", "tile_px": 160, "gsd_m": 1.24},
            **{"classes": KEYS, "thresholds": {}, "trained_on": "", "scores": None},
        },
        recipe={
            **{
                "epochs": 10,
                "steps": 20,
                "batch": 5,
                "crop_px": 128,
                "seed": 1,
                "repaint": 0.5,
                "lookalikes": 0.1,
            },
            **{"filters": [32, 256], "scenes": {"dstl": 12, "naip": 129}},
        },
        folds=[],
        calibration=dict.fromkeys(KEYS, entry) | {"small_vehicles": nothing},
        models={"int8": model_scores(90), "f32": model_scores(200), "baseline": model_scores(90)},
        out_of_fold=model_scores(200),
        nested=model_scores(200),
        surest=(),
        chips=model_scores(200),
        trained_on="12 Dstl scenes and 129 NAIP tiles.",
        split="Dstl 6040_4_4, 6120_2_0 and 1 NAIP tile",
        tuned_on="Dstl 6010_4_2",
    )
