"""The knobs of a training, with their reasons. `ablate.py` turns one at a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from tesela.core.normalise import Normalisation

from scripts.training.sources import FOLDS, shares


@dataclass(frozen=True)
class Recipe:
    """One training; the same recipe on the same scenes draws the same windows."""

    epochs: int = 100
    steps: int = 40  # batches an epoch: short epochs, so that an interruption costs a minute
    batch: int = 16
    crop_px: int = 128  # the network sees any size, and small crops make varied batches
    rate: float = 3e-3  # peak of the learning rate; Adam with cosine decay, warm-up of two epochs
    average: float = 0.99  # weights are averaged over about the last 100 steps
    seed: int = 1
    hold_out: Sequence[str] = FOLDS[0]  # whole scenes to tune thresholds on
    shares: Mapping[str, float] = field(default_factory=shares)
    # Half of the windows show a pixel of a class drawn with weight pixels ** rarity: at 1 crops
    # are all there is, at 0 the one scene with a waterway is learnt by heart.
    rarity: float = 0.25
    repaint: float = 0.5  # share of the windows in which roads change colour
    jaccard: float = 1.0  # weight of the soft Jaccard beside the cross-entropy
    network: Literal["efficientnet", "unet", "segnet"] = "efficientnet"
    pretrained: bool = True  # the EfficientNet's encoder starts from ImageNet's weights
    decoder: Sequence[int] = (128, 80, 64, 48)  # EfficientNet's, at 1/16, 1/8, 1/4 and 1/2
    filters: Sequence[int] = (32, 64, 128, 256)  # the U-Net's, from half of the resolution on
    normalisation: Normalisation = field(default_factory=Normalisation)
    blank_bands: Sequence[int] = ()  # never shown, for the ablation

    @classmethod
    def read(cls, run: Path) -> "Recipe":
        """The recipe of a run, from what it left beside its weights."""
        told = json.loads((run / "recipe.json").read_text("utf-8"))
        values = {one.name: told[one.name] for one in fields(cls) if one.name in told}
        values["normalisation"] = Normalisation(**values["normalisation"])
        return cls(**values)

    def write(self, run: Path, **also: Any) -> None:
        """Leave the recipe, and what else there is to say of its training, beside the weights."""
        document = asdict(self) | also
        (run / "recipe.json").write_text(json.dumps(document, indent=1), "utf-8")
