import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from scripts.local.errors import WorkerError
from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation
from scripts.local.lambda_runtime.workers import Workers

Start = Callable[..., Workers]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started = []

    def start(function: Function, count: int = 1) -> Workers:
        workers = Workers(count, tmp_path)
        started.append(workers)
        workers.start(function)
        workers.wait_all_ready()
        return workers

    yield start
    for workers in started:
        workers.stop()


def wait_until_asleep(logs: Path) -> None:
    """Return when a worker, whose log is below `logs`, has taken a `sleep`."""
    deadline = time.monotonic() + 10
    while not any("asleep" in log.read_text() for log in logs.glob("worker-*.log")):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def call(workers: Workers, **query: object) -> Any:
    event = {"queryStringParameters": {name: str(value) for name, value in query.items()}}
    return json.loads(workers.invoke(Invocation(json.dumps(event).encode())))


def test_the_function_sees_the_context_and_environment_that_aws_gives(
    start: Start, echo: Function
) -> None:
    workers = start(replace(echo, memory_mb=3008, settings={"TESELA_BUCKET": "b"}))
    invocation = Invocation(b'{"queryStringParameters": {"do": "context"}}')
    seen = json.loads(workers.invoke(invocation))
    assert seen["request_id"] == invocation.request_id
    assert seen["trace"].startswith(invocation.trace_id)
    assert 15_000 < seen["remaining_ms"] <= 20_000
    assert seen["pid"] == workers.running[0].pid
    expected = {
        "AWS_LAMBDA_FUNCTION_NAME": "tesela",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "LAMBDA_TASK_ROOT": str(echo.task_root),
        "POWERTOOLS_SERVICE_NAME": "tesela",
        "TESELA_BUCKET": "b",
    }
    assert expected.items() <= seen["environment"].items()


def test_the_shell_s_own_credentials_do_not_reach_the_function(
    start: Start, echo: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a real one")
    environment = call(start(echo), do="context")["environment"]
    assert "a real one" not in environment.values()


def test_two_requests_run_side_by_side_and_a_third_waits(
    start: Start, echo: Function, tmp_path: Path
) -> None:
    workers, folder = start(echo, count=2), tmp_path / "meeting"
    folder.mkdir()
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(call, workers, do="meet", count=2, folder=folder) for _ in range(3)]
        first, second, third = sorted((done.result() for done in calls), key=itemgetter("began"))
    assert first["pid"] != second["pid"]
    assert third["began"] >= min(first["ended"], second["ended"])


def test_a_worker_that_dies_fails_its_caller_at_once_and_is_replaced(
    start: Start, echo: Function, tmp_path: Path
) -> None:
    workers = start(echo)
    pid = workers.running[0].pid
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(call, workers, do="sleep", seconds=15)
        wait_until_asleep(tmp_path)
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        with pytest.raises(FunctionFailedError, match="signal 9"):
            slow.result(5)
    assert time.monotonic() - killed < 5  # of the fifteen that it would sleep
    assert call(workers, do="context")["pid"] != pid


def test_a_function_over_its_time_is_killed_and_replaced(start: Start, echo: Function) -> None:
    workers = start(replace(echo, timeout_s=0.5))
    pid = workers.running[0].pid
    with pytest.raises(FunctionFailedError, match=r"Task timed out after 0\.50 seconds"):
        call(workers, do="sleep", seconds=15)
    assert call(workers, do="context")["pid"] != pid


def test_a_function_that_raises_fails_its_caller_and_lives_on(start: Start, echo: Function) -> None:
    workers = start(echo)
    pid = workers.running[0].pid
    with pytest.raises(FunctionFailedError, match="ValueError: as asked"):
        call(workers, do="fail")
    assert call(workers, do="context")["pid"] == pid


def test_an_answer_over_six_mebibytes_fails_and_one_below_passes(
    start: Start, echo: Function
) -> None:
    workers = start(echo)
    assert len(call(workers, do="bytes", size=6_291_000)["body"]) == 6_291_000
    with pytest.raises(FunctionFailedError, match="6291556 bytes"):
        call(workers, do="bytes", size=6_291_556)
    assert call(workers, do="bytes", size=1)["body"] == "x"


def test_a_function_that_does_not_load_is_said_at_the_start(start: Start, echo: Function) -> None:
    with pytest.raises(WorkerError, match=r"No module named 'nothing'"):
        start(replace(echo, handler="nothing.handler"))


def test_stopping_tells_those_who_still_wait(start: Start, echo: Function, tmp_path: Path) -> None:
    workers = start(echo)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(call, workers, do="sleep", seconds=15) for _ in range(2)]
        wait_until_asleep(tmp_path)
        workers.stop()
        for pending in calls:
            with pytest.raises(FunctionFailedError):
                pending.result(5)
