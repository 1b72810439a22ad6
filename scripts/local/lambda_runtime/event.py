"""An HTTP request as the event, payload format 2.0, that a Lambda function URL makes of it.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

_TEXT_TYPES = {
    "application/javascript",
    "application/json",
    "application/vnd.api+json",
    "application/xml",
}
_HOP_BY_HOP = {"connection", "expect", "keep-alive", "te", "transfer-encoding", "upgrade"}


@dataclass(frozen=True)
class Request:
    """`target`: path and query as sent; `port`: the one it came in on."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    port: int


def function_url_event(
    request: Request, request_id: str, trace_id: str, now: float
) -> dict[str, Any]:
    """Return the event; `now` is in seconds since 1970."""
    path, _, query_string = request.target.partition("?")
    headers = _joined((name.lower(), value) for name, value in request.headers)
    cookies = [item.strip() for item in headers.pop("cookie", "").split(";") if item.strip()]
    query = _joined(parse_qsl(query_string, keep_blank_values=True))
    text = _as_text(request.body, headers.get("content-type", ""))
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query_string,
        "headers": _forwarded(headers, request, trace_id),
        "requestContext": _context(request, headers, path, request_id, now),
        "isBase64Encoded": bool(request.body) and text is None,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = query
    if request.body:
        event["body"] = base64.b64encode(request.body).decode() if text is None else text
    return event


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Several values of one name stand in one string, with commas."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _as_text(body: bytes, content_type: str) -> str | None:
    """Return the body as the text that it claims to be; None if it goes as base64.

    Forms (curl's default for --data-binary) and bodies without a type are not text.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if not (kind.startswith("text/") or kind in _TEXT_TYPES):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _forwarded(headers: dict[str, str], request: Request, trace_id: str) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name not in _HOP_BY_HOP}
    return kept | {
        "x-amzn-trace-id": trace_id,
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": str(request.port),
        "x-forwarded-proto": "http",
    }


def _context(
    request: Request, headers: dict[str, str], path: str, request_id: str, now: float
) -> dict[str, Any]:
    host = headers.get("host", "")
    return {
        "accountId": "anonymous",
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
