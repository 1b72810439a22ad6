"""Routes that predict, list, show and delete."""

from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import base_url, counts_of, service_of, stopwatch_of
from tesela.api.documents import present
from tesela.api.labels import Name, Note, Search, read_label, read_patch, unused
from tesela.api.negotiation import accepted
from tesela.api.options import (
    BandOrder,
    GroundSampleDistance,
    Threshold,
    ThresholdsByClass,
    read_thresholds,
)
from tesela.api.paging import Cursor, Moment, read_cursor, read_moment, write_cursor
from tesela.api.responses import JSON, file_reply, json_reply
from tesela.api.upload import read_upload
from tesela.catalogue import KEYS
from tesela.core.bands import parse_order
from tesela.errors import InvalidOptionError
from tesela.exports import BY_NAME, GEOJSON
from tesela.label import read_search
from tesela.layout import TIFF
from tesela.service import Outcome

router = APIGatewayHttpRouter()

# What `POST /predictions` can answer besides its document: the export of this media type.
_FILES = {GEOJSON: "polygons.geojson", "text/csv": "table.csv"}

Limit = Annotated[int, Query(ge=1, le=100, description="Predictions on a page.")]
Size = Annotated[int, Query(ge=1, description="Bytes of the TIFF.")]
UploadId = Annotated[
    UUID | None, Query(description="An image put where `POST /uploads` said, instead of a body.")
]
ClassKey = Annotated[
    Literal[KEYS] | None,  # type: ignore[valid-type]
    Query(alias="class", description="Only predictions that hold this class."),
]


@router.post(
    "/predictions",
    summary="Segment an image and keep the result",
    operation_id="create_prediction",
    tags=["Predict"],
)
def predict(
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    bands: BandOrder = None,
    upload: UploadId = None,
    gsd: GroundSampleDistance = None,
    *,
    name: Name = None,
    note: Note = None,
) -> Response[Any]:
    """201 with a new prediction, 200 with the kept one of the same image, model and options.

    A kept one takes name and note where it has none; otherwise it keeps its own, with a warning.
    """
    service, label = service_of(router), read_label(name, note)
    media_type = accepted(router.current_event.headers.get("accept", ""), [JSON, *_FILES])
    outcome = service.predict(
        _image(upload),
        service.model.thresholds | read_thresholds(threshold, thresholds),
        stopwatch_of(router),
        None if bands is None else parse_order(bands),
        gsd_m=gsd,
        label=label,
    )
    if outcome.saved == "objects":
        counts_of(router)["SavedInObjectsAlone"] += 1
    if media_type in _FILES:
        return _file(outcome, _FILES[media_type])
    status = HTTPStatus.CREATED if outcome.created else HTTPStatus.OK
    url = base_url(router)
    document = present(outcome.prediction, url, outcome.saved, unused(label, outcome.prediction))
    reply = json_reply(document, status)
    reply.headers["Location"] = f"{url}/predictions/{outcome.prediction.id}"
    return reply


def _image(upload: UUID | None) -> bytes:
    if upload is None:
        return read_upload(router.current_event).body
    if router.current_event.body:
        reason = "this request has a body too; send either of the two."
        raise InvalidOptionError.of("upload", str(upload), None, reason)
    return service_of(router).uploaded(upload)


def _file(outcome: Outcome, name: str) -> Response[Any]:
    """The prediction as the file that the client prefers; a redirect where it is too long."""
    export, key = BY_NAME[name], outcome.prediction.id
    body = export.make(service_of(router).drawing(outcome))
    reply = file_reply(router, outcome.prediction, name, body, export.media_type)
    if reply.status_code == HTTPStatus.OK:
        reply.status_code = (HTTPStatus.CREATED if outcome.created else HTTPStatus.OK).value
        reply.headers["Location"] = f"{base_url(router)}/predictions/{key}"
    return reply


@router.post(
    "/uploads",
    summary="A URL for an image over 4.5 MB",
    operation_id="prepare_upload",
    tags=["Predict"],
)
def prepare_upload(size: Size) -> Response[Any]:
    """201 with a URL to PUT the TIFF to, and the id for `POST /predictions?upload=`."""
    key, url = service_of(router).upload_link(size)
    document = {"upload": str(key), "url": url, "content_type": TIFF}
    return json_reply(document, HTTPStatus.CREATED)


@router.get(
    "/predictions",
    summary="Predictions, newest first",
    operation_id="list_predictions",
    tags=["Predictions"],
)
def history(
    limit: Limit = 20,
    cursor: Cursor = None,
    class_key: ClassKey = None,
    since: Moment = None,
    until: Moment = None,
    *,
    q: Search = None,
) -> Response[Any]:
    """A page of the history; `next` is the cursor of the page after it, or null."""
    period = read_moment("since", since), read_moment("until", until)
    words = () if q is None else read_search(q)
    found = service_of(router).history(limit + 1, read_cursor(cursor), class_key, period, words)
    page = found[:limit]
    more = write_cursor(page[-1].created, page[-1].id) if len(found) > limit else None
    return json_reply({"items": [present(item, base_url(router)) for item in page], "next": more})


@router.get(
    "/predictions/<prediction_id>",
    summary="One prediction",
    operation_id="get_prediction",
    tags=["Predictions"],
)
def show(prediction_id: UUID) -> Response[Any]:
    """The document that its upload was answered with."""
    return json_reply(present(service_of(router).get(prediction_id), base_url(router)))


@router.patch(
    "/predictions/<prediction_id>",
    summary="Name a prediction",
    operation_id="label_prediction",
    tags=["Predictions"],
)
def relabel(prediction_id: UUID) -> Response[Any]:
    """200 with the prediction after a merge patch (RFC 7396) of `name` and `note`; null removes one."""
    change = read_patch(router.current_event)
    return json_reply(present(service_of(router).relabel(prediction_id, change), base_url(router)))


@router.delete(
    "/predictions/<prediction_id>",
    summary="Delete row and objects",
    operation_id="delete_prediction",
    tags=["Predictions"],
)
def delete(prediction_id: UUID) -> Response[Any]:
    """204; a second call answers 404."""
    service_of(router).delete(prediction_id)
    return Response(HTTPStatus.NO_CONTENT.value, None, "")
