"""What `make run` does with ordered scenes when S3 or the stack itself is stopped."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation
from scripts.local.s3.server import Objects
from scripts.local.scenes import runner
from scripts.local.scenes.runner import Scenes

EVENT = "scene-events/1.json"


@dataclass
class Workers:
    """Answers for the stages' functions."""

    answer: Callable[[dict[str, Any]], Any]
    calls: list[str] = field(default_factory=list)
    executions: list[str] = field(default_factory=list)
    stopped: bool = False

    def start(self, function: Function) -> None:
        assert function.handler == "tesela.stages.handler"

    def invoke(self, invocation: Invocation) -> bytes:
        event = json.loads(invocation.event)
        self.calls.append(event["stage"])
        self.executions += [event["execution"]] if "execution" in event else []
        return json.dumps(self.answer(event)).encode()

    def stop(self) -> None:
        self.stopped = True


def plan_and_nothing_else(event: dict[str, Any]) -> Any:
    return {"blocks": ""} if event["stage"] == "plan" else {"expected": True}


@pytest.fixture(scope="module")
def objects(data_dir: Path) -> Iterator[Objects]:
    server = Objects(data_dir, data_dir / "logs")
    server.start()
    yield server
    server.stop()


def start(
    objects: Objects, logs: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> Scenes:
    monkeypatch.setattr(runner, "_LOOK_S", 0.01)
    monkeypatch.setattr(runner, "Workers", lambda *_: workers)
    scenes = Scenes(objects, logs)
    scenes.start(Function(logs))
    return scenes


def order(objects: Objects, token: str) -> None:
    client = objects.client()
    body = json.dumps({"token": token}).encode()
    client.put_object(Bucket=objects.bucket, Key=EVENT, Body=body)
    client.close()


def events(objects: Objects) -> list[str]:
    client = objects.client()
    listed = client.list_objects_v2(Bucket=objects.bucket, Prefix="scene-events/")
    client.close()
    return [entry["Key"] for entry in listed.get("Contents", [])]


def wait_until(holds: Callable[[], bool]) -> None:
    """A minute, for a machine that is busy with other tests."""
    tick = threading.Event()
    for _ in range(3000):
        if holds():
            return
        tick.wait(0.02)
    raise AssertionError("It never held.")


def test_an_event_goes_once_its_execution_has_ended(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(plan_and_nothing_else)
    scenes = start(objects, tmp_path, workers, monkeypatch)
    order(objects, "a")
    wait_until(lambda: events(objects) == [])
    scenes.stop()
    assert (workers.calls, workers.executions) == (["plan"], ["local a"])
    assert workers.stopped


def test_a_scene_that_is_started_again_meanwhile_runs_again(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def restart(event: dict[str, Any]) -> Any:
        if len(workers.executions) == 1:
            order(objects, "b")
        return plan_and_nothing_else(event)

    workers = Workers(restart)
    scenes = start(objects, tmp_path, workers, monkeypatch)
    order(objects, "a")
    wait_until(lambda: events(objects) == [])
    scenes.stop()
    assert workers.executions == ["local a", "local b"]


def test_a_stack_that_is_stopped_resumes_the_same_execution(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def hang(_: dict[str, Any]) -> Any:
        begun.set()
        wait_until(lambda: workers.stopped)
        raise FunctionFailedError("The stack is stopping.")

    workers = Workers(hang)
    scenes = start(objects, tmp_path, workers, monkeypatch)
    order(objects, "a")
    assert begun.wait(60)
    scenes.stop()
    assert events(objects) == [EVENT]
    assert workers.calls == ["plan"]  # and no failure was recorded
    again = Workers(plan_and_nothing_else)
    scenes = start(objects, tmp_path, again, monkeypatch)
    wait_until(lambda: events(objects) == [])
    scenes.stop()
    assert again.executions == workers.executions == ["local a"]


def test_scenes_wait_while_s3_is_down(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(plan_and_nothing_else)
    objects.stop()
    scenes = start(objects, tmp_path, workers, monkeypatch)
    objects.start()
    order(objects, "a")
    wait_until(lambda: events(objects) == [])
    scenes.stop()
    assert workers.calls == ["plan"]


def test_what_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    Scenes(cast(Objects, None), tmp_path).stop()
