"""The older clients' route: rows of class, polygon count and WKT, in pixel corners; never pickle."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import service_of, stopwatch_of
from tesela.api.negotiation import accepted
from tesela.api.options import (
    BandOrder,
    GroundSampleDistance,
    Threshold,
    ThresholdsByClass,
    read_thresholds,
)
from tesela.api.responses import JSON, file_reply
from tesela.api.upload import read_upload
from tesela.core.bands import parse_order
from tesela.exports import CSV
from tesela.exports.tables import csv, segment_tiff_rows

router = APIGatewayHttpRouter()

ImageName = Annotated[
    str | None,
    Query(max_length=100, description="Value of the column `image`; else the file's name."),
]


@router.post(
    "/segment_tiff",
    summary="Segment an image, older contract",
    operation_id="segment_tiff",
    tags=["Predict"],
)
def segment_tiff(
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    bands: BandOrder = None,
    image: ImageName = None,
    gsd: GroundSampleDistance = None,
) -> Response[Any]:
    """Ten rows `image, class, poly, Multi` as JSON, or as CSV where the caller prefers it."""
    service = service_of(router)
    as_csv = accepted(router.current_event.headers.get("accept", ""), [JSON, "text/csv"]) != JSON
    upload = read_upload(router.current_event)
    options = service.model.thresholds | read_thresholds(threshold, thresholds)
    order = None if bands is None else parse_order(bands)
    outcome = service.predict(upload.body, options, stopwatch_of(router), order, gsd_m=gsd)
    name = image or upload.name or outcome.prediction.image.sha256[:12]
    rows = segment_tiff_rows(service.drawing(outcome).layers, name)
    body = csv(rows) if as_csv else rows.to_json(orient="records").encode()
    file = "segment_tiff.csv" if as_csv else "segment_tiff.json"
    return file_reply(router, outcome.prediction, file, body, CSV if as_csv else JSON)
