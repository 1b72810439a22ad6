"""Validators and ranges of an answer (RFC 9110, 13 and 14): 304, 206 and 416."""

import base64
import re
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from tesela.api.problems import PROBLEM_JSON, Problem, problem_document

Answer = dict[str, Any]  # what Lambda returns: statusCode, headers, body, isBase64Encoded

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")  # several ranges at once are answered with the whole
_WITH_304 = ("Cache-Control", "Content-Disposition", "Vary")


def conditional(request: APIGatewayProxyEventV2, answer: Answer, *, head: bool) -> Answer:
    """A 200 to GET or HEAD with its ETag: whole, not modified, or the range that was asked for."""
    if request.http_method != "GET" or answer["statusCode"] != HTTPStatus.OK:
        return answer
    body = _bytes(answer)
    tag = tag_of(body)
    answer["headers"]["ETag"] = tag
    if _is_listed(tag, request.headers.get("if-none-match", "")):
        return _not_modified(answer)
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    current = request.headers.get("if-range", tag) == tag
    if head or not asked or not current or "Accept-Ranges" not in answer["headers"]:
        return answer
    return _part(request, answer, body, asked)


def tag_of(body: bytes) -> str:
    """The ETag of an answer with this body."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def _bytes(answer: Answer) -> bytes:
    body = answer["body"] or ""
    return base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()


def _is_listed(tag: str, header: str) -> bool:
    """Whether `If-None-Match` names the tag; weak comparison, as RFC 9110, 13.1.2 has it."""
    tags = [item.strip().removeprefix("W/") for item in header.split(",")]
    return tag in tags or header.strip() == "*"


def _not_modified(answer: Answer) -> Answer:
    headers = answer["headers"]
    kept = {
        name: value
        for name, value in headers.items()
        if name in ("ETag", *_WITH_304) or name.startswith("Access-Control-")
    }
    status = HTTPStatus.NOT_MODIFIED.value
    return {**answer, "statusCode": status, "headers": kept, "body": "", "isBase64Encoded": False}


def _part(
    request: APIGatewayProxyEventV2, answer: Answer, body: bytes, asked: re.Match[str]
) -> Answer:
    first, last = _bounds(asked, len(body))
    if first is None:
        return _unsatisfiable(request, answer, len(body))
    part = body[first : last + 1]
    about = {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(body)}"}
    return {
        **answer,
        "statusCode": HTTPStatus.PARTIAL_CONTENT.value,
        "headers": answer["headers"] | about,
        "body": base64.b64encode(part).decode(),
        "isBase64Encoded": True,
    }


def _bounds(asked: re.Match[str], length: int) -> tuple[int | None, int]:
    """First and last byte; no first one where the range holds none."""
    start, end = asked.groups()
    if not start:  # the last so many bytes
        count = int(end[:20] or 0)
        return (max(0, length - count), length - 1) if count and length else (None, 0)
    first, last = int(start[:20]), int(end[:20]) if end else length - 1
    return (first, last) if first < length and first <= last else (None, 0)


def _unsatisfiable(request: APIGatewayProxyEventV2, answer: Answer, length: int) -> Answer:
    asked = request.headers.get("range", "")[:100]
    detail = f"Range: {asked!r} holds none of the {length} bytes."
    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    problem = Problem(status, detail, "range", "range", {"range": asked, "length": length})
    kept = {k: v for k, v in answer["headers"].items() if k.startswith("Access-Control-")}
    about = {"Content-Type": PROBLEM_JSON, "Content-Range": f"bytes */{length}"}
    return {
        **answer,
        "statusCode": status.value,
        "headers": kept | about,
        "body": problem_document(request, problem),
        "isBase64Encoded": False,
    }
