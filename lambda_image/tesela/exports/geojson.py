"""GeoJSON (RFC 7946) of a prediction's layers."""

from collections.abc import Iterator, Sequence
from typing import Any

from tesela.catalogue import CLASSES, LandCover
from tesela.core.image import Grid
from tesela.core.polygons import Layer
from tesela.exports.geometry import Parts, place


def feature_collection(layers: Sequence[Layer], grid: Grid) -> dict[str, Any]:
    """One feature a polygon; the member `positions` says `lonlat` or, without a CRS, `pixel`."""
    features = [
        feature
        for land_cover, layer in zip(CLASSES, layers, strict=True)
        for feature in _features(land_cover, layer, grid)
    ]
    return {
        "type": "FeatureCollection",
        "positions": grid.coordinates,  # RFC 7946, 7.1 forbids a member `coordinates` here
        "bbox": grid.bounds,
        "features": features,
    }


def _features(land_cover: LandCover, layer: Layer, grid: Grid) -> Iterator[dict[str, Any]]:
    about = {
        "class": land_cover.key,
        "number": land_cover.number,
        "name_en": land_cover.name["en"],
        "name_es": land_cover.name["es"],
        "colour": land_cover.corine["colour"],
    }
    for polygon, parts in zip(layer.polygons, place(layer.polygons, grid), strict=True):
        yield {
            "type": "Feature",
            "geometry": _geometry(parts),
            "properties": about
            | {
                "area_m2": round(polygon.area_m2, 2),
                "score": round(polygon.score, 4),
            },
        }


def _geometry(parts: Parts) -> dict[str, Any]:
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
