"""The objects of a drawing one by one, as every vector file and table lists them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tesela.catalogue import CLASSES, LandCover
from tesela.core.image import Grid
from tesela.core.polygons import Layer, Polygon
from tesela.exports.geometry import Parts, place
from tesela.prediction import Drawing


@dataclass(frozen=True, slots=True)
class LandObject:
    """One object, in longitude and latitude or, without a CRS, in pixels.

    `parts` are its polygons: one, or several where the antimeridian cuts it.
    """

    id: str
    land_cover: LandCover
    parts: Parts
    area_m2: float
    score: float


def objects(drawing: Drawing) -> Iterator[LandObject]:
    """Every object, class by class in the catalogue's order."""
    grid = drawing.grid
    for land_cover, layer in zip(CLASSES, drawing.layers, strict=True):
        yield from _of_class(land_cover, layer, grid)


def object_id(land_cover: LandCover, polygon: Polygon) -> str:
    """`roads-12-34`: the class, and row and column of the object's first pixel in raster order.

    Objects of a class share no pixel, so it is unique, and it stays the same in every file and at
    every threshold that leaves this pixel where it is.
    """
    column, row = polygon.rings[0][0]
    return f"{land_cover.key}-{row:.0f}-{column:.0f}"


def _of_class(land_cover: LandCover, layer: Layer, grid: Grid) -> Iterator[LandObject]:
    placed = place(layer.polygons, grid)
    for polygon, parts in zip(layer.polygons, placed, strict=True):
        yield LandObject(
            id=object_id(land_cover, polygon),
            land_cover=land_cover,
            parts=parts,
            area_m2=round(polygon.area_m2, 2),
            score=round(polygon.score, 4),
        )
