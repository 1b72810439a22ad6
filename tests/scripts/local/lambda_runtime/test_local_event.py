import base64
from collections.abc import Sequence
from typing import Any

import pytest

from scripts.local.lambda_runtime.event import Request, function_url_event

NOW = 1_700_000_000.25  # 14 November 2023, 22:13:20 UTC


def event_of(
    method: str = "GET",
    target: str = "/",
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> dict[str, Any]:
    request = Request(method, target, tuple(headers), body, "127.0.0.1", 8081)
    return function_url_event(request, "request-1", "Root=1-2-3", NOW)


def test_a_get_becomes_the_whole_documented_event() -> None:
    event = event_of(
        target="/predictions?limit=5&class=roads&class=trees&empty=",
        headers=[
            ("Host", "127.0.0.1:8081"),
            ("User-Agent", "curl/8"),
            ("Accept", "text/csv"),
            ("accept", "application/json"),
            ("Cookie", "a=1; b=2"),
            ("Connection", "keep-alive"),
        ],
    )
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/predictions",
        "rawQueryString": "limit=5&class=roads&class=trees&empty=",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "127.0.0.1:8081",
            "user-agent": "curl/8",
            "accept": "text/csv,application/json",
            "x-amzn-trace-id": "Root=1-2-3",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "8081",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"limit": "5", "class": "roads,trees", "empty": ""},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": "127.0.0.1:8081",
            "domainPrefix": "127",
            "http": {
                "method": "GET",
                "path": "/predictions",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "curl/8",
            },
            "requestId": "request-1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "14/Nov/2023:22:13:20 +0000",
            "timeEpoch": 1_700_000_000_250,
        },
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/csv; charset=utf-8",
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/javascript",
        "application/xml",
        "application/vnd.api+json",
    ],
)
def test_text_types_stay_text(content_type: str) -> None:
    event = event_of("POST", headers=[("Content-Type", content_type)], body="área".encode())
    assert (event["body"], event["isBase64Encoded"]) == ("área", False)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "image/tiff")],
        [("Content-Type", "application/octet-stream")],
        [("Content-Type", "application/x-www-form-urlencoded")],
        [("Content-Type", "multipart/form-data; boundary=x")],
        [("Content-Type", "application/problem+json")],
    ],
)
def test_every_other_body_is_base64(headers: Sequence[tuple[str, str]]) -> None:
    event = event_of("POST", headers=headers, body=b"II*\0")
    assert (event["body"], event["isBase64Encoded"]) == ("SUkqAA==", True)


def test_a_text_that_is_no_utf_8_is_base64() -> None:
    event = event_of("POST", headers=[("Content-Type", "text/plain")], body=b"\xff")
    assert base64.b64decode(event["body"]) == b"\xff"


def test_a_request_without_body_query_or_cookies_has_none_of_these_members() -> None:
    assert {"body", "queryStringParameters", "cookies"}.isdisjoint(event_of())


def test_the_path_stays_as_sent_while_the_query_is_decoded() -> None:
    event = event_of(target="/a%20b?thresholds=roads%3A0.6+x")
    assert event["rawPath"] == "/a%20b"
    assert event["queryStringParameters"] == {"thresholds": "roads:0.6 x"}


def test_a_client_cannot_claim_another_address_or_scheme() -> None:
    forged = [("X-Forwarded-For", "8.8.8.8"), ("X-Forwarded-Proto", "https")]
    headers = event_of(headers=forged)["headers"]
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "http")
