"""Answers: JSON, files, and the redirect that large ones need."""

import base64
import json
from typing import Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from tesela.service import Service

# Lambda answers at most 6 MB, base64 included; what is longer goes through S3.
MOST_BODY_BYTES = 5_000_000

JSON = "application/json"
GEOJSON = "application/geo+json"
CSV = "text/csv; charset=utf-8"
BINARY = "application/octet-stream"


def compact_json(document: object) -> str:
    """JSON without spaces; NaN is an error, since JSON has none."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def json_reply(document: object, kind: str = JSON) -> Response[Any]:
    """A document as JSON."""
    return Response(200, kind, compact_json(document))


def file_reply(service: Service, key: UUID, name: str, body: bytes, kind: str) -> Response[Any]:
    """A file made for a prediction; through S3 where Lambda cannot carry it."""
    if _too_long(body):
        return _redirect(service.export(key, name, body, kind))
    return _file(key, name, body, kind)


def stored_reply(
    service: Service, key: UUID, name: str, kind: str, encoding: str = ""
) -> Response[Any]:
    """A kept object as it lies in S3."""
    body = service.stored(key, name)
    if _too_long(body):
        return _redirect(service.link(key, name))
    reply = _file(key, name, body, kind)
    if encoding:
        reply.headers["Content-Encoding"] = encoding
    return reply


def _too_long(body: bytes) -> bool:
    return len(body) * 4 / 3 > MOST_BODY_BYTES  # as base64


def _file(key: UUID, name: str, body: bytes, kind: str) -> Response[Any]:
    headers: dict[str, str | list[str]] = {
        "Content-Disposition": f'inline; filename="{str(key)[:8]}-{name}"',
        "Cache-Control": "private, max-age=3600",
    }
    # Encoded here: the validation in between takes bytes for text.
    reply = Response(200, kind, base64.b64encode(body).decode(), headers)
    reply.base64_encoded = True
    return reply


def _redirect(url: str) -> Response[Any]:
    return Response(307, None, "", {"Location": url, "Cache-Control": "no-store"})
