"""Ten layers drawn by hand."""

import numpy as np
from tesela.catalogue import KEYS
from tesela.core.polygons import Layer, vectorise

SCORE = 192  # 0.75, wherever a class is


def draw(height: int, width: int, **windows: tuple[slice, slice]) -> list[Layer]:
    """Layers in the catalogue's order; a class by its key covers its window, the others nothing."""
    return [layer(height, width, windows.get(key)) for key in KEYS]


def layer(height: int, width: int, window: tuple[slice, slice] | None) -> Layer:
    mask = np.zeros((height, width), bool)
    if window:
        mask[window] = True
    return vectorise(mask, np.full(mask.shape, SCORE, np.uint8), 1)
