"""The functions that were deployed to moto, run as they were configured: real runtime clients.

Taken as deployed: handler, environment, memory, timeout. Put in their place: where AWS and the
database are, and the code, which moto does not unpack from an image.
"""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.local.http.server import Connection, HttpServer
from scripts.local.lambda_runtime.function import Function, aws_settings
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation
from scripts.local.lambda_runtime.workers import Workers

ROOT = Path(__file__).parents[2]


class Functions:
    """`database_url`: of whom `login=iam` logs in, in the place of RDS."""

    def __init__(
        self, endpoint: str, configuration: Callable[[str], dict[str, Any]], logs: Path
    ) -> None:
        self.database_url = ""
        self.named_credentials = False  # each function calls AWS by its own name, which moto notes
        self.broken: set[str] = set()  # images whose functions fail at every call
        self._endpoint, self._configuration, self._logs = endpoint, configuration, logs
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Function, Workers]] = {}

    def invoke(self, name: str, invocation: Invocation) -> bytes:
        about = self._configuration(name)
        if about.get("ImageUri") in self.broken:
            raise FunctionFailedError("Runtime.InvalidEntrypoint: the image has no such program")
        return self._workers(name, about).invoke(invocation)

    def log(self, name: str) -> str:
        """Return all that a function has printed."""
        return "".join(path.read_text() for path in self._folder(name).glob("*.log"))

    def stop(self) -> None:
        for _, workers in self._running.values():
            workers.stop()

    def _workers(self, name: str, about: dict[str, Any]) -> Workers:
        """A function whose configuration changed starts anew, as on AWS."""
        function = self._function(about)
        with self._lock:
            known, workers = self._running.get(name, (None, None))
            if workers is None or known != function:
                if workers:
                    workers.stop()
                workers = Workers(1, self._folder(name))
                workers.start(function)
                self._running[name] = function, workers
        return workers

    def _function(self, about: dict[str, Any]) -> Function:
        settings = about["Environment"]["Variables"] | aws_settings(self._endpoint)
        if self.named_credentials:
            settings |= {"AWS_ACCESS_KEY_ID": about["FunctionName"]}
        return Function(
            ROOT / "lambda_image",
            about["ImageConfigResponse"]["ImageConfig"]["Command"][0],
            about["Timeout"],
            about["MemorySize"],
            settings | {"DATABASE_URL": self.database_url},
        )

    def _folder(self, name: str) -> Path:
        (self._logs / name).mkdir(parents=True, exist_ok=True)
        return self._logs / name


class InvokeServer(HttpServer):
    """Answers POST /NAME with what the function returns for the event, or 500 with its error."""

    def __init__(self, invoke: Callable[[str, Invocation], bytes]) -> None:
        super().__init__(0, _InvokeConnection)
        self.invoke = invoke


class _InvokeConnection(Connection):
    body_limit = 6 << 20
    server: InvokeServer

    def answer(self, body: bytes) -> None:
        try:
            self.reply(200, self.server.invoke(self.path.lstrip("/"), Invocation(body)))
        except FunctionFailedError as error:
            kind, _, message = str(error).partition(": ")
            self.reply(500, json.dumps({"errorType": kind, "errorMessage": message}).encode())
