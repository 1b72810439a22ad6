"""What tests need of a running stack: HTTP calls, and the handler's own code in this process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests

from scripts.local.lambda_runtime.answer import Answer, http_answer
from scripts.local.lambda_runtime.event import Request, function_url_event


@dataclass(frozen=True)
class Reply:
    """An HTTP answer, wherever it came from."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class InProcess:
    """Calls `App.respond` here, with the events and answers of the local function URL."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        named = {"host": "api.test", **(headers or {})}
        request = Request(method, target, tuple(named.items()), body, "127.0.0.1", 80)
        event = function_url_event(request, str(uuid4()), "Root=1-0-0", 0)
        answer: Answer = http_answer(json.dumps(self._app.respond(event, None)).encode())
        headers = requests.structures.CaseInsensitiveDict(answer.headers)
        if method == "HEAD":  # the function URL counts the body, and leaves it out
            headers["Content-Length"] = str(len(answer.body))
        return Reply(answer.status, headers, b"" if method == "HEAD" else answer.body)


class OverHttp:
    """Calls the function URL of a running stack."""

    def __init__(self, url: str, timeout_s: float = 60) -> None:
        self.url, self._timeout_s = url, timeout_s

    def __call__(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        url = target if target.startswith("http") else self.url + target
        answer = requests.request(
            method, url, data=body or None, headers=dict(headers or {}), timeout=self._timeout_s
        )
        return Reply(answer.status_code, answer.headers, answer.content)
