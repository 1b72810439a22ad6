"""Whole scenes in `make run`: what S3's events, Step Functions and the stages' functions do on AWS.

The API writes an object below `scene-events/`; here it is looked for, there S3 announces it. The
state machine is the file that Terraform deploys. An object stays until its execution has ended, so
that a stack that was stopped resumes.
"""

import json
import logging
import os
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.local.errors import LocalError
from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation
from scripts.local.lambda_runtime.workers import Workers
from scripts.local.s3.server import Objects
from scripts.local.scenes.state_machine import ExecutionError, Json, StateMachine

DEFINITION = Path(__file__).resolve().parents[3] / "terraform" / "scenes.asl.json"
STAGES = ("plan", "block", "seams", "assembly", "failure")

_EVENTS = "scene-events/"
_LOOK_S = 0.5
_TIMEOUT_S = 900
_MEMORY_MB = 3008
_MAX_WORKERS = 4  # each holds up to 0.6 GB

_log = logging.getLogger(__name__)


def definition() -> Json:
    """Return the state machine, its functions named as the stages are."""
    text = DEFINITION.read_text("utf-8")
    for stage in STAGES:
        text = text.replace(f"${{{stage}}}", stage)
    return json.loads(text)


def event_of(bucket: str, key: str) -> Json:
    """Return what the state machine needs of the event that S3 sends to EventBridge."""
    return {"detail": {"bucket": {"name": bucket}, "object": {"key": key}}}


class Scenes:
    """Processes ordered scenes, one after the other, in a thread of its own.

    The workers of the stages start with the first scene.
    """

    def __init__(self, objects: Objects, logs: Path) -> None:
        self._objects, self._logs = objects, logs / "scenes"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._function: Function | None = None
        self._workers: Workers | None = None

    def start(self, function: Function) -> None:
        """Look for scenes from now on; `function` is the API's, whose settings the stages share."""
        count = min(_MAX_WORKERS, os.cpu_count() or 1)
        settings = {
            **function.settings,
            "TESELA_SCENE_CONCURRENCY": str(count),
            "TESELA_THREADS": str(count),  # a small scene has one block, and may use every core
        }
        self._function = replace(
            function,
            handler="tesela.stages.handler",
            timeout_s=_TIMEOUT_S,
            memory_mb=_MEMORY_MB,
            settings=settings,
        )
        self._thread.start()

    def stop(self) -> None:
        """End at once; what is under way resumes with the next start."""
        self._stopping.set()
        self._stop_workers()  # so that the thread hears of it
        if self._thread.ident:
            self._thread.join()
        self._stop_workers()  # which it may have started meanwhile

    def _stop_workers(self) -> None:
        if self._workers:
            self._workers.stop()

    def _watch(self) -> None:
        with closing(self._objects.client()) as client:
            while not self._stopping.wait(_LOOK_S):
                try:
                    self._process_events(client)
                except (BotoCoreError, ClientError, OSError):
                    continue  # S3 is being started again, and the event is still there
                except LocalError as error:
                    _log.warning("Scenes are not processed: %s", error)

    def _process_events(self, client: Any) -> None:
        bucket = self._objects.bucket
        listed = client.list_objects_v2(Bucket=bucket, Prefix=_EVENTS).get("Contents", ())
        for entry in sorted(listed, key=lambda each: each["LastModified"]):
            key, tag = entry["Key"], entry["ETag"]
            self._run(client, key)
            if self._stopping.is_set():
                return
            if client.head_object(Bucket=bucket, Key=key)["ETag"] == tag:  # not started again
                client.delete_object(Bucket=bucket, Key=key)

    def _run(self, client: Any, key: str) -> None:
        bucket = self._objects.bucket
        body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        machine = StateMachine(
            definition(),
            self._invoke(),
            lambda bucket, name: client.get_object(Bucket=bucket, Key=name)["Body"].read(),
        )
        try:
            # The same execution after a restart: it still has its claim.
            machine.run(event_of(bucket, key), f"local {json.loads(body)['token']}", self._stopping)
        except ExecutionError as error:
            _log.warning("%s %s", key, error)

    def _invoke(self) -> Callable[[str, Json], Json]:
        workers = self._started()

        def invoke(_: str, payload: Json) -> Json:
            invocation = Invocation(json.dumps(payload).encode())
            try:
                return json.loads(workers.invoke(invocation))
            except FunctionFailedError as error:
                raise failure_of(str(error)) from error

        return invoke

    def _started(self) -> Workers:
        if self._workers is None:
            assert self._function is not None  # noqa: S101 (set by `start`)
            self._logs.mkdir(mode=0o700, exist_ok=True)
            count = int(self._function.settings["TESELA_SCENE_CONCURRENCY"])
            self._workers = Workers(count, self._logs)
            self._workers.start(self._function)
        return self._workers


def failure_of(message: str) -> ExecutionError:
    """Return a failed invocation as Step Functions names it, from `Type: message`."""
    name, _, cause = message.partition(": ")
    if name == "Runtime exited":
        return ExecutionError("Runtime.ExitError", message)
    if name.isidentifier():
        return ExecutionError(name, cause)
    return ExecutionError("Lambda.Unknown", message)
