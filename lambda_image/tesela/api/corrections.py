"""Routes of corrections: read, replace, list, take away."""

from collections.abc import Callable
from datetime import UTC
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict  # pydantic takes typing.TypedDict from Python 3.12 on

from tesela.api.bodies import read_json
from tesela.api.conditional import tag_of
from tesela.api.context import corrections_of
from tesela.api.paging import Cursor, read_cursor, write_cursor
from tesela.api.responses import JSON, file_reply, json_reply
from tesela.core.corrections import MAX_CORRECTIONS, Correction
from tesela.correcting import CODEC, Corrections
from tesela.errors import (
    CorrectionsChangedError,
    ImageTooLargeError,
    PreconditionRequiredError,
)
from tesela.exports import GEOJSON
from tesela.exports.corrections import Corrected, corrections_geojson, corrections_zip

router = APIGatewayHttpRouter()

Limit = Annotated[int, Query(ge=1, le=100, description="Corrected predictions on a page.")]

ZIP = "application/zip"
FILES = {"corrections.geojson": GEOJSON, "corrections.zip": ZIP}
MAX_BODY_BYTES = 2_000_000

_TAG = ["Corrections"]


class CorrectionsRequest(TypedDict):
    """All corrections of a prediction, in the order in which they count."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    corrections: Annotated[list[Correction], Field(max_length=MAX_CORRECTIONS)]


class CorrectedDocument(TypedDict):
    """A corrected prediction, when its corrections were changed, and their number."""

    prediction: str
    changed: str
    corrections: int


class CorrectedPage(TypedDict):
    """A page of corrected predictions; `next` is the cursor of the one after it."""

    items: list[CorrectedDocument]
    next: str | None


_REQUEST: TypeAdapter[CorrectionsRequest] = TypeAdapter(CorrectionsRequest)


@router.get(
    "/predictions/<prediction_id>/corrections",
    summary="What people say of its objects",
    operation_id="get_corrections",
    tags=_TAG,
)
def show(prediction_id: UUID) -> Response[Any]:
    """All corrections, in the order in which they count; `ETag` is for `If-Match` of a change."""
    return _shown(corrections_of(router).get(prediction_id).corrections)


@router.put(
    "/predictions/<prediction_id>/corrections",
    summary="Replace its corrections",
    operation_id="replace_corrections",
    tags=_TAG,
)
def replace(prediction_id: UUID) -> Response[Any]:
    """200 with what is kept now. `If-Match` names the version that the caller has seen, or is `*`.

    A correction says of pixels that their class is right, wrong (and which one it is `instead`), or
    missing. Rings are closed lines of pixel corners, column and row; the first is the outline.
    """
    _check_length(router.current_event.body or "")
    request = read_json(router.current_event, _REQUEST)
    asked = router.current_event.headers.get("if-match", "").strip()
    if not asked:
        message = "If-Match: send the ETag of the corrections that you have read, or *."
        raise PreconditionRequiredError(message, header="If-Match")
    service = corrections_of(router)
    kept = service.get(prediction_id)
    if asked != "*" and _tag(kept.corrections) not in [tag.strip() for tag in asked.split(",")]:
        raise CorrectionsChangedError(
            f"The corrections of {prediction_id} were changed meanwhile; read them again.",
            id=str(prediction_id),
        )
    new = service.replace(prediction_id, request["corrections"], kept)
    reply = _shown(new)
    reply.headers["ETag"] = _tag(new)
    return reply


@router.get(
    "/corrections",
    summary="Corrected predictions, the latest change first",
    operation_id="list_corrections",
    tags=_TAG,
)
def history(limit: Limit = 20, cursor: Cursor = None) -> Response[Any]:
    """A page of ids; `next` is the cursor of the page after it, or null."""
    found = corrections_of(router).history(limit + 1, read_cursor(cursor))
    page = found[:limit]
    more = write_cursor(page[-1][1], page[-1][0]) if len(found) > limit else None
    items = [
        {
            "prediction": str(key),
            "changed": changed.astimezone(UTC).isoformat(),
            "corrections": count,
        }
        for key, changed, count in page
    ]
    return json_reply({"items": items, "next": more})


@router.get(
    "/predictions/<prediction_id>/corrections.geojson",
    summary="corrections.geojson",
    operation_id="get_corrections_geojson",
    tags=_TAG,
)
def features(prediction_id: UUID) -> Response[Any]:
    """GeoJSON, one feature per correction: `verdict`, `class`, `instead`, `area_m2`."""
    return _file(prediction_id, "corrections.geojson", corrections_geojson)


@router.get(
    "/predictions/<prediction_id>/corrections.zip",
    summary="corrections.zip",
    operation_id="get_corrections_zip",
    tags=_TAG,
)
def tiles(prediction_id: UUID) -> Response[Any]:
    """Tiles of eight bands, and labels of ten: 1 present, 0 absent, 255 unknown; `make train` reads them."""
    return _file(prediction_id, "corrections.zip", corrections_zip)


def _file(prediction_id: UUID, name: str, write: Callable[[Corrected], bytes]) -> Response[Any]:
    corrected = corrections_of(router).corrected(prediction_id)
    return file_reply(router, corrected.prediction, name, write(corrected), FILES[name])


def _shown(corrections: Corrections) -> Response[Any]:
    return Response(HTTPStatus.OK.value, JSON, _body(corrections).decode())


def _tag(corrections: Corrections) -> str:
    return tag_of(_body(corrections))


def _body(corrections: Corrections) -> bytes:
    return CODEC.dump_json(corrections, by_alias=True)


def _check_length(body: str) -> None:
    if len(body) > MAX_BODY_BYTES:
        raise ImageTooLargeError.of_upload(len(body), MAX_BODY_BYTES)
