import json

import pytest

from scripts.local.lambda_runtime.answer import Answer, BadAnswerError, http_answer


def answer_to(returned: object) -> Answer:
    return http_answer(json.dumps(returned).encode())


def test_a_full_answer_keeps_status_headers_cookies_and_bytes() -> None:
    returned = {
        "statusCode": 201,
        "headers": {"Content-Type": "image/png", "X-Count": 3},
        "cookies": ["a=1", "b=2"],
        "body": "iVBORw==",
        "isBase64Encoded": True,
    }
    headers = (
        ("Content-Type", "image/png"),
        ("X-Count", "3"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    )
    assert answer_to(returned) == Answer(201, headers, b"\x89PNG")


@pytest.mark.parametrize(
    ("returned", "body"),
    [({"a": 1}, b'{"a": 1}'), ("words", b"words"), ([1], b"[1]"), (None, b"null")],
)
def test_a_bare_value_is_200_json(returned: object, body: bytes) -> None:
    assert answer_to(returned) == Answer(200, (("content-type", "application/json"),), body)


def test_a_body_without_a_type_is_json_and_no_body_has_no_type() -> None:
    assert answer_to({"statusCode": 200, "body": "{}"}).headers == (
        ("content-type", "application/json"),
    )
    assert answer_to({"statusCode": 204}) == Answer(204, (), b"")


def test_what_frames_the_message_is_left_to_the_server() -> None:
    returned = {"statusCode": 200, "headers": {"Content-Length": "9", "Connection": "x"}}
    assert answer_to(returned).headers == ()


@pytest.mark.parametrize(
    "returned",
    [
        {"statusCode": "many"},
        {"statusCode": None},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": "1\r\nSet-Cookie: b"}},
        {"statusCode": 200, "headers": {"a": "→"}},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
    ],
)
def test_what_no_answer_can_be_made_of_is_an_error(returned: object) -> None:
    with pytest.raises(BadAnswerError):
        answer_to(returned)


def test_a_payload_that_is_not_json_is_an_error() -> None:
    with pytest.raises(BadAnswerError):
        http_answer(b"\xff")
