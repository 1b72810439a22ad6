"""The Lambda function URL: HTTP in, one invocation, HTTP out, with the service's limits.

CORS is not here: the function URL is set up without it, the function answers OPTIONS itself.
"""

import json
import logging
import time
from collections.abc import Callable

from scripts.local.http.server import Connection, HttpServer
from scripts.local.lambda_runtime.answer import BadAnswerError, http_answer
from scripts.local.lambda_runtime.event import Request, function_url_event
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation, ThrottledError

REQUEST_LIMIT = 6 * 1024 * 1024  # bytes of the event: a binary body counts as base64, 4/3 its size

# Answers of the service itself, as the real one words them. A function that fails, dies or is out
# of time is a 502 there, and its text is not JSON though its type says so.
_TOO_LARGE = f"Request must be smaller than {REQUEST_LIMIT} bytes for the InvokeFunction operation"
_FAILED = b"Internal Server Error"
_THROTTLED = {"Message": "Rate Exceeded."}
_RETRY_AFTER = ("Retry-After", "1")  # seconds

_log = logging.getLogger(__name__)

Invoke = Callable[[Invocation], bytes]


class FunctionUrl(HttpServer):
    """Hands every request to `invoke` (see Workers.invoke)."""

    def __init__(self, port: int, invoke: Invoke, setting: str = "") -> None:
        super().__init__(port, _UrlConnection, setting)
        self.invoke = invoke


class _UrlConnection(Connection):
    body_limit = REQUEST_LIMIT
    server: FunctionUrl

    def answer(self, body: bytes) -> None:
        invocation = Invocation(b"")
        event = function_url_event(
            self._request(body), invocation.request_id, invocation.trace_id, time.time()
        )
        invocation.event = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        if len(invocation.event) > REQUEST_LIMIT:
            self.too_large()
        else:
            self._invoke(invocation)

    def too_large(self) -> None:
        self.reply(413, {"Message": _TOO_LARGE})

    def _invoke(self, invocation: Invocation) -> None:
        ids = [
            ("x-amzn-RequestId", invocation.request_id),
            ("X-Amzn-Trace-Id", invocation.trace_id),
        ]
        try:
            answer = http_answer(self.server.invoke(invocation))
        except ThrottledError:
            self.reply(429, _THROTTLED, [*ids, _RETRY_AFTER])
        except (FunctionFailedError, BadAnswerError) as error:
            _log.warning("%s %s", invocation.request_id, error)
            self.reply(502, _FAILED, [*ids, ("Content-Type", "application/json")])
        else:
            self.reply(answer.status, answer.body, [*answer.headers, *ids])

    def _request(self, body: bytes) -> Request:
        return Request(
            self.command,
            self.path,
            tuple(self.headers.items()),
            body,
            self.client_address[0],
            self.server.port,
        )
