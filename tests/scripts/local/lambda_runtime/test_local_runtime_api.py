import http.client
import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage, HTTPResponse

import pytest

from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation, InvocationQueue
from scripts.local.lambda_runtime.runtime_api import RESPONSE_LIMIT, RuntimeApi

RUNTIME = "/2018-06-01/runtime"


@pytest.fixture
def queue() -> InvocationQueue:
    return InvocationQueue()


@pytest.fixture
def api(queue: InvocationQueue) -> Iterator[RuntimeApi]:
    server = RuntimeApi(queue, timeout_s=20, on_timeout=lambda: None)
    server.start()
    yield server
    server.abandon("The test is over.")


@pytest.fixture
def runtime(api: RuntimeApi) -> Iterator[HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    yield connection
    connection.close()


def ask(
    runtime: HTTPConnection, method: str, path: str, body: bytes | str | None = None
) -> tuple[HTTPResponse, bytes]:
    runtime.request(method, RUNTIME + path, body)
    response = runtime.getresponse()
    return response, response.read()


def take(
    runtime: HTTPConnection, queue: InvocationQueue, event: bytes = b"{}"
) -> tuple[Invocation, HTTPMessage]:
    queue.put(invocation := Invocation(event))
    response, body = ask(runtime, "GET", "/invocation/next")
    assert body == event
    return invocation, response.headers


def test_next_carries_the_event_and_the_documented_headers(
    runtime: HTTPConnection, queue: InvocationQueue
) -> None:
    invocation, headers = take(runtime, queue, b'{"n": 1}')
    assert headers["Lambda-Runtime-Aws-Request-Id"] == invocation.request_id
    assert headers["Lambda-Runtime-Trace-Id"] == f"{invocation.trace_id};Sampled=0"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"].endswith(":function:tesela")
    assert int(headers["Lambda-Runtime-Deadline-Ms"]) > 1_700_000_000_000


def test_a_response_reaches_the_caller(runtime: HTTPConnection, queue: InvocationQueue) -> None:
    invocation, _ = take(runtime, queue)
    path = f"/invocation/{invocation.request_id}/response"
    assert ask(runtime, "POST", path, b'"done"')[0].status == 202
    assert invocation.answer.result(5) == b'"done"'


def test_an_error_reaches_the_caller(runtime: HTTPConnection, queue: InvocationQueue) -> None:
    invocation, _ = take(runtime, queue)
    error = json.dumps({"errorType": "KeyError", "errorMessage": "x"})
    ask(runtime, "POST", f"/invocation/{invocation.request_id}/error", error)
    with pytest.raises(FunctionFailedError, match="KeyError: x"):
        invocation.answer.result(5)


def test_an_answer_to_an_invocation_that_is_not_held_is_refused(
    runtime: HTTPConnection, queue: InvocationQueue
) -> None:
    invocation, _ = take(runtime, queue)
    assert ask(runtime, "POST", "/invocation/another/response", b"1")[0].status == 400
    path = f"/invocation/{invocation.request_id}/response"
    assert [ask(runtime, "POST", path, b"1")[0].status for _ in range(2)] == [202, 400]


def test_an_answer_over_the_limit_is_413_to_the_runtime_and_a_failure_to_the_caller(
    runtime: HTTPConnection, queue: InvocationQueue
) -> None:
    invocation, _ = take(runtime, queue)
    path = f"/invocation/{invocation.request_id}/response"
    response, body = ask(runtime, "POST", path, bytes(RESPONSE_LIMIT + 1))
    assert response.status == 413
    assert json.loads(body)["errorType"] == "RequestEntityTooLarge"
    with pytest.raises(FunctionFailedError, match="6291556"):
        invocation.answer.result(5)


def test_a_runtime_that_dies_while_it_waits_loses_nothing(
    api: RuntimeApi, runtime: HTTPConnection, queue: InvocationQueue
) -> None:
    runtime.request("GET", f"{RUNTIME}/invocation/next")
    assert api.ready.wait(5)
    runtime.sock.close()
    runtime.close()
    second = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    try:
        take(second, queue)
    finally:
        second.close()


def test_a_runtime_that_is_gone_for_good_fails_what_it_held(
    api: RuntimeApi, runtime: HTTPConnection, queue: InvocationQueue
) -> None:
    invocation, _ = take(runtime, queue)
    api.abandon("Runtime exited")
    with pytest.raises(FunctionFailedError, match="Runtime exited"):
        invocation.answer.result(0)


def test_time_runs_out_once_and_a_late_answer_is_refused(queue: InvocationQueue) -> None:
    over = threading.Event()
    api = RuntimeApi(queue, timeout_s=0.05, on_timeout=over.set)
    api.start()
    runtime = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    try:
        invocation, _ = take(runtime, queue)
        with pytest.raises(FunctionFailedError, match=r"timed out after 0\.05 seconds"):
            invocation.answer.result(5)
        assert over.is_set()
        path = f"/invocation/{invocation.request_id}/response"
        assert ask(runtime, "POST", path, b"1")[0].status == 400
    finally:
        runtime.close()
        api.abandon("The test is over.")


def test_a_failed_start_is_noted(api: RuntimeApi, runtime: HTTPConnection) -> None:
    error = json.dumps({"errorType": "ImportError", "errorMessage": "no module"})
    assert ask(runtime, "POST", "/init/error", error)[0].status == 202
    assert api.init_error == "ImportError: no module"


def test_an_unknown_path_is_404(runtime: HTTPConnection) -> None:
    assert ask(runtime, "GET", "/nothing")[0].status == 404
