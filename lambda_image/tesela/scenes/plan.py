"""Plan a scene: check it, measure it, and divide it into blocks."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from pydantic import TypeAdapter
from rasterio.crs import CRS
from rasterio.transform import Affine

from tesela.core.caveat import Caveat
from tesela.core.estimate import M2_PER_KM2, Estimate, estimate, too_large
from tesela.core.ground.crs import crs_name
from tesela.core.image import Grid
from tesela.core.masks import Thresholds
from tesela.core.model import Model
from tesela.core.normalise import Levels
from tesela.core.ranges import RangeSource
from tesela.errors import UnsuitableImageError
from tesela.exports.geometry import decimals_of
from tesela.prediction import ModelRecord, model_record, scene_id
from tesela.scenes.pyramid import levels
from tesela.scenes.reader import SceneFile, open_scene
from tesela.scenes.sampling import sample
from tesela.scenes.window import Window

BLOCK_PX = 4096  # three overviews of its COG tiles are whole tiles, and it fits a Lambda of 3 GB
COG_TILE_PX = 512


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller chooses, and what bounds a scene."""

    thresholds: Thresholds
    band_order: tuple[int, ...] | None = None
    band_names: tuple[str, ...] = ()  # what a catalogue calls them
    scores: bool = False  # keep `scores.tif` as well
    max_km2: float = 10_000
    block_px: int = BLOCK_PX
    cog_tile_px: int = COG_TILE_PX


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the other stages need to know of a scene, as JSON holds it."""

    id: str
    source_version: str
    width: int
    height: int
    dtype: str
    crs: str
    transform: tuple[float, float, float, float, float, float]
    bounds: tuple[float, float, float, float]  # west, south, east, north
    pixel_size_m: tuple[float, float]
    order: tuple[int, ...]
    dark: tuple[float, ...]
    factor: tuple[float, ...]
    fill: tuple[float, ...]
    model: ModelRecord
    thresholds: dict[str, float]
    scores: bool
    block_px: int
    cog_tile_px: int
    area_km2: float
    warnings: tuple[Caveat, ...]
    estimate: Estimate

    @property
    def grid(self) -> Grid:
        """Where the pixels lie."""
        return _grid(self.width, self.height, self.crs, self.transform)

    @property
    def outer_bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all that is drawn, whose corners are rounded to decimals."""
        unit = 10 ** decimals_of(self.grid)
        west, south, east, north = (side * unit for side in self.bounds)
        low, high = (
            (math.floor(west) / unit, math.floor(south) / unit),
            (math.ceil(east) / unit, math.ceil(north) / unit),
        )
        return *low, *high

    @property
    def levels(self) -> Levels:
        """What the network's input is normalised by, all over the scene."""
        return Levels(np.array(self.dark, np.float32), np.array(self.factor, np.float32))

    @property
    def aligned_levels(self) -> int:
        """At how many levels, the first included, a block is a whole number of COG tiles."""
        tiles = self.block_px // self.cog_tile_px
        halvings = (tiles & -tiles).bit_length()
        return min(halvings, levels(self.height, self.width, self.cog_tile_px) + 1)

    def blocks(self) -> Iterator[Window]:
        """The blocks, row by row; together they are the scene."""
        for row in range(0, self.height, self.block_px):
            for column in range(0, self.width, self.block_px):
                height = min(self.block_px, self.height - row)
                width = min(self.block_px, self.width - column)
                yield Window(row, column, height, width)


@lru_cache(maxsize=8)  # a grid keeps the areas of its pixels, once they are measured
def _grid(width: int, height: int, crs: str, transform: tuple[float, ...]) -> Grid:
    return Grid(width, height, CRS.from_string(crs), Affine(*transform))


CODEC = TypeAdapter(Plan)  # between `Plan` and its JSON


def make_plan(source: RangeSource, model: Model, options: Options) -> Plan:
    """Check a scene and plan its processing.

    Raises:
        TeselaError: It cannot be processed; the sentence says why.
    """
    scene = open_scene(source, options.band_order, options.band_names)
    area_km2 = _checked_area_km2(scene, options.max_km2)
    found = sample(scene, model)
    grid, blocks = scene.grid, _count(scene.grid, options.block_px)
    return Plan(
        id=_id(source, model, options),
        source_version=source.version,
        width=grid.width,
        height=grid.height,
        dtype=scene.dtype,
        crs=crs_name(grid.crs),
        transform=tuple(grid.transform)[:6],
        bounds=grid.bounds,
        pixel_size_m=grid.pixel_size_m,
        order=tuple(scene.order),
        dark=tuple(map(float, found.levels.dark)),
        factor=tuple(map(float, found.levels.factor)),
        fill=found.fill,
        model=model_record(model.card),
        thresholds=dict(options.thresholds),
        scores=options.scores,
        block_px=options.block_px,
        cog_tile_px=options.cog_tile_px,
        area_km2=area_km2,
        warnings=found.caveats,
        estimate=estimate(grid.width * grid.height, found.valid_share, blocks),
    )


def planned_scene(plan: Plan, source: RangeSource) -> SceneFile:
    """Open the scene of a plan again, to read its blocks."""
    return replace(open_scene(source, plan.order), fill=plan.fill)


def _id(source: RangeSource, model: Model, options: Options) -> str:
    return str(
        scene_id(
            source.version,
            model.recipe,
            options.thresholds,
            options.band_order,
            scores=options.scores,
        )
    )


def _checked_area_km2(scene: SceneFile, max_km2: float) -> float:
    grid = scene.grid
    if grid.crs is None:
        reason = scene.caveats[0].text if scene.caveats else "The image has no CRS."
        raise UnsuitableImageError(f"A scene must lie on the ground. {reason}", "scene-unplaced")
    area_km2 = grid.width * grid.height * grid.pixel_area_m2 / M2_PER_KM2
    if area_km2 > max_km2:
        raise too_large(area_km2, max_km2)
    return area_km2


def _count(grid: Grid, block_px: int) -> int:
    return math.ceil(grid.width / block_px) * math.ceil(grid.height / block_px)
