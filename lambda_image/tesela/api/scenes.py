"""Routes of whole scenes: order, upload, follow, take away, cancel."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import TypeAdapter

from tesela.api.bodies import read_json
from tesela.api.context import base_url, is_head, scenes_of, service_of
from tesela.api.documents import present_scene
from tesela.api.options import BandOrder, Threshold, ThresholdsByClass, read_thresholds
from tesela.api.paging import Cursor, read_cursor, write_cursor
from tesela.api.responses import bytes_reply, json_reply
from tesela.api.schemas import SceneRequest
from tesela.core.bands import parse_order
from tesela.errors import InvalidOptionError
from tesela.jobs.job import Choices
from tesela.jobs.service import Ordered

router = APIGatewayHttpRouter()

Limit = Annotated[int, Query(ge=1, le=100, description="Scenes on a page.")]
Scores = Annotated[bool, Query(description="Keep `scores.tif` as well: one band per class.")]

_REQUEST: TypeAdapter[SceneRequest] = TypeAdapter(SceneRequest)
_TAG = ["Scenes"]
_FREE = {"name", "area_km2", "requester_pays"}
_KINDS = [{"size", "parts"}, {"files"}, {"source"}, {"sources"}]


@router.post("/scenes", summary="Order a whole scene", operation_id="order_scene", tags=_TAG)
def order(
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    bands: BandOrder = None,
    scores: Scores = False,
) -> Response[Any]:
    """201 with a new scene, 200 with that of the same content and options.

    For an upload send its size and the SHA-256 of each part of 64 MiB; the answer has URLs to PUT the
    first hundred missing parts to. The same request again returns those that are still missing, also
    after the URLs have expired. For a scene in S3 or on the web send its address, or that of a STAC Item.
    Eight files of one band are `files` or `sources`.
    """
    request = _checked(read_json(router.current_event, _REQUEST))
    choices = Choices(
        thresholds={
            **service_of(router).model.thresholds,
            **read_thresholds(threshold, thresholds),
        },
        band_order=None if bands is None else parse_order(bands),
        scores=scores,
    )
    ordered = _ordered(request, choices)
    reply = _shown(ordered, HTTPStatus.CREATED if ordered.created else HTTPStatus.OK)
    reply.headers["Location"] = f"{base_url(router)}/scenes/{ordered.job.id}"
    return reply


@router.post(
    "/scenes/<scene_id>/complete",
    summary="Start a scene",
    operation_id="complete_scene",
    tags=_TAG,
)
def complete(scene_id: UUID) -> Response[Any]:
    """202: the upload is complete, or the scene failed or was cancelled and is to be tried again.

    A scene that is under way or done is left alone.
    """
    return _shown(scenes_of(router).complete(scene_id), HTTPStatus.ACCEPTED)


@router.get("/scenes", summary="Scenes, newest first", operation_id="list_scenes", tags=_TAG)
def history(limit: Limit = 20, cursor: Cursor = None) -> Response[Any]:
    """A page of scenes; `next` is the cursor of the page after it, or null."""
    found = scenes_of(router).history(limit + 1, read_cursor(cursor))
    page = found[:limit]
    last = page[-1].job if len(found) > limit else None
    more = write_cursor(last.created, last.id) if last else None
    url, part_bytes = base_url(router), scenes_of(router).part_bytes
    return json_reply(
        {"items": [present_scene(each, url, part_bytes) for each in page], "next": more}
    )


@router.get("/scenes/<scene_id>", summary="One scene", operation_id="get_scene", tags=_TAG)
def show(scene_id: UUID) -> Response[Any]:
    """Its state and progress; when it is done, areas by class and links to its files."""
    return _shown(scenes_of(router).get(scene_id), HTTPStatus.OK)


@router.get(
    "/scenes/<scene_id>/files/<name>",
    summary="A file of a scene",
    operation_id="get_scene_file",
    tags=_TAG,
)
def take(scene_id: UUID, name: str) -> Response[Any]:
    """307 to a temporary URL, which takes ranges: GDAL, QGIS and geopandas open it from here."""
    url = scenes_of(router).link(scene_id, name, head=is_head(router))
    return Response(HTTPStatus.TEMPORARY_REDIRECT.value, None, "", {"Location": url})


@router.get(
    "/scenes/<scene_id>/blocks/<name>",
    summary="Classes of a finished block",
    operation_id="get_scene_block",
    tags=_TAG,
)
def preview(scene_id: UUID, name: str) -> Response[Any]:
    """The classes of a block, as long as the scene is processed: `name` is one of `progress.done`.

    A byte for each pixel, the number of its class or 0, row by row, compressed with zlib. A pixel is
    `facts.preview_px` pixels of the scene wide and high, and a block `facts.block_px`, or less at
    the scene's right and lower border.
    """
    return bytes_reply(scenes_of(router).block(scene_id, name), "application/zlib")


@router.delete(
    "/scenes/<scene_id>", summary="Cancel or remove", operation_id="delete_scene", tags=_TAG
)
def delete(scene_id: UUID) -> Response[Any]:
    """202: it is being processed and will end soon; 204: it is removed with all its files."""
    removed = scenes_of(router).delete(scene_id)
    if removed:
        return Response(HTTPStatus.NO_CONTENT.value, None, "")
    return _shown(scenes_of(router).get(scene_id), HTTPStatus.ACCEPTED)


def _ordered(request: SceneRequest, choices: Choices) -> Ordered:
    scenes, stated_km2 = scenes_of(router), request.get("area_km2")
    sources = request.get("sources") or ([request["source"]] if "source" in request else [])
    name = request.get("name") or _name_of(sources)
    if sources:
        paying = request.get("requester_pays", False)
        return scenes.order_source(name, sources, choices, stated_km2, requester_pays=paying)
    whole = [(request["size"], request["parts"])] if "size" in request else []
    files = whole or [(file["size"], file["parts"]) for file in request["files"]]
    return scenes.order_upload(name, files, choices, stated_km2)


def _name_of(sources: Sequence[str]) -> str:
    """The name of the first source's file, without its query."""
    path = sources[0].partition("?")[0] if sources else ""
    return path.rpartition("/")[2][:200] or "scene.tif"


def _shown(ordered: Ordered, status: HTTPStatus) -> Response[Any]:
    document = present_scene(ordered, base_url(router), scenes_of(router).part_bytes)
    return json_reply(document, status)


def _checked(request: SceneRequest) -> SceneRequest:
    """Raise InvalidOptionError unless the members are those of an upload or of a source."""
    given = {name for name in request if name not in _FREE}
    if given not in _KINDS:
        expected = [", ".join(sorted(kind)) for kind in _KINDS]
        reason = (
            "send either size and parts of an upload, or files, or the source of a scene that lies"
            " elsewhere, or sources."
        )
        raise InvalidOptionError.of("body", sorted(request), expected, reason)
    if "requester_pays" in request and not given & {"source", "sources"}:
        reason = "an upload has no requester."
        raise InvalidOptionError.of("requester_pays", request["requester_pays"], None, reason)
    return request
