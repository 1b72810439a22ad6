"""A state machine of Amazon States Language, as far as `terraform/scenes.asl.json` uses it.

What it does not know it refuses when it is made, so that the file cannot mean one thing here and
another on AWS. https://states-language.net/spec.html
"""

import json
import random
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from scripts.local.errors import LocalError

Json = Any
# Calls a function: its name and its input.
Invoke = Callable[[str, Json], Json]
ReadObject = Callable[[str, str], bytes]  # by bucket and key

_ANY = "States.ALL"
_MAP_FAILED = "States.ExceedToleratedFailureThreshold"
_PATH = re.compile(r"\$(\.[A-Za-z_]\w*)*")
_COMMON = {"Type", "Comment", "Next", "End"}
_RETRIED = {"Retry", "Catch", "ResultPath"}
_FIELDS = {
    "Task": _COMMON | _RETRIED | {"Resource", "Parameters", "TimeoutSeconds"},
    "Map": _COMMON
    | _RETRIED
    | {"ItemReader", "ItemSelector", "ItemProcessor", "MaxConcurrencyPath"},
    "Choice": {"Type", "Comment", "Choices", "Default"},
    "Succeed": {"Type", "Comment"},
    "Fail": {"Type", "Comment", "Error", "Cause"},
}
_TOP = {"Comment", "StartAt", "States", "TimeoutSeconds", "ProcessorConfig"}
_RULES = {"StringEquals", "BooleanEquals"}
_RETRY = {
    *("ErrorEquals", "IntervalSeconds", "BackoffRate"),
    *("MaxDelaySeconds", "MaxAttempts", "JitterStrategy"),
}
_CATCH = {"ErrorEquals", "ResultPath", "Next"}
_READER = {
    "Resource": "arn:aws:states:::s3:getObject",
    "ReaderConfig": {"InputType": "JSON"},
}


class DefinitionError(LocalError):
    """The state machine uses what is not implemented here, or is broken."""


class ExecutionError(Exception):
    """A state failed, with an error's name and cause as Step Functions knows them."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@dataclass(frozen=True, slots=True)
class _Run:
    """One execution: what `$$` stands for, and whether it is to end."""

    context: Mapping[str, Json]
    stopped: threading.Event

    def of_item(self, value: Json) -> "_Run":
        return _Run({**self.context, "Map": {"Item": {"Value": value}}}, self.stopped)


class StateMachine:
    """Runs executions; any number of them at once."""

    def __init__(
        self,
        definition: Mapping[str, Json],
        invoke: Invoke,
        read_object: ReadObject,
        pause: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        """Check a definition.

        Args:
            definition: As JSON holds it.
            invoke: Calls the function that a task's `Resource` names; raises ExecutionError.
            read_object: Reads what a map's `ItemReader` names.
            pause: Waits so many seconds before a state is tried again, or until the event is set.

        Raises:
            DefinitionError: It uses what is not implemented here.
        """
        _check_machine(definition)
        self._definition = definition
        self._invoke, self._read_object, self._pause = invoke, read_object, pause

    def run(self, value: Json, execution: str, stopped: threading.Event | None = None) -> Json:
        """Run an execution from an input to its output.

        Args:
            value: The input.
            execution: Its id, `$$.Execution.Id`.
            stopped: Once it is set, no further state begins.

        Raises:
            ExecutionError: The execution failed; `States.Aborted` where it was stopped.
        """
        run = _Run({"Execution": {"Id": execution}}, stopped or threading.Event())
        return self._states(self._definition, value, run)

    def _states(self, machine: Mapping[str, Json], value: Json, run: _Run) -> Json:
        name: str | None = machine["StartAt"]
        while name is not None:
            if run.stopped.is_set():
                raise ExecutionError("States.Aborted")
            name, value = self._state(machine["States"][name], value, run)
        return value

    def _state(self, state: Mapping[str, Json], value: Json, run: _Run) -> tuple[str | None, Json]:
        """Run a state; return the name of the next one, None at the end, and its input."""
        match state["Type"]:
            case "Succeed":
                return None, value
            case "Fail":
                raise ExecutionError(state["Error"], state["Cause"])
            case "Choice":
                return _chosen(state, value), value
        work = self._task if state["Type"] == "Task" else self._map
        try:
            result = self._retried(state, lambda: work(state, value, run), run.stopped)
        except ExecutionError as error:
            catcher = _matching(state.get("Catch", ()), error.error)
            if catcher is None or run.stopped.is_set():
                raise
            report = {"Error": error.error, "Cause": error.cause}
            return catcher["Next"], _placed(report, catcher.get("ResultPath", "$"), value)
        return state.get("Next"), _placed(result, state.get("ResultPath", "$"), value)

    def _retried(
        self, state: Mapping[str, Json], work: Callable[[], Json], stopped: threading.Event
    ) -> Json:
        counts: dict[int, int] = {}
        while True:
            try:
                return work()
            except ExecutionError as error:
                retrier = _matching(state.get("Retry", ()), error.error)
                tried = counts.get(id(retrier), 0)
                if retrier is None or stopped.is_set() or tried >= retrier.get("MaxAttempts", 3):
                    raise
                counts[id(retrier)] = tried + 1
                self._pause(stopped, _pause_s(retrier, tried))

    def _task(self, state: Mapping[str, Json], value: Json, run: _Run) -> Json:
        payload = _filled(state["Parameters"], value, run) if "Parameters" in state else value
        return self._invoke(state["Resource"], payload)

    def _map(self, state: Mapping[str, Json], value: Json, run: _Run) -> list[Json]:
        """Run the items side by side; the first one that fails ends the others."""
        where = _filled(state["ItemReader"]["Parameters"], value, run)
        items = json.loads(self._read_object(where["Bucket"], where["Key"]))
        failed = threading.Event()

        def one(item: Json) -> Json:
            if failed.is_set():
                return None
            inside = run.of_item(item)
            selected = _filled(state["ItemSelector"], value, inside)
            return self._states(state["ItemProcessor"], selected, inside)

        with ThreadPoolExecutor(int(_at(state["MaxConcurrencyPath"], value, run))) as pool:
            futures = [pool.submit(one, item) for item in items]
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            failed.set()
        errors = [error for future in done if (error := future.exception())]
        for error in errors:
            raise ExecutionError(_MAP_FAILED, str(error)) from error
        return [future.result() for future in futures]


def _chosen(state: Mapping[str, Json], value: Json) -> str:
    for choice in state["Choices"]:
        (rule,) = _RULES & set(choice)
        found = _at(choice["Variable"], value, _Run({}, threading.Event()))
        if type(found) is type(choice[rule]) and found == choice[rule]:
            return str(choice["Next"])
    return str(state["Default"])


def _matching(handlers: Sequence[Mapping[str, Json]], error: str) -> Mapping[str, Json] | None:
    return next((each for each in handlers if {error, _ANY} & set(each["ErrorEquals"])), None)


def _pause_s(retrier: Mapping[str, Json], tried: int) -> float:
    longest = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** tried
    longest = min(longest, retrier.get("MaxDelaySeconds", longest))
    full = retrier.get("JitterStrategy") == "FULL"
    return random.uniform(0, longest) if full else longest  # noqa: S311 (no secret)


def _filled(template: Json, value: Json, run: _Run) -> Json:
    """Return a payload template with the values that its paths name."""
    if not isinstance(template, Mapping):
        return template
    return {
        name.removesuffix(".$"): _at(item, value, run)
        if name.endswith(".$")
        else _filled(item, value, run)
        for name, item in template.items()
    }


def _at(path: str, value: Json, run: _Run) -> Json:
    """Return what a reference path names in a state's input or, from `$$` on, in the context."""
    found = run.context if path.startswith("$$") else value
    for name in path.removeprefix("$").split(".")[1:]:
        if not isinstance(found, Mapping) or name not in found:
            raise ExecutionError("States.ParameterPathFailure", f"{path} is not there.")
        found = found[name]
    return found


