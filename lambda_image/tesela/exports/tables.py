"""Tables of a prediction with pandas. Imported where a table is asked for: pandas is slow to load."""

from collections.abc import Sequence

import pandas as pd
import shapely

from tesela.catalogue import CLASSES
from tesela.core.image import Grid
from tesela.core.polygons import Layer
from tesela.core.summary import ClassSummary
from tesela.exports.geometry import Parts, decimals_of, place


def dataframe(
    summaries: Sequence[ClassSummary], layers: Sequence[Layer], grid: Grid
) -> pd.DataFrame:
    """A row a class: names, CORINE code, count, areas and a WKT MULTIPOLYGON in lon/lat or pixels."""
    return pd.DataFrame(
        {
            "class": summary.key,
            "number": summary.number,
            "name_en": land_cover.name["en"],
            "name_es": land_cover.name["es"],
            "corine_code": land_cover.corine["code"],
            "count": summary.polygons,
            "area_m2": summary.area_m2,
            "area_ha": summary.area_ha,
            "area_percent": summary.area_percent,
            "mean_score": summary.mean_score,
            "coordinates": grid.coordinates,
            "wkt": wkt(layer, grid),
        }
        for land_cover, summary, layer in zip(CLASSES, summaries, layers, strict=True)
    )


def objects(layers: Sequence[Layer], grid: Grid) -> pd.DataFrame:
    """A row an object: class, area, score and a WKT POLYGON in lon/lat or pixels.

    An object that the antimeridian cuts is a MULTIPOLYGON.
    """
    return pd.DataFrame(
        [
            (entry.key, entry.number, polygon.area_m2, polygon.score, text)
            for entry, layer in zip(CLASSES, layers, strict=True)
            for polygon, text in zip(layer.polygons, _texts(layer, grid), strict=True)
        ],
        columns=["class", "number", "area_m2", "score", "wkt"],
    ).round({"area_m2": 2, "score": 4})


def _texts(layer: Layer, grid: Grid) -> list[str]:
    shapes = [_shape(parts) for parts in place(layer.polygons, grid)]
    return [_text(shape, grid) for shape in shapes]


def _shape(parts: Parts) -> shapely.Polygon | shapely.MultiPolygon:
    polygons = _polygons(parts)
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _polygons(parts: Parts) -> list[shapely.Polygon]:
    return [shapely.Polygon(rings[0], rings[1:]) for rings in parts]


def _text(shape: shapely.Geometry, grid: Grid) -> str:
    return str(shapely.to_wkt(shape, rounding_precision=decimals_of(grid)))


def segment_tiff_rows(layers: Sequence[Layer], image_name: str) -> pd.DataFrame:
    """The older clients' rows `image, class, poly, Multi`: WKT in pixel corners, whatever the CRS."""
    pixels = Grid(0, 0)
    return pd.DataFrame(
        {
            "image": image_name,
            "class": number,
            "poly": len(layer.polygons),
            "Multi": wkt(layer, pixels),
        }
        for number, layer in enumerate(layers, 1)
    )


def wkt(layer: Layer, grid: Grid) -> str:
    """WKT MULTIPOLYGON of a layer; `MULTIPOLYGON EMPTY` where it has none."""
    polygons = [part for parts in place(layer.polygons, grid) for part in _polygons(parts)]
    return _text(shapely.MultiPolygon(polygons), grid)
