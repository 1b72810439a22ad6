"""A fine grid on which objects are painted: material, light and truth, three cells to a pixel.

Positions and sizes are metres from the upper left corner, x to the right and y down; angles are
radians from the x axis.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tesela import catalogue

from scripts.scenes import materials

PIXEL_M = 1.24
OVERSAMPLING = 3
SHADOW = (-0.62, -0.38)  # metres of shadow per metre of height: a morning sun in the south-east
SHADOW_LIGHT = 0.34

Mask = NDArray[np.bool_]
Point = tuple[float, float]  # x, y
Points = NDArray[np.float64]  # (n, 2) x, y


@dataclass(frozen=True)
class Region:
    """Cells of the canvas: a window and which of its cells are meant."""

    rows: slice
    columns: slice
    mask: Mask  # of the window

    def less(self, taken: Mask) -> "Region":
        """Drop the cells that are set in a mask of the whole canvas."""
        return Region(self.rows, self.columns, self.mask & ~taken[self.rows, self.columns])


@dataclass
class Canvas:
    """Painted from the ground up: what comes later lies on top."""

    width: int  # pixels
    height: int
    rng: np.random.Generator
    material: NDArray[np.uint8] = field(init=False)
    light: NDArray[np.float32] = field(init=False)
    truth: Mask = field(init=False)  # (10, rows, columns), catalogue order

    def __post_init__(self) -> None:
        """Start with the first material everywhere, in full light, of no class."""
        shape = (self.height * OVERSAMPLING, self.width * OVERSAMPLING)
        self.material = np.zeros(shape, np.uint8)
        self.light = np.ones(shape, np.float32)
        self.truth = np.zeros((len(catalogue.KEYS), *shape), bool)

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height of the ground shown, in metres."""
        return self.width * PIXEL_M, self.height * PIXEL_M

    def paint(self, region: Region, material: str, marks: str = "", tone: float = 1.0) -> None:
        """Cover a region with a material in full light; `marks` names its class, if it has one."""
        window = (region.rows, region.columns)
        self.material[window][region.mask] = materials.code(material)
        self.light[window][region.mask] = tone
        if marks:
            self.truth[(catalogue.KEYS.index(marks), *window)][region.mask] = True

    def forget(self, region: Region, *keys: str) -> None:
        """Take cells out of classes that something new has replaced."""
        for key in keys:
            window = (catalogue.KEYS.index(key), region.rows, region.columns)
            self.truth[window][region.mask] = False

    def shade(self, region: Region) -> None:
        """Darken a region: the sky alone lights it."""
        window = self.light[region.rows, region.columns]
        window[region.mask] = np.minimum(window[region.mask], SHADOW_LIGHT)

    def taken(self, *keys: str) -> Mask:
        """Cells that belong to any of the classes named."""
        return np.asarray(self.truth[[catalogue.KEYS.index(key) for key in keys]].any(axis=0))

    def window(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        """Rows and columns that hold a box, cut at the canvas."""
        rows, columns = self.material.shape
        step = PIXEL_M / OVERSAMPLING
        low = (int(np.floor(y0 / step)), int(np.floor(x0 / step)))
        high = (int(np.ceil(y1 / step)) + 1, int(np.ceil(x1 / step)) + 1)
        return (
            slice(*np.clip((low[0], high[0]), 0, rows)),
            slice(*np.clip((low[1], high[1]), 0, columns)),
        )

    def grid(self, rows: slice, columns: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """X and y of the cell centres of a window, ready to broadcast."""
        step = PIXEL_M / OVERSAMPLING
        x = (np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) * step
        y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) * step
        return np.asarray(x[None, :], np.float32), np.asarray(y[:, None], np.float32)

    def everywhere(self, mask: Mask) -> Region:
        """Make a region from a mask of the whole canvas."""
        rows, columns = self.material.shape
        return Region(slice(0, rows), slice(0, columns), mask)