def _placed(result: Json, path: str | None, value: Json) -> Json:
    """Return a state's output: its result, its input, or the input with the result in it."""
    if path is None:
        return value
    if path == "$":
        return result
    return {**value, path.removeprefix("$."): result}


def _check_machine(machine: Mapping[str, Json]) -> None:
    _check_fields("the state machine", machine, _TOP)
    for name, state in machine["States"].items():
        fields = _FIELDS.get(state.get("Type"))
        if fields is None:
            raise DefinitionError(
                f"{name}: states of type {state.get('Type')} are not implemented."
            )
        _check_fields(name, state, fields)
        _check_parts(name, state)
        if {"Parameters", "ItemSelector"} & set(state):
            _check_template(name, state.get("Parameters", state.get("ItemSelector")))
        if state["Type"] == "Map":
            _check_map(name, state)
    for follower in _followers(machine):
        if follower not in machine["States"]:
            raise DefinitionError(f"There is no state {follower!r}.")


def _check_parts(name: str, state: Mapping[str, Json]) -> None:
    for part, known in (("Retry", _RETRY), ("Catch", _CATCH)):
        for entry in state.get(part, ()):
            _check_fields(f"{part} of {name}", entry, known)
    for choice in state.get("Choices", ()):
        _check_fields(f"a choice of {name}", choice, {"Variable", "Next", *_RULES})
    paths = [state.get("ResultPath"), state.get("MaxConcurrencyPath")]
    paths += [each.get("Variable") for each in state.get("Choices", ())]
    for path in filter(None, paths):
        _check_path(name, path)
    if (state.get("ResultPath") or "$").count(".") > 1:
        raise DefinitionError(f"{name}: only a ResultPath of one name is implemented.")


def _check_map(name: str, state: Mapping[str, Json]) -> None:
    reader = {part: item for part, item in state["ItemReader"].items() if part != "Parameters"}
    if reader != _READER:
        raise DefinitionError(f"{name}: only a JSON object of S3 can be read, by {_READER}.")
    _check_template(name, state["ItemReader"]["Parameters"])
    _check_machine(state["ItemProcessor"])


def _check_template(name: str, template: Mapping[str, Json]) -> None:
    for field, item in template.items():
        if field.endswith(".$"):
            _check_path(name, item.removeprefix("$") if item.startswith("$$") else item)
        elif not isinstance(item, str | int | float | bool | None):
            raise DefinitionError(f"{name}: {field} has parts, which are not implemented.")


def _check_path(name: str, path: str) -> None:
    if not _PATH.fullmatch(path):
        raise DefinitionError(f"{name}: the path {path} is not implemented.")


def _check_fields(name: str, part: Mapping[str, Json], known: set[str]) -> None:
    unknown = sorted(set(part) - known)
    if unknown:
        raise DefinitionError(f"{name}: {', '.join(unknown)} is not implemented.")


def _followers(machine: Mapping[str, Json]) -> list[str]:
    """Return every name that a state machine refers to."""
    names = [machine["StartAt"]]
    for state in machine["States"].values():
        parts = [state, *state.get("Catch", ()), *state.get("Choices", ())]
        names += [part["Next"] for part in parts if "Next" in part]
        names += [state["Default"]] if "Default" in state else []
    return names
