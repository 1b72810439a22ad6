"""The older clients' route: rows of class, polygon count and WKT, in pixel corners; never pickle."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import service_of, stopwatch_of
from tesela.api.options import Threshold, ThresholdsByClass, read_thresholds
from tesela.api.reply import CSV, JSON
from tesela.api.upload import read_upload

router = APIGatewayHttpRouter()

ImageName = Annotated[
    str | None, Query(max_length=100, description="What the column `image` says; else the file.")
]


@router.post("/segment_tiff", summary="Segment an image, older contract", tags=["Predict"])
def segment_tiff(
    threshold: Threshold = None, thresholds: ThresholdsByClass = None, image: ImageName = None
) -> Response[Any]:
    """Ten rows `image, class, poly, Multi` as JSON, or as CSV where the caller accepts it."""
    from tesela.exports.tables import segment_tiff_rows

    service = service_of(router)
    upload = read_upload(router.current_event)
    options = service.model.thresholds | read_thresholds(threshold, thresholds)
    outcome = service.predict(upload.body, options, stopwatch_of(router))
    name = image or upload.name or outcome.prediction.image.sha256[:12]
    rows = segment_tiff_rows(service.drawing(outcome).layers, name)
    if "text/csv" in router.current_event.headers.get("accept", ""):
        return Response(200, CSV, rows.to_csv(index=False))
    return Response(200, JSON, rows.to_json(orient="records"))
