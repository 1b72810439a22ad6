"""The interpreter of `make run` on the state machine that Terraform deploys."""

import copy
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from scripts.local.scenes.runner import DEFINITION, STAGES, definition, event_of, failure_of
from scripts.local.scenes.state_machine import DefinitionError, ExecutionError, StateMachine

WINDOWS = [[0, 0, 512, 512], [0, 512, 512, 88], [512, 0, 188, 512]]
EVENT = event_of("bucket", "scene-events/1.json")
PLAN = {"blocks": "scene-work/1/blocks.json", "concurrency": 2}
CALLED_BY_DEFAULT = ["plan", "block", "block", "block", "seams", "assembly"]

Stage = Callable[[Mapping[str, Any]], Any]


class Functions:
    """The stages' functions: what they were called with, and what a test lets them do."""

    def __init__(self, **stages: Stage) -> None:
        self.stages, self.calls = stages, list[Mapping[str, Any]]()
        self._lock = threading.Lock()

    def invoke(self, name: str, payload: Mapping[str, Any]) -> Any:
        with self._lock:
            self.calls.append(payload)
        assert payload["stage"] == name
        assert payload["key"] == "scene-events/1.json"
        by_default: dict[str, Any] = {"plan": PLAN, "failure": {"expected": True}}
        stage = self.stages.get(name)
        return stage(payload) if stage else by_default.get(name, {})

    @property
    def names(self) -> list[str]:
        return [str(call["stage"]) for call in self.calls]


def run(functions: Functions, machine: Mapping[str, Any] | None = None) -> list[float]:
    """Run an execution; returns the pauses between attempts."""
    pauses = list[float]()
    StateMachine(
        machine or definition(),
        functions.invoke,
        lambda bucket, key: (
            json.dumps(WINDOWS).encode() * ((bucket, key) == ("bucket", PLAN["blocks"]))
        ),
        lambda _, seconds: pauses.append(seconds),
    ).run(EVENT, "execution-1")
    return pauses


def failing(error: str, times: int = 99) -> Stage:
    left = iter(range(times))

    def stage(_: Mapping[str, Any]) -> Any:
        for _attempt in left:
            raise ExecutionError(error, "the cause")
        return {}

    return stage


def test_moto_s_parser_of_step_functions_takes_the_state_machine() -> None:
    text = DEFINITION.read_text("utf-8")
    for stage in STAGES:
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:tesela-{stage}"
        text = text.replace(f"${{{stage}}}", arn)
    assert "${" not in text
    AmazonStateLanguageParser.parse(text)
    with pytest.raises(Exception, match="Nex"):
        AmazonStateLanguageParser.parse(text.replace('"Next": "Seams"', '"Nex": "Seams"'))


def test_the_stages_run_in_their_order_each_with_its_input() -> None:
    functions = Functions()
    assert run(functions) == []
    assert functions.names == CALLED_BY_DEFAULT
    assert functions.calls[0]["execution"] == "execution-1"
    assert sorted(call["window"] for call in functions.calls[1:4]) == WINDOWS


def test_where_there_is_nothing_to_do_nothing_is_done() -> None:
    functions = Functions(plan=lambda _: {"blocks": ""})
    run(functions)
    assert functions.names == ["plan"]


def test_no_more_blocks_run_at_once_than_the_plan_says() -> None:
    inside, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(2)

    def block(call: Mapping[str, Any]) -> None:
        nonlocal inside, most
        with lock:
            inside, most = inside + 1, max(most, inside + 1)
        if call["window"] != WINDOWS[2]:
            together.wait(timeout=10)  # the first two do run at once
        with lock:
            inside -= 1

    run(Functions(block=block))
    assert most == 2


def test_what_may_pass_is_tried_again_with_growing_pauses() -> None:
    functions = Functions(seams=failing("StorageUnavailableError", times=6))
    pauses = run(functions)
    assert functions.names.count("seams") == 7
    assert functions.names[-1] == "assembly"
    assert len(pauses) == 6
    assert all(0 <= pause <= 2 * 2**tried for tried, pause in enumerate(pauses))


