"""The knobs of a training, with their reasons. `ablate.py` turns one at a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from tesela.core.normalise import Normalisation

from scripts.training.sources import shares


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
    hold_out: Sequence[str] = ()  # terrains that are not learnt, so that they can judge
    shares: Mapping[str, float] = field(default_factory=shares)
    # Half of the windows show a pixel of a class drawn with weight pixels ** rarity: at 1 crops
    # are all there is, at 0 the one scene with a waterway is learnt by heart.
    rarity: float = 0.25
    repaint: float = 0.5  # share of the windows in which roads change colour
    jaccard: float = 1.0  # weight of the soft Jaccard beside the cross-entropy
    # Weight of the fold networks' averaged predictions where labels are unknown, for the student.
    teacher: float = 0.0
    # Share of the windows about ground that is easily taken for a class: canal for road, grass for
    # crops, shadow for water, car park for road, roof for structure.
    lookalikes: float = 0.15
    network: Literal["efficientnet", "unet", "segnet"] = "efficientnet"
    pretrained: bool = True  # the EfficientNet's encoder starts from ImageNet's weights
    decoder: Sequence[int] = (128, 80, 64, 48)  # EfficientNet's, at 1/16, 1/8, 1/4 and 1/2
    filters: Sequence[int] = (32, 64, 128, 256)  # the U-Net's, from half of the resolution on
    normalisation: Normalisation = field(default_factory=Normalisation)
    zoom: bool = True  # pixels of 0.6 to 2.5 m, otherwise of the model's size alone
    unestimated: float = 0.2  # share of the windows in which all estimated bands are blank
    blank_bands: Sequence[int] = ()  # never shown, for the ablation

    @classmethod
    def read(cls, run: Path) -> "Recipe":
        """The recipe of a run, from what it left beside its weights."""
        document = json.loads((run / "recipe.json").read_text("utf-8"))
        names = [entry.name for entry in fields(cls) if entry.name in document]
        values = {name: document[name] for name in names}
        values["normalisation"] = Normalisation(**values["normalisation"])
        return cls(**values)

    def document(self) -> dict[str, Any]:
        """The knobs as JSON has them."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    def write(self, run: Path, **details: Any) -> None:
        """Write the recipe, and details of its training, beside the weights."""
        document = self.document() | details
        (run / "recipe.json").write_text(json.dumps(document, indent=1), "utf-8")
