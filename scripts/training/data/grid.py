"""The competition's coordinates and the pixels of a scene."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize


@dataclass(frozen=True)
class Grid:
    """A scene of `width` x `height` px that reaches from (0, 0) to (`x_max`, `y_min`); y is negative.

    By the competition's data processing tutorial, x_px = x / Xmax * W * W / (W + 1), and y_px
    likewise with Ymin and H.
    """

    width: int
    height: int
    x_max: float
    y_min: float

    @property
    def transform(self) -> Affine:
        """Leads from (column, row) to coordinates."""
        return Affine.scale(
            self.x_max * (self.width + 1) / self.width**2,
            self.y_min * (self.height + 1) / self.height**2,
        )

    def burn(self, geometry: shapely.Geometry) -> NDArray[np.uint8]:
        """Mask (height, width), 1 where a polygon holds the centre of a pixel.

        So for vehicles too, which cover 2 to 6 px. In the four scenes whose official polygons we
        measured, small ones keep their area (368 px drawn, 361 marked), though 3 of 85 cars and 40
        of 59 motorbikes hold no centre; all pixels touched would make them 2.8 times as large and
        join neighbours.
        """
        shape = (self.height, self.width)
        polygons = list(_polygons(geometry))
        if not polygons:
            return np.zeros(shape, np.uint8)
        return rasterize(polygons, shape, transform=self.transform, dtype="uint8")


def _polygons(geometry: shapely.Geometry) -> Iterable[shapely.Geometry]:
    """Valid parts; rings that cross or overlap are joined, so that no ground is lost between them."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return (part for part in shapely.get_parts(geometry) if not part.is_empty)
