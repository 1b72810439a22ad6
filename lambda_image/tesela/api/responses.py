"""Answers: JSON, files, and the redirect that long ones need."""

import base64
import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import is_head, service_of
from tesela.api.labels import disposition, file_name
from tesela.prediction import Prediction

# Lambda answers at most 6 MB, base64 included; what is longer goes through S3.
MAX_BODY_BYTES = 5_000_000

JSON = "application/json"
Headers = dict[str, str | list[str]]


def json_reply(document: object, status: HTTPStatus = HTTPStatus.OK) -> Response[Any]:
    """A document as JSON without spaces; NaN is an error, since JSON has none."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(status.value, JSON, body)


def file_reply(
    router: APIGatewayHttpRouter,
    prediction: Prediction,
    name: str,
    body: bytes,
    media_type: str,
    *,
    called: str = "",
) -> Response[Any]:
    """A file made for a prediction; where Lambda cannot carry it, a redirect to its copy in S3.

    `called` is the end of the file's name for people, by default `name`.
    """
    called = disposition(file_name(prediction, called or name))
    if not _too_long(body):
        return _file(called, body, media_type)
    link = service_of(router).export(
        prediction.id, name, body, media_type, head=is_head(router), disposition=called
    )
    return _redirect(router, link)


def stored_reply(
    router: APIGatewayHttpRouter,
    prediction: Prediction,
    name: str,
    body: bytes,
    media_type: str,
    *,
    encoding: str,
) -> Response[Any]:
    """A kept object as it lies in S3."""
    called = disposition(file_name(prediction, name))
    if _too_long(body):
        link = service_of(router).link(
            prediction.id, name, head=is_head(router), disposition=called
        )
        return _redirect(router, link)
    reply = _file(called, body, media_type)
    if encoding:
        reply.headers["Content-Encoding"] = encoding
    return reply


def _too_long(body: bytes) -> bool:
    return len(body) * 4 / 3 > MAX_BODY_BYTES  # as base64


def bytes_reply(body: bytes, media_type: str, headers: Headers | None = None) -> Response[Any]:
    """Bytes that Lambda can carry."""
    # Encoded here: the validation in between takes bytes for text.
    reply = Response(HTTPStatus.OK.value, media_type, base64.b64encode(body).decode(), headers)
    reply.base64_encoded = True
    return reply


def _file(called: str, body: bytes, media_type: str) -> Response[Any]:
    headers: Headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": called,
        "Cache-Control": "private, max-age=3600",
    }
    return bytes_reply(body, media_type, headers)


def _redirect(router: APIGatewayHttpRouter, url: str) -> Response[Any]:
    """307 repeats the request's method at S3, as GET and HEAD can; 303 makes a GET of a POST."""
    posted = router.current_event.http_method == "POST"
    status = HTTPStatus.SEE_OTHER if posted else HTTPStatus.TEMPORARY_REDIRECT
    return Response(status.value, None, "", {"Location": url, "Cache-Control": "no-store"})
