"""Ten layers drawn by hand."""

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.ground.areas import PixelAreas
from tesela.core.polygons import Layer, vectorise

SCORE = 192  # 0.75, wherever a class is


Window = tuple[slice, slice]


def draw(height: int, width: int, **windows: Window) -> list[Layer]:
    """Layers of pixels of 1.24 m in the catalogue's order.

    A class by its key covers its window, the others nothing.
    """
    return draw_on(alike((height, width), 1.24**2), **windows)


def draw_on(areas: PixelAreas, **windows: Window) -> list[Layer]:
    """Layers of pixels of any size."""
    return [layer(areas, windows.get(key)) for key in KEYS]


def layer(areas: PixelAreas, window: Window | None) -> Layer:
    mask = np.zeros((areas.height, areas.width), bool)
    if window:
        mask[window] = True
    return vectorise_one(mask, np.full(mask.shape, SCORE, np.uint8), areas, 0)


def vectorise_one(
    mask: NDArray[np.bool_], score: NDArray[np.uint8], areas: PixelAreas, least_m2: float
) -> Layer:
    """The layer of a single class."""
    (only,) = vectorise(mask[None], score[None], areas, [least_m2])
    return only


def alike(shape: tuple[int, ...], pixel_m2: float) -> PixelAreas:
    """Pixels of one size."""
    height, width = shape
    return PixelAreas(width, height, np.array([[pixel_m2]]))
