"""Routes that tell what this is and whether it works."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import service_of
from tesela.api.responses import json_reply
from tesela.catalogue import PATH

router = APIGatewayHttpRouter()

_TAG = ["About"]


@router.get(
    "/classes",
    operation_id="list_classes",
    summary="The ten classes",
    tags=_TAG,
    cache_control="max-age=3600",
)
def classes() -> Response[Any]:
    """Names, codes, colours, thresholds and least areas; colours after CORINE."""
    return Response(200, "application/json", PATH.read_text("utf-8"))


@router.get("/model", operation_id="get_model", summary="The model", tags=_TAG)
def model() -> Response[Any]:
    """Version, hash, thresholds, scores, and what it was trained on."""
    return json_reply(service_of(router).model.card)


@router.get("/health", operation_id="check_health", summary="The function runs", tags=_TAG)
def health() -> Response[Any]:
    """Without a look at S3 or PostgreSQL."""
    return json_reply({"status": "ok"})


@router.get("/ready", operation_id="check_readiness", summary="S3 and PostgreSQL answer", tags=_TAG)
def ready() -> Response[Any]:
    """200, or 503 with what is missing."""
    service_of(router).ready()
    return json_reply({"status": "ok"})