def test_a_call_that_lambda_throttles_waits_as_long_as_other_scenes_take() -> None:
    functions = Functions(block=failing("Lambda.TooManyRequestsException", times=100))
    pauses = run(functions)
    assert functions.names.count("block") == 103
    assert functions.names[-1] == "assembly"
    assert 30 < max(pauses) <= 60  # seconds; drawn at random, so that they do not come together


def test_a_killed_block_is_tried_once_more() -> None:
    once = Functions(block=failing("Runtime.ExitError", times=1))
    run(once)
    assert once.names.count("block") == 4
    assert once.names[-1] == "assembly"
    always = Functions(block=failing("Runtime.ExitError"))
    run(always)
    assert "seams" not in always.names
    assert always.calls[-1]["error"]["Error"] == "States.ExceedToleratedFailureThreshold"
    assert "Runtime.ExitError: the cause" in always.calls[-1]["error"]["Cause"]


@pytest.mark.parametrize("stage", ["plan", "block", "seams", "assembly"])
def test_a_failure_of_any_stage_is_recorded_and_one_for_no_fault_of_the_scene_fails(
    stage: str,
) -> None:
    functions = Functions(**{stage: failing("CorruptImageError")})
    assert run(functions) == []
    assert functions.names[-1] == "failure"
    functions.stages["failure"] = lambda _: {"expected": False}
    with pytest.raises(ExecutionError) as failed:
        run(functions)
    assert failed.value.error == "SceneFailed"


def test_a_failure_that_cannot_be_recorded_at_first_is_recorded_later() -> None:
    functions = Functions(plan=failing("CorruptImageError"))
    attempts = failing("StorageUnavailableError", times=2)
    functions.stages["failure"] = lambda call: attempts(call) or {"expected": True}
    assert len(run(functions)) == 2


def test_an_execution_that_is_stopped_begins_no_other_state() -> None:
    stopped = threading.Event()
    functions = Functions(seams=lambda _: stopped.set())
    machine = StateMachine(definition(), functions.invoke, lambda *_: json.dumps(WINDOWS).encode())
    with pytest.raises(ExecutionError, match="Aborted"):
        machine.run(EVENT, "execution-1", stopped)
    assert functions.names == CALLED_BY_DEFAULT[:-1]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    machine = copy.deepcopy(definition())
    change(machine)
    return dict(machine)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["States"]["Seams"].update(HeartbeatSeconds=5),
        lambda m: m["States"]["Seams"].update(InputPath="$.x"),
        lambda m: m["States"]["Seams"].update(Type="Wait"),
        lambda m: m["States"]["Seams"].update(ResultPath="$.a.b"),
        lambda m: m["States"]["Seams"].update(Next="Nowhere"),
        lambda m: m["States"]["Seams"]["Retry"][0].update(ErrorNotEquals=["x"]),
        lambda m: m["States"]["Seams"]["Parameters"].update({"x.$": "States.Format('a')"}),
        lambda m: m["States"]["Seams"]["Parameters"].update(x={"y.$": "$.z"}),
        lambda m: m["States"]["Blocks"].update(ToleratedFailurePercentage=5),
        lambda m: m["States"]["Blocks"]["ItemReader"].update(
            Resource="arn:aws:states:::s3:listObjectsV2"
        ),
        lambda m: m["States"]["Blocks"]["ItemProcessor"]["States"]["Block"].update(Type="Wait"),
        lambda m: m["States"]["Was it expected?"]["Choices"][0].update(IsPresent=True),
        lambda m: m.update(QueryLanguage="JSONata"),
    ],
)  # fmt: skip
def test_what_the_interpreter_does_not_know_it_refuses(
    change: Callable[[dict[str, Any]], object],
) -> None:
    with pytest.raises(DefinitionError):
        StateMachine(changed(change), lambda *_: None, lambda *_: b"")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("StorageUnavailableError: S3 answered SlowDown.", "StorageUnavailableError"),
        ("Runtime exited: signal 9", "Runtime.ExitError"),
        ("Task timed out after 900.00 seconds", "Lambda.Unknown"),
        ("The stack is stopping.", "Lambda.Unknown"),
    ],
)
def test_failures_of_a_worker_have_the_names_of_step_functions(message: str, error: str) -> None:
    assert failure_of(message).error == error
