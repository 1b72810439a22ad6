"""GeoJSON (RFC 7946) of a drawing."""

import json
from collections.abc import Iterator
from typing import Any

from tesela.exports.geometry import Parts
from tesela.exports.objects import objects
from tesela.prediction import Drawing


def geojson(drawing: Drawing) -> bytes:
    """A feature collection as UTF-8."""
    document = feature_collection(drawing)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def feature_collection(drawing: Drawing) -> dict[str, Any]:
    """One feature per object; `positions` is `lonlat` or, without a CRS, `pixel`."""
    return {
        "type": "FeatureCollection",
        "positions": drawing.grid.coordinates,  # RFC 7946, 7.1 forbids a member `coordinates` here
        "bbox": drawing.grid.bounds,
        "features": list(_features(drawing)),
    }


def _features(drawing: Drawing) -> Iterator[dict[str, Any]]:
    for each in objects(drawing):
        yield {
            "type": "Feature",
            "id": each.id,
            "geometry": geometry_of(each.parts),
            "properties": {
                "id": each.id,  # again: many readers keep the properties alone
                "class": each.land_cover.key,
                "number": each.land_cover.number,
                "name_en": each.land_cover.name["en"],
                "name_es": each.land_cover.name["es"],
                "colour": each.land_cover.corine["colour"],
                "area_m2": each.area_m2,
                "score": each.score,
            },
        }


def geometry_of(parts: Parts) -> dict[str, Any]:
    """The geometry of an object."""
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
