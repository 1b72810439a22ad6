"""The STAC Item of a scene's products, as catalogues and map servers read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from tesela import __version__
from tesela.catalogue import CLASSES, KEYS
from tesela.core.masks import SCORE_UNIT
from tesela.core.polygons import Polygon
from tesela.exports import CSV, GEOTIFF
from tesela.exports.geojson import geometry_of
from tesela.exports.geometry import place
from tesela.scenes import names
from tesela.scenes.plan import Plan

PARQUET = "application/vnd.apache.parquet"
_EXTENSIONS = (
    *("projection/v2.0.0", "raster/v2.0.0", "classification/v2.0.0"),
    *("processing/v1.2.0", "file/v2.1.0"),
)


def item(plan: Plan, sizes: Mapping[str, int], created: datetime) -> dict[str, Any]:
    """Return the Item (STAC 1.1).

    Args:
        plan: The scene.
        sizes: Length in bytes of each product that there is.
        created: When the scene was processed, in UTC. It stands for the image's own time, which the
            file does not state.
    """
    gsd_m = _gsd_m(plan)
    assets = {name: _asset(name, gsd_m) | {"file:size": size} for name, size in sizes.items()}
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": [
            f"https://stac-extensions.github.io/{each}/schema.json" for each in _EXTENSIONS
        ],
        "id": plan.id,
        "geometry": _footprint(plan),
        "bbox": list(plan.outer_bounds),
        "properties": _properties(plan, created),
        "links": [],
        "assets": assets,
    }


def _properties(plan: Plan, created: datetime) -> dict[str, Any]:
    moment = created.isoformat().replace("+00:00", "Z")
    is_code = plan.crs.startswith("EPSG:")
    return {
        "datetime": moment,
        "created": moment,
        "gsd": _gsd_m(plan),
        "proj:code": plan.crs if is_code else None,
        **({} if is_code else {"proj:wkt2": plan.crs}),
        "proj:shape": [plan.height, plan.width],
        "proj:transform": [*plan.transform, 0, 0, 1],
        "processing:software": {"tesela": __version__, plan.model.name: plan.model.version},
    }


def _gsd_m(plan: Plan) -> float:
    return round(max(plan.pixel_size_m), 4)


def _footprint(plan: Plan) -> dict[str, Any]:
    w, h = float(plan.width), float(plan.height)
    ring = np.array([(0.0, 0.0), (0.0, h), (w, h), (w, 0.0), (0.0, 0.0)])
    edge = Polygon([ring], 0, 0, 0)
    (parts,) = place([edge], plan.grid)
    return geometry_of(parts)


def _asset(name: str, gsd_m: float) -> dict[str, Any]:
    href = {"href": f"./{name}"}
    if name.endswith(".tif"):
        bands = ("class",) if name == names.raster("classes") else KEYS
        about: dict[str, Any] = {
            "type": GEOTIFF,
            "roles": ["data"],
            "data_type": "uint8",
            "raster:spatial_resolution": gsd_m,
            "bands": [{"name": band, **_scale(name)} for band in bands],
        }
        return href | about | _classes(name)
    kinds = {
        names.PARQUET: (PARQUET, "data"),
        names.FLATGEOBUF: ("application/vnd.flatgeobuf", "data"),
        names.SUMMARY: ("application/json", "metadata"),
        names.TABLE: (CSV, "metadata"),
        names.STYLE: ("application/xml", "metadata"),
    }
    media_type, role = kinds[name]
    return href | {"type": media_type, "roles": [role]}


def _scale(name: str) -> dict[str, float]:
    """How a byte of scores is a probability."""
    if name != names.raster("scores"):
        return {}
    return {"raster:scale": 1 / SCORE_UNIT, "raster:offset": 0}


def _classes(name: str) -> dict[str, Any]:
    if name != names.raster("classes"):
        return {}
    classes = [{"value": 0, "name": "none", "nodata": True}]
    classes += [
        {
            "value": entry.number,
            "name": entry.key,
            "title": entry.name["en"],
            "color_hint": str(entry.corine["colour"])[1:],
        }
        for entry in CLASSES
    ]
    return {"nodata": 0, "classification:classes": classes}
