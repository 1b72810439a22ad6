"""The functions as they were applied, run in real runtime clients, behind the applied routes."""

import json
import time
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from requests.structures import CaseInsensitiveDict

from scripts.local.answer import http_answer
from scripts.local.event import Request, function_url_event
from scripts.local.function import Function, aws_settings
from scripts.local.invocation import Invocation
from scripts.local.workers import Workers
from tests.stack import Reply
from tests.terraform.account import ROOT, Account


class DeployedFunction:
    """One worker, with the applied handler, limits and settings.

    In their place: where AWS is, and the database, which moto does not run.
    """

    def __init__(self, account: Account, configuration: Any, database_url: str, logs: Path) -> None:
        settings = configuration["Environment"]["Variables"] | aws_settings(account.url)
        self._log = logs / "worker-1.log"
        self._workers = Workers(1, logs)
        self._workers.start(
            Function(
                ROOT / "lambda_image",
                handler=configuration["ImageConfigResponse"]["ImageConfig"]["Command"][0],
                timeout_s=configuration["Timeout"],
                memory_mb=configuration["MemorySize"],
                settings=settings | {"DATABASE_URL": database_url},
            )
        )

    def invoke(self, event: Mapping[str, Any]) -> bytes:
        return self._workers.invoke(Invocation(json.dumps(event).encode()))

    def metrics(self) -> set[tuple[str, ...]]:
        """-> namespace, metric, dimension and value, as CloudWatch takes them from the log (EMF)."""
        lines = [line for line in self._log.read_text().splitlines() if '"_aws"' in line]
        return {metric for line in lines for metric in _told(json.loads(line))}

    def stop(self) -> None:
        self._workers.stop()


def _told(line: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for group in line["_aws"]["CloudWatchMetrics"]:
        for (dimension,), metric in product(group["Dimensions"], group["Metrics"]):
            yield group["Namespace"], metric["Name"], dimension, line[dimension]


class DeployedApi:
    """The HTTP API: the applied route of a request, and the event that its integration makes."""

    def __init__(self, account: Account, url: str, function: DeployedFunction) -> None:
        client = account.client("apigatewayv2")
        self.function = function
        self._api = next(api for api in client.get_apis()["Items"] if api["ApiEndpoint"] == url)
        self.routes = client.get_routes(ApiId=self._api["ApiId"])["Items"]
        self.integrations = client.get_integrations(ApiId=self._api["ApiId"])["Items"]

    def __call__(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        answer = http_answer(self.function.invoke(self._event(method, target, body, headers or {})))
        return Reply(answer.status, CaseInsensitiveDict(answer.headers), answer.body)

    def _event(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Payload 2.0 is the function URL's, but for who was called."""
        host = self._api["ApiEndpoint"].removeprefix("https://")
        named = {"host": host, **headers}
        request = Request(method, target, tuple(named.items()), body, "127.0.0.1", 443)
        event = function_url_event(request, "request", "Root=1-0-0", time.time())
        event["headers"]["x-forwarded-proto"] = "https"
        event["routeKey"] = self._route_key()
        event["requestContext"] |= {"apiId": self._api["ApiId"], "routeKey": self._route_key()}
        return event

    def _route_key(self) -> str:
        (route,) = self.routes
        return str(route["RouteKey"])
