"""What the handler returned, as the HTTP answer that a Lambda function URL makes of it."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

_SET_BY_SERVER = {"connection", "content-length", "date", "server", "transfer-encoding"}
_JSON = ("content-type", "application/json")


class BadAnswerError(Exception):
    """The handler returned something that no HTTP answer can be made of: 502."""


@dataclass(frozen=True)
class Answer:
    """Ready to be sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def http_answer(payload: bytes) -> Answer:
    """`payload`: the JSON that the runtime posted. A value without statusCode is a 200 of JSON."""
    try:
        returned = json.loads(payload)
    except ValueError as error:
        raise BadAnswerError("not JSON") from error
    if not (isinstance(returned, dict) and "statusCode" in returned):
        body = returned if isinstance(returned, str) else json.dumps(returned)
        return Answer(200, (_JSON,), body.encode())
    return Answer(_status(returned), _headers(returned), _body(returned))


def _status(returned: dict[str, Any]) -> int:
    try:
        status = int(returned["statusCode"])
    except (TypeError, ValueError) as error:
        raise BadAnswerError("statusCode is not a number") from error
    if not 200 <= status <= 599:
        raise BadAnswerError(f"statusCode {status}")
    return status


def _headers(returned: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    given = returned.get("headers") or {}
    if not isinstance(given, dict):
        raise BadAnswerError("headers is not an object")
    headers = [
        (name, str(value)) for name, value in given.items() if name.lower() not in _SET_BY_SERVER
    ]
    if returned.get("body") and "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(_JSON)
    headers += [("Set-Cookie", str(cookie)) for cookie in returned.get("cookies") or []]
    for name, value in headers:
        if not _is_sendable(name, value):
            raise BadAnswerError(f"header {name!r}")
    return tuple(headers)


def _is_sendable(name: str, value: str) -> bool:
    try:
        (name + value).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return name.isascii() and name.isprintable() and not set("\r\n\0") & set(name + value)


def _body(returned: dict[str, Any]) -> bytes:
    body = returned.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise BadAnswerError("body is not a string")
    if not returned.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise BadAnswerError("body is not base64") from error
