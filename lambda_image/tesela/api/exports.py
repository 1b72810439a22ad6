"""Routes to take a prediction away: made from the kept scores, or the kept image; no inference."""

from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import service_of, stopwatch_of
from tesela.api.options import (
    ThreeBands,
    Threshold,
    ThresholdsByClass,
    read_bands,
    read_thresholds,
)
from tesela.api.reply import BINARY, CSV, GEOJSON, JSON, compact_json, file_reply, stored_reply
from tesela.archive import SCORES, SOURCE
from tesela.exports.geojson import feature_collection
from tesela.exports.qgis import Language, qml
from tesela.exports.rasters import classes_cog, masks_cog, png
from tesela.exports.render import Palette, View, composite, overlay, view
from tesela.service import Drawing

router = APIGatewayHttpRouter()

GEOTIFF = "image/tiff; application=geotiff; profile=cloud-optimized"
QML = "application/xml"
_TAG = ["Take away"]

PaletteName = Annotated[Palette, Query(alias="palette")]


@router.get("/predictions/<prediction_id>/polygons.geojson", summary="Polygons", tags=_TAG)
def polygons(
    prediction_id: UUID, threshold: Threshold = None, thresholds: ThresholdsByClass = None
) -> Response[Any]:
    """GeoJSON, a feature an object; longitude and latitude, or pixels without a CRS."""
    drawing = _draw(prediction_id, threshold, thresholds)
    body = compact_json(feature_collection(drawing.layers, drawing.grid)).encode()
    return file_reply(service_of(router), prediction_id, "polygons.geojson", body, GEOJSON)


@router.get("/predictions/<prediction_id>/table.csv", summary="Table as CSV", tags=_TAG)
def table_csv(
    prediction_id: UUID, threshold: Threshold = None, thresholds: ThresholdsByClass = None
) -> Response[Any]:
    """A row a class: count, areas, mean score, WKT."""
    drawing = _draw(prediction_id, threshold, thresholds)
    body = _table(drawing).to_csv(index=False).encode()
    return file_reply(service_of(router), prediction_id, "table.csv", body, CSV)


@router.get("/predictions/<prediction_id>/objects.csv", summary="Objects with WKT", tags=_TAG)
def objects_csv(
    prediction_id: UUID, threshold: Threshold = None, thresholds: ThresholdsByClass = None
) -> Response[Any]:
    """A row an object: class, area, score, WKT polygon."""
    from tesela.exports.tables import objects

    drawing = _draw(prediction_id, threshold, thresholds)
    body = objects(drawing.layers, drawing.grid).to_csv(index=False).encode()
    return file_reply(service_of(router), prediction_id, "objects.csv", body, CSV)


@router.get("/predictions/<prediction_id>/dataframe.json", summary="Table for pandas", tags=_TAG)
def dataframe_json(
    prediction_id: UUID, threshold: Threshold = None, thresholds: ThresholdsByClass = None
) -> Response[Any]:
    """The same in pandas' table schema: `pd.read_json(..., orient="table")`."""
    drawing = _draw(prediction_id, threshold, thresholds)
    body = _table(drawing).to_json(orient="table", index=False).encode()
    return file_reply(service_of(router), prediction_id, "dataframe.json", body, JSON)


@router.get("/predictions/<prediction_id>/masks.tif", summary="Masks as COG", tags=_TAG)
def masks(
    prediction_id: UUID, threshold: Threshold = None, thresholds: ThresholdsByClass = None
) -> Response[Any]:
    """A cloud-optimised GeoTIFF of ten bands, 1 where the class is."""
    drawing = _draw(prediction_id, threshold, thresholds)
    body = masks_cog(drawing.layers, drawing.grid)
    return file_reply(service_of(router), prediction_id, "masks.tif", body, GEOTIFF)


@router.get("/predictions/<prediction_id>/classes.tif", summary="Classes as COG", tags=_TAG)
def classes_tif(
    prediction_id: UUID,
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    palette: PaletteName = "corine",
) -> Response[Any]:
    """A cloud-optimised GeoTIFF of one band in colour: the number of the class on top."""
    drawing = _draw(prediction_id, threshold, thresholds)
    body = classes_cog(drawing.layers, drawing.grid, palette)
    return file_reply(service_of(router), prediction_id, "classes.tif", body, GEOTIFF)


@router.get("/predictions/<prediction_id>/overlay.png", summary="Classes as PNG", tags=_TAG)
def overlay_png(
    prediction_id: UUID,
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    palette: PaletteName = "corine",
) -> Response[Any]:
    """The classes in colour, half transparent, to lay over `image.png`."""
    drawing = _draw(prediction_id, threshold, thresholds)
    body = png(overlay(drawing.layers, palette))
    return file_reply(service_of(router), prediction_id, "overlay.png", body, "image/png")


@router.get("/predictions/<prediction_id>/style.qml", summary="QGIS style", tags=_TAG)
def style_qml(
    prediction_id: UUID,
    palette: PaletteName = "corine",
    language: Annotated[Language, Query(alias="lang")] = "en",
) -> Response[Any]:
    """Colours `polygons.geojson` and `classes.tif` in QGIS; under a layer's name beside it, by itself."""
    service_of(router).get(prediction_id)  # the same for all, but a deleted one has no form
    body = qml(palette, language).encode()
    return file_reply(service_of(router), prediction_id, "style.qml", body, QML)


@router.get("/predictions/<prediction_id>/image.png", summary="The image as PNG", tags=_TAG)
def image_png(
    prediction_id: UUID,
    kind: Annotated[View, Query(alias="view")] = "true-colour",
    bands: ThreeBands = None,
) -> Response[Any]:
    """The image in true or false colour, any three bands, NDVI or NDWI; nodata is transparent."""
    image = service_of(router).image(prediction_id)
    body = png(composite(image, read_bands(bands)) if bands else view(image, kind))
    return file_reply(service_of(router), prediction_id, "image.png", body, "image/png")


@router.get("/predictions/<prediction_id>/scores", summary="Scores", tags=_TAG)
def scores(prediction_id: UUID) -> Response[Any]:
    """uint8 (10, height, width) in C order, gzip-encoded; probability = byte / 256."""
    return stored_reply(service_of(router), prediction_id, SCORES, BINARY, encoding="gzip")


@router.get("/predictions/<prediction_id>/source.tif", summary="The image as it came", tags=_TAG)
def source(prediction_id: UUID) -> Response[Any]:
    """The upload, byte for byte."""
    return stored_reply(service_of(router), prediction_id, SOURCE, "image/tiff")


def _draw(prediction_id: UUID, threshold: float | None, thresholds: str | None) -> Drawing:
    with stopwatch_of(router)("polygons"):
        return service_of(router).draw(prediction_id, read_thresholds(threshold, thresholds))


def _table(drawing: Drawing) -> Any:
    from tesela.exports.tables import dataframe

    return dataframe(drawing.classes, drawing.layers, drawing.grid)
