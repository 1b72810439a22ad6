"""The smoke test's calls of a version that no address leads to yet: straight to the function."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.local.lambda_runtime.answer import http_answer
from scripts.local.lambda_runtime.event import Request, function_url_event
from scripts.smoke.api import Api

_REDIRECTS = (303, 307)


def _no_function(event: bytes) -> bytes:
    raise NotImplementedError


@dataclass(frozen=True)
class InvokedApi(Api):
    """Calls a function with the events of a function URL; addresses of other hosts by HTTP.

    Attributes:
        invoke: Takes an event and returns the function's answer, both as JSON.
    """

    invoke: Callable[[bytes], bytes] = _no_function

    def __call__(self, method: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Send one request and return status and body; a redirect is followed."""
        if not target.startswith("/"):
            return super().__call__(method, target, body)
        event = json.dumps(self._event(method, target, body or b"")).encode()
        answer = http_answer(self.invoke(event))
        if answer.status in _REDIRECTS:
            (location,) = (value for name, value in answer.headers if name.lower() == "location")
            return super().__call__("GET", location)
        return answer.status, answer.body

    def _event(self, method: str, target: str, body: bytes) -> dict[str, Any]:
        headers = [("host", "smoke.test")]
        if body:
            headers.append(("content-type", "image/tiff"))
        if self.token:
            headers.append(("authorization", f"Bearer {self.token}"))
        request = Request(method, target, tuple(headers), body, "127.0.0.1", 443)
        event = function_url_event(request, str(uuid.uuid4()), "Root=1-0-0", time.time())
        # AWS lets nobody call a function itself but by IAM, which opens what only one origin leads to.
        event["requestContext"]["authorizer"] = {"iam": {"userId": "smoke"}}
        return event
