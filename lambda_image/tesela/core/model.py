"""The model: weights, and the numbers that belong to them, read once from `model.json`."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tesela.catalogue import BANDS, CLASSES, KEYS
from tesela.core.confidence import Reference
from tesela.core.image import Image, Pixels
from tesela.core.interpreter import Int8Interpreter, Runtime, TilePredictor
from tesela.core.normalise import Normalisation, normalise
from tesela.core.tiles import Blend, Scores, Tile, pad, split
from tesela.errors import ModelError

# Two fifths of a tile, 64 px: against whole images it halves the mask pixels that a fifth changes
# (to 0.1 to 0.3 %), and three fifths gain no more.
_OVERLAP = 2 / 5

_ENTRIES = {
    *("name", "version", "file", "sha256", "tile_px"),
    *("classes", "bands", "normalisation", "thresholds", "radiometry"),
}
# What `model.json` says about the model and no result depends on.
_DESCRIPTIVE = {
    *("name", "version", "file", "thresholds", "trained_on", "scores", "calibrated"),
    *("out_of_fold", "surest"),
}


@dataclass(frozen=True)
class Model:
    """Weights ready to run with their metadata (`card`, the content of `model.json`)."""

    card: dict[str, Any]
    normalisation: Normalisation
    thresholds: dict[str, float]  # per class, tuned on validation scenes; else the catalogue's
    predict_tile: TilePredictor
    runtime: Runtime = "litert"
    # One for each core, for images of many tiles; made when the first such image comes.
    tile_predictors: Callable[[], Sequence[TilePredictor]] | None = None

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """All of the model that scores and warnings depend on; thresholds are each request's own."""
        entries = {key: value for key, value in self.card.items() if key not in _DESCRIPTIVE}
        if numbers := entries.pop("confidence", None):  # a thousand: their hash says as much
            own = [numbers, sorted(self.thresholds.items())]
            entries["confidence"] = hashlib.sha256(json.dumps(own).encode()).hexdigest()
        return entries | {"runtime": self.runtime, "overlap": _OVERLAP}

    @cached_property
    def reference(self) -> Reference | None:
        """What an image is compared with; None where `model.json` has no such numbers."""
        numbers = self.card.get("confidence")
        return Reference.read(numbers) if numbers else None

    @property
    def tile_px(self) -> int:
        """Side of a tile."""
        return int(self.card["tile_px"])

    @property
    def overlap_px(self) -> int:
        """Pixels that neighbouring tiles share."""
        return int(self.tile_px * _OVERLAP)

    def predict(self, pixels: Pixels) -> Scores:
        """Scores (10, H, W) of normalised pixels (8, H, W): split, predict, blend."""
        _, height, width = pixels.shape
        padded = pad(pixels, self.tile_px)
        if padded.shape[1:] == (self.tile_px, self.tile_px):
            return self.predict_tile(padded)[:, :height, :width]
        _, tall, wide = padded.shape
        blend = Blend(len(KEYS), tall, wide, self.tile_px, self.overlap_px)
        tiles = list(split(tall, wide, self.tile_px, self.overlap_px))
        for tile, scores in zip(tiles, self.predict_tiles(padded, tiles), strict=True):
            blend.add(tile, scores)
        return blend.scores()[:, :height, :width]

    def predict_tiles(self, pixels: Pixels, tiles: Sequence[Tile]) -> Iterator[Scores]:
        """Scores of each tile in order, on as many threads as there are predictors."""
        predictors = self.tile_predictors() if self.tile_predictors else (self.predict_tile,)
        idle: SimpleQueue[TilePredictor] = SimpleQueue()
        for each in predictors:
            idle.put(each)

        def predict(tile: Tile) -> Scores:
            predictor = idle.get()
            try:
                return predictor(pixels[:, *tile.window])
            finally:
                idle.put(predictor)

        with ThreadPoolExecutor(len(predictors)) as pool:
            yield from pool.map(predict, tiles)

    def normalise(self, image: Image) -> Pixels:
        """Pixels (8, H, W) as the training saw them, statistics from the whole image."""
        return normalise(image.pixels, image.valid, self.normalisation)


def load(folder: Path, runtime: Runtime = "litert", threads: int = 1) -> Model:
    """Read `model.json`, check the weights against its hash, and load them.

    A tile runs on `threads` threads, and of many tiles as many at once, on one each.

    Raises:
        ModelError: A file is missing, altered, or made for other classes or bands.
    """
    try:
        card = json.loads((folder / "model.json").read_text("utf-8"))
        _check_entries(card)
        if card.get("confidence"):
            Reference.read(card["confidence"])
        weights = folder / card["file"]
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model in {folder} cannot be read: {error}", "model-unreadable", folder=str(folder)
        ) from error
    if digest != card["sha256"]:
        raise ModelError(
            f"{weights.name} has sha256 {digest}; model.json promises {card['sha256']}.",
            "model-altered",
            sha256=digest,
            expected=card["sha256"],
        )
    if tuple(card["classes"]) != KEYS or tuple(card["bands"]) != BANDS:
        raise ModelError(
            f"{weights.name} was made for other classes or bands than the catalogue.",
            "model-mismatch",
            file=weights.name,
        )
    defaults = {entry.key: entry.threshold for entry in CLASSES}
    return Model(
        card=card,
        normalisation=Normalisation(**card["normalisation"]),
        thresholds=defaults | card["thresholds"],
        predict_tile=Int8Interpreter(weights, runtime, threads),
        runtime=runtime,
        tile_predictors=cache(
            lambda: tuple(Int8Interpreter(weights, runtime) for _ in range(threads))
        ),
    )


def _check_entries(card: dict[str, Any]) -> None:
    missing = _ENTRIES - card.keys()
    if missing:
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")
