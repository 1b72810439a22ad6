"""A small scene, its ports in memory, and the same result by other means: all of it at once."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import CLASSES, KEYS
from tesela.core.decode import decode
from tesela.core.masks import threshold
from tesela.core.model import Model
from tesela.core.normalise import stretch
from tesela.core.polygons import Layer, vectorise
from tesela.core.ranges import RangeSource
from tesela.core.tiles import Blend, Scores, Tile
from tesela.scenes.block import process_block
from tesela.scenes.plan import Options, Plan, make_plan, planned_scene
from tesela.scenes.seams import join_seams

from tests.core.fakes import model as fake_model


@dataclass
class Bytes:
    """A `RangeSource` of bytes, which counts what is read."""

    body: bytes
    version: str = "1"
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.body)

    def read(self, start: int, length: int) -> bytes:
        self.reads.append((start, length))
        return self.body[start : start + length]


@dataclass
class Memory:
    """A `Store` in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def read(self, name: str, start: int, length: int) -> bytes:
        return self.kept[name][start : start + length]

    def put(self, name: str, body: bytes) -> None:
        self.kept[name] = body
        self.written.append(name)

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        file = io.BytesIO()
        file.writelines(chunks)
        self.put(name, file.getvalue())
        return len(self.kept[name])


def blotches(tile: NDArray[np.float32]) -> Scores:
    """Scores (10, size, size) that depend on the place in the tile too, as a network's do."""
    size = tile.shape[1]
    edge = np.minimum(np.arange(size), np.arange(size)[::-1])
    inner = np.minimum.outer(edge, edge) * 3
    mean = np.clip(tile, 0, 1) * 200
    scores = np.zeros((len(KEYS), size, size))
    scores[:8] = mean + inner
    scores[8:] = 255 - mean[:2]
    return np.clip(scores, 0, 255).astype(np.uint8)


def model() -> Model:
    """A model of tiles of 48 px, so fast that a scene has many."""
    return fake_model(blotches, tile_px=48)


def counts(height: int, width: int, seed: int, hole: float = 0.0) -> NDArray[np.uint16]:
    """Blotchy 11-bit counts (8, H, W); a share of the columns in the middle is 0, as nodata is."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(1, 2047, (8, height // 5 + 2, width // 5 + 2))
    pixels = coarse.repeat(5, axis=1).repeat(5, axis=2)[:, :height, :width]
    noisy = np.clip(pixels + rng.integers(-300, 300, pixels.shape), 1, 2047)
    counted: NDArray[np.uint16] = noisy.astype(np.uint16)
    middle, half = width // 2, round(width * hole / 2)
    counted[:, height // 4 : -height // 4, middle - half : middle + half] = 0
    return counted


def processed(scene: bytes | RangeSource, options: Options, model: Model) -> tuple[Plan, Memory]:
    """Plan a scene, process its blocks, and join them."""
    source, store = Bytes(scene) if isinstance(scene, bytes) else scene, Memory()
    plan = make_plan(source, model, options)
    opened = planned_scene(plan, source)
    for block in plan.blocks():
        process_block(block, plan, opened, model, store)
    join_seams(plan, store)
    return plan, store


def unblocked(body: bytes, plan: Plan, model: Model) -> tuple[Scores, list[Layer]]:
    """Scores and layers of the whole scene in one piece: one blend of all tiles, one vectorising."""
    image = decode(body)
    pixels = stretch(image.pixels.copy(), image.valid, plan.levels, model.normalisation)
    size, overlap = model.tile_px, model.overlap_px
    _, height, width = pixels.shape
    blend = Blend(len(KEYS), height, width, size, overlap)
    for row in [*range(0, height - size, size - overlap), height - size]:
        for column in [*range(0, width - size, size - overlap), width - size]:
            tile = Tile(row, column, size)
            blend.add(tile, model.predict_tile(pixels[:, *tile.window]))
    scores = blend.scores() * image.valid
    masks, areas = threshold(scores, plan.thresholds), image.grid.pixel_areas
    return scores, [*vectorise(masks, scores, areas, [entry.least_area_m2 for entry in CLASSES])]
