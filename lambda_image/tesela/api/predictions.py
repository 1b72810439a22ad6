"""Routes that predict, list, show and delete."""

from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import base_url, service_of, stopwatch_of
from tesela.api.options import (
    Cursor,
    Moment,
    Threshold,
    ThresholdsByClass,
    read_cursor,
    read_moment,
    read_thresholds,
    write_cursor,
)
from tesela.api.present import present
from tesela.api.reply import CSV, GEOJSON, json_reply
from tesela.api.upload import read_upload
from tesela.archive import TIFF
from tesela.catalogue import KEYS
from tesela.exports.geojson import feature_collection
from tesela.service import Outcome

router = APIGatewayHttpRouter()

Limit = Annotated[int, Query(ge=1, le=100, description="Predictions on a page.")]
Size = Annotated[int, Query(ge=1, description="Bytes of the TIFF.")]
UploadId = Annotated[
    UUID | None, Query(description="An image put where `POST /uploads` said, instead of a body.")
]
ClassKey = Annotated[
    Literal[KEYS] | None,  # type: ignore[valid-type]
    Query(alias="class", description="Only predictions that hold this class."),
]


@router.post("/uploads", summary="A URL for an image over 4.5 MB", tags=["Predict"])
def prepare_upload(size: Size) -> Response[Any]:
    """201 with a URL to PUT the TIFF to, and the id for `POST /predictions?upload=`."""
    key, url = service_of(router).upload_link(size)
    reply = json_reply({"upload": str(key), "url": url, "content_type": TIFF})
    reply.status_code = HTTPStatus.CREATED.value
    return reply


@router.post("/predictions", summary="Segment an image and keep the result", tags=["Predict"])
def predict(
    threshold: Threshold = None, thresholds: ThresholdsByClass = None, upload: UploadId = None
) -> Response[Any]:
    """201 with a new prediction, 200 with the kept one of the same image, model and options."""
    service = service_of(router)
    outcome = service.predict(
        service.uploaded(upload) if upload else read_upload(router.current_event).body,
        service.model.thresholds | read_thresholds(threshold, thresholds),
        stopwatch_of(router),
    )
    reply = _in_accepted_form(outcome)
    reply.status_code = (HTTPStatus.CREATED if outcome.created else HTTPStatus.OK).value
    reply.headers["Location"] = f"{base_url(router)}/predictions/{outcome.prediction.id}"
    return reply


def _in_accepted_form(outcome: Outcome) -> Response[Any]:
    accepted = router.current_event.headers.get("accept", "")
    if "text/csv" in accepted:
        from tesela.exports.tables import dataframe

        drawing = service_of(router).drawing(outcome)
        table = dataframe(drawing.classes, drawing.layers, drawing.grid)
        return Response(200, CSV, table.to_csv(index=False))
    if GEOJSON in accepted:
        drawing = service_of(router).drawing(outcome)
        return json_reply(feature_collection(drawing.layers, drawing.grid), kind=GEOJSON)
    return json_reply(present(outcome.prediction, base_url(router), outcome.saved))


@router.get("/predictions", summary="Predictions, newest first", tags=["Kept"])
def history(
    limit: Limit = 20,
    cursor: Cursor = None,
    class_key: ClassKey = None,
    since: Moment = None,
    until: Moment = None,
) -> Response[Any]:
    """A page of the history; `next` is the cursor of the page after it, or null."""
    period = read_moment("since", since), read_moment("until", until)
    found = service_of(router).history(limit + 1, read_cursor(cursor), class_key, period)
    page = found[:limit]
    more = write_cursor(page[-1].created, page[-1].id) if len(found) > limit else None
    return json_reply({"items": [present(item, base_url(router)) for item in page], "next": more})


@router.get("/predictions/<prediction_id>", summary="One prediction", tags=["Kept"])
def show(prediction_id: UUID) -> Response[Any]:
    """The document that its upload was answered with."""
    return json_reply(present(service_of(router).get(prediction_id), base_url(router)))


@router.delete("/predictions/<prediction_id>", summary="Delete row and objects", tags=["Kept"])
def delete(prediction_id: UUID) -> Response[Any]:
    """204; a second call answers 404."""
    service_of(router).delete(prediction_id)
    return Response(HTTPStatus.NO_CONTENT.value, None, "")
