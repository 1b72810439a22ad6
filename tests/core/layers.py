"""Ten layers drawn by hand."""

import numpy as np
from tesela.catalogue import KEYS
from tesela.core.ground.areas import PixelAreas
from tesela.core.polygons import Layer, vectorise

SCORE = 192  # 0.75, wherever a class is


Window = tuple[slice, slice]


def draw(height: int, width: int, pixel_m2: float = 1.24**2, **windows: Window) -> list[Layer]:
    """Layers in the catalogue's order; a class by its key covers its window, the others nothing."""
    areas = alike((height, width), pixel_m2)
    return [layer(areas, windows.get(key)) for key in KEYS]


def layer(areas: PixelAreas, window: Window | None) -> Layer:
    mask = np.zeros((areas.height, areas.width), bool)
    if window:
        mask[window] = True
    return vectorise(mask, np.full(mask.shape, SCORE, np.uint8), areas, 0)


def alike(shape: tuple[int, ...], pixel_m2: float) -> PixelAreas:
    """Pixels of one size."""
    height, width = shape
    return PixelAreas(width, height, np.array([[pixel_m2]]))
