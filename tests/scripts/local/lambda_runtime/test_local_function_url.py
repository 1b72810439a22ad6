import base64
import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from scripts.local.lambda_runtime.function_url import REQUEST_LIMIT, FunctionUrl
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation, ThrottledError

# The event around an empty body, and what base64 makes of n bytes, leave room for this many.
LARGEST_BINARY = (REQUEST_LIMIT - 1500) // 4 * 3


class FakeFunction:
    """Answers with `returned`, or fails; keeps the events it was called with."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.returned: object = {"statusCode": 200, "body": "ok"}
        self.failure = ""
        self.throttled = False

    def __call__(self, invocation: Invocation) -> bytes:
        self.events.append(json.loads(invocation.event))
        if self.throttled:
            raise ThrottledError
        if self.failure:
            raise FunctionFailedError(self.failure)
        return json.dumps(self.returned).encode()


@pytest.fixture
def function() -> FakeFunction:
    return FakeFunction()


@pytest.fixture
def url(function: FakeFunction) -> Iterator[FunctionUrl]:
    server = FunctionUrl(0, function)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(url: FunctionUrl) -> Iterator[HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=10)
    yield connection
    connection.close()


def ask(
    client: HTTPConnection,
    method: str = "GET",
    path: str = "/",
    body: Iterable[bytes] | bytes | str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[HTTPResponse, bytes]:
    client.request(method, path, body, headers or {})
    response = client.getresponse()
    return response, response.read()


def raw(url: FunctionUrl, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", url.port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_one_connection_serves_many_requests(
    client: HTTPConnection, function: FakeFunction
) -> None:
    for path in ("/1", "/2", "/3"):
        response, body = ask(client, path=path)
        assert (response.status, body) == (200, b"ok")
    assert [event["rawPath"] for event in function.events] == ["/1", "/2", "/3"]


def test_every_answer_names_the_request_that_the_function_saw(
    client: HTTPConnection, function: FakeFunction
) -> None:
    response, _ = ask(client)
    event = function.events[0]
    assert response.headers["x-amzn-RequestId"] == event["requestContext"]["requestId"]
    assert response.headers["X-Amzn-Trace-Id"] == event["headers"]["x-amzn-trace-id"]


def test_a_failed_function_is_502_in_the_service_s_words(
    client: HTTPConnection, function: FakeFunction
) -> None:
    function.failure = "ValueError: no"
    response, body = ask(client)
    assert (response.status, body) == (502, b"Internal Server Error")


def test_an_unusable_answer_is_502(client: HTTPConnection, function: FakeFunction) -> None:
    function.returned = {"statusCode": "many"}
    assert ask(client)[0].status == 502


def test_head_answers_the_length_without_the_body(
    client: HTTPConnection, function: FakeFunction
) -> None:
    response, body = ask(client, "HEAD")
    assert (response.status, response.headers["Content-Length"], body) == (200, "2", b"")
    assert ask(client)[1] == b"ok"


def test_a_204_has_no_body_and_the_connection_goes_on(
    client: HTTPConnection, function: FakeFunction
) -> None:
    function.returned = {"statusCode": 204}
    response, body = ask(client, "DELETE")
    assert (response.status, response.headers["Content-Length"], body) == (204, None, b"")
    assert ask(client)[0].status == 204


def test_options_reach_the_function(client: HTTPConnection, function: FakeFunction) -> None:
    ask(client, "OPTIONS")
    assert function.events[0]["requestContext"]["http"]["method"] == "OPTIONS"


def test_a_chunked_body_arrives_whole(client: HTTPConnection, function: FakeFunction) -> None:
    ask(client, "POST", body=iter([b"II*\0", b"rest"]), headers={"Content-Type": "image/tiff"})
    assert base64.b64decode(function.events[0]["body"]) == b"II*\0rest"


def test_a_binary_body_counts_as_base64(client: HTTPConnection, function: FakeFunction) -> None:
    largest = bytes(LARGEST_BINARY)
    assert ask(client, "POST", body=largest)[0].status == 200
    response, body = ask(client, "POST", body=largest + bytes(2000))
    assert response.status == 413
    assert b"6291456 bytes" in body
    assert len(function.events) == 1


def test_a_body_over_six_mebibytes_gets_its_413_although_it_is_not_read(
    client: HTTPConnection, function: FakeFunction
) -> None:
    response, _ = ask(client, "POST", body=bytes(20 << 20))
    assert response.status == 413
    assert function.events == []


def test_a_text_may_be_larger_than_a_binary_body(client: HTTPConnection) -> None:
    text = b"x" * (LARGEST_BINARY + 100_000)
    assert ask(client, "POST", body=text, headers={"Content-Type": "text/plain"})[0].status == 200


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: -1",
        "Content-Length: x",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_hostile_length_is_400_and_the_connection_ends(
    url: FunctionUrl, function: FakeFunction, framing: str
) -> None:
    answer = raw(url, f"POST / HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\nab".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert function.events == []


def test_a_client_that_vanishes_in_its_body_harms_nobody(
    url: FunctionUrl, client: HTTPConnection, function: FakeFunction
) -> None:
    with socket.create_connection(("127.0.0.1", url.port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab")
    assert ask(client, path="/after")[0].status == 200
    assert [event["rawPath"] for event in function.events] == ["/after"]


def test_continue_is_said_before_the_body_and_not_to_one_that_is_too_large(
    url: FunctionUrl,
) -> None:
    ask_first = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", url.port), timeout=10) as connection:
        connection.sendall(ask_first.format(2).encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert raw(url, ask_first.format(REQUEST_LIMIT + 1).encode()).startswith(b"HTTP/1.1 413 ")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(("size", "status"), [(4_000_000, "200"), (7_000_000, "413")])
def test_curl_does_not_wait_for_a_continue_that_never_comes(
    url: FunctionUrl, tmp_path: Path, size: int, status: str
) -> None:
    file = tmp_path / "image.tif"
    file.write_bytes(bytes(size))
    # By itself curl waits one second for the 100, then sends: too patient a limit would hide that.
    command = ["curl", "-s", "-m", "10", "--expect100-timeout", "9", "-o", str(tmp_path / "answer")]
    command += ["-w", "%{http_code} %{time_total}", "--data-binary", f"@{file}", url.url]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    answered, seconds = result.stdout.split()
    assert answered == status
    assert float(seconds) < 5


def test_who_comes_when_too_many_wait_is_asked_to_come_again(
    client: HTTPConnection, function: FakeFunction
) -> None:
    function.throttled = True
    response, body = ask(client)
    assert (response.status, response.headers["Retry-After"]) == (429, "1")
    assert json.loads(body) == {"Message": "Rate Exceeded."}
    function.throttled = False
    assert ask(client)[0].status == 200
