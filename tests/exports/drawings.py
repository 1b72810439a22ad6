"""Drawings of layers drawn by hand, at a place on the ground or in pixels."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from tesela.catalogue import KEYS
from tesela.core.ground.crs import crs_name
from tesela.core.image import Grid
from tesela.core.polygons import Layer
from tesela.core.summary import summarise
from tesela.prediction import Drawing, ImageRecord, ModelRecord, Prediction

from tests.core.layers import SCORE
from tests.tiffs import PLACE, UTM

GROUND = Grid(30, 20, UTM, PLACE)
PIXELS = Grid(30, 20)
MADE = datetime(2026, 11, 28, 9, 30, 12, tzinfo=UTC)


def drawing_of(layers: Sequence[Layer], grid: Grid = GROUND) -> Drawing:
    """Layers on a grid of their size, every object with the same score."""
    pixels = grid.width * grid.height
    scores = np.full((10, grid.height, grid.width), SCORE, np.uint8)
    classes = summarise(layers, scores, pixels)
    image = ImageRecord(
        sha256="0" * 64,
        width=grid.width,
        height=grid.height,
        dtype="uint16",
        crs=crs_name(grid.crs) if grid.crs else None,
        transform=tuple(grid.transform)[:6],
        bounds=grid.bounds,
        coordinates=grid.coordinates,
        pixel_area_m2=grid.pixel_area_m2,
        valid_pixels=pixels,
    )
    prediction = Prediction(
        id=UUID("5f0c1c1e-6f3a-5b0e-8a53-2d2f7f1c9a10"),
        created=MADE,
        image=image,
        model=ModelRecord("unet_int8", "0.1.0", "1" * 64),
        thresholds=dict.fromkeys(KEYS, 0.5),
        classes=classes,
        warnings=(),
    )
    return Drawing(prediction, tuple(layers), classes)
