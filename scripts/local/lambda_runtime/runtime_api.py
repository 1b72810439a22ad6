"""AWS's side of the Lambda Runtime API, version 2018-06-01, for one worker.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
Each worker has a server of its own, so it is always known which invocation a worker holds: when the
worker dies, or is over its time, its caller is told at once.
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import ClassVar

from scripts.local.http.server import Connection, HttpServer
from scripts.local.lambda_runtime.invocation import Invocation, InvocationQueue

RESPONSE_LIMIT = 6 * 1024 * 1024 + 100  # bytes of JSON, as the service says in its own error
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:tesela"
_PREFIX = "/2018-06-01/runtime/"
_ACCEPTED = {"status": "OK"}


class RuntimeApi(HttpServer):
    """What one `awslambdaric` process talks to."""

    def __init__(
        self, queue: InvocationQueue, timeout_s: float, on_timeout: Callable[[], None]
    ) -> None:
        """Serve invocations of `queue`; call `on_timeout` when one takes over `timeout_s`."""
        super().__init__(0, _RuntimeConnection)
        self.ready = threading.Event()  # set when the runtime asks for its first invocation
        self.init_error = ""
        self._queue, self._timeout_s, self._on_timeout = queue, timeout_s, on_timeout
        self._lock = threading.Lock()
        self._held: Invocation | None = None
        self._timer: threading.Timer | None = None
        self._stopped = False

    def next(self, connection: socket.socket) -> tuple[Invocation, int] | None:
        """Return the next invocation and its deadline (ms since 1970), None if the worker is gone."""
        self.ready.set()
        invocation = self._queue.take(lambda: not self._stopped and _is_open(connection))
        if invocation is None:
            return None
        timer = threading.Timer(self._timeout_s, self._time_out, [invocation.request_id])
        timer.daemon = True
        with self._lock:
            self._held, self._timer = invocation, timer
        timer.start()
        return invocation, int((time.time() + self._timeout_s) * 1000)

    def release(self, request_id: str = "") -> Invocation | None:
        """Return the held invocation and let go of it; None if it is another, or answered already."""
        with self._lock:
            held = self._held
            if held is None or request_id not in ("", held.request_id):
                return None
            self._held = None
            if self._timer:
                self._timer.cancel()
        return held

    def abandon(self, reason: str) -> None:
        """Tell the caller whose invocation the worker held that it is gone, and stop."""
        self._stopped = True
        if invocation := self.release():
            invocation.fail(reason)
        self._queue.wake()
        self.stop()

    def _time_out(self, request_id: str) -> None:
        if invocation := self.release(request_id):
            self._on_timeout()
            invocation.fail(f"Task timed out after {self._timeout_s:.2f} seconds")


class _RuntimeConnection(Connection):
    timeout: ClassVar[float | None] = (
        None  # a worker is silent for as long as the function computes
    )
    body_limit = RESPONSE_LIMIT
    server: RuntimeApi

    def answer(self, body: bytes) -> None:
        match self.command, *self.path.removeprefix(_PREFIX).split("/"):
            case "GET", "invocation", "next":
                self._next()
            case "POST", "invocation", request_id, "response":
                self._settle(request_id, lambda held: held.answer.set_result(body))
            case "POST", "invocation", request_id, "error":
                self._settle(request_id, lambda held: held.fail(_message(body)))
            case "POST", "init", "error":
                self.server.init_error = _message(body)
                self.reply(202, _ACCEPTED)
            case _:
                self.reply(404, {"errorType": "InvalidPath", "errorMessage": self.path})

    def too_large(self) -> None:
        message = f"Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
        if held := self.server.release():
            held.fail(message)
        self.reply(413, {"errorType": "RequestEntityTooLarge", "errorMessage": message})

    def _next(self) -> None:
        taken = self.server.next(self.connection)
        if taken is None:
            self.close_connection = True
            return
        invocation, deadline_ms = taken
        headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", FUNCTION_ARN),
            ("Lambda-Runtime-Trace-Id", f"{invocation.trace_id};Sampled=0"),
        ]
        self.reply(200, invocation.event, headers)

    def _settle(self, request_id: str, settle: Callable[[Invocation], None]) -> None:
        held = self.server.release(request_id)
        if held is None:
            self.reply(400, {"errorType": "InvalidRequestID", "errorMessage": request_id})
            return
        try:
            # The worker first: while the caller reads its answer, it already asks for more.
            self.reply(202, _ACCEPTED)
        finally:
            settle(held)


def _is_open(connection: socket.socket) -> bool:
    """Return False once the other side has ended: its socket reads as end of file."""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _message(body: bytes) -> str:
    """Return `Type: message` of a runtime's error report."""
    try:
        error = json.loads(body)
        return f"{error.get('errorType')}: {error.get('errorMessage')}"
    except (ValueError, AttributeError):
        return body.decode(errors="replace")
