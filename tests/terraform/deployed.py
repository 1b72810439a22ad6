"""The applied functions behind the applied HTTP API, run in real runtime clients."""

import json
import time
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from requests.structures import CaseInsensitiveDict

from scripts.local.lambda_runtime.answer import http_answer
from scripts.local.lambda_runtime.event import Request, function_url_event
from scripts.local.lambda_runtime.invocation import Invocation
from tests.deploy.functions import Functions
from tests.stack import Reply
from tests.terraform.account import Account


def run_functions(account: Account, database_url: str, logs: Path) -> Functions:
    """Return the functions, by NAME or NAME:ALIAS, on a database in the place of RDS, which moto is not."""

    def configuration(name: str) -> Any:
        function, _, alias = name.partition(":")
        return account.client("lambda").get_function_configuration(
            FunctionName=function, Qualifier=alias or "$LATEST"
        )

    functions = Functions(account.url, configuration, logs)
    functions.database_url = database_url
    functions.named_credentials = True
    return functions


REQUEST_ID = "JKJaXmPLvHcESHA="  # as the HTTP API makes them, unlike Lambda's own


class HttpApi:
    """`url`'s one route, its integration, and the function behind it, as NAME:ALIAS."""

    def __init__(self, account: Account, url: str) -> None:
        client = account.client("apigatewayv2")
        self.about = next(api for api in client.get_apis()["Items"] if api["ApiEndpoint"] == url)
        (self.route,) = client.get_routes(ApiId=self.about["ApiId"])["Items"]
        self.integration = client.get_integration(
            ApiId=self.about["ApiId"], IntegrationId=self.route["Target"].partition("/")[2]
        )
        function_arn = self.integration["IntegrationUri"].rpartition("/invocations")[0]
        self.function = function_arn.partition(":function:")[2]


class DeployedApi:
    """Calls `api`: a request becomes the event of its integration, then the function's answer."""

    def __init__(self, api: HttpApi, functions: Functions, logs: Path) -> None:
        self._api, self._functions = api, functions
        self._log = logs / api.function / "worker-1.log"

    def __call__(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        event = json.dumps(self._event(method, target, body, headers or {})).encode()
        answer = http_answer(self._functions.invoke(self._api.function, Invocation(event)))
        return Reply(answer.status, CaseInsensitiveDict(answer.headers), answer.body)

    def metrics(self) -> set[tuple[str, ...]]:
        """Return namespace, metric, dimension and value, as CloudWatch takes them from the log (EMF)."""
        lines = [line for line in self._log.read_text().splitlines() if '"_aws"' in line]
        return {metric for line in lines for metric in _told(json.loads(line))}

    def log(self) -> list[dict[str, Any]]:
        """Return the lines that the function's code has logged."""
        lines = [line for line in self._log.read_text().splitlines() if '"level"' in line]
        return [json.loads(line) for line in lines]

    def _event(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Payload 2.0, as the function URL's, but for who was called."""
        about, route = self._api.about, self._api.route
        named = {"host": about["ApiEndpoint"].removeprefix("https://"), **headers}
        request = Request(method, target, tuple(named.items()), body, "127.0.0.1", 443)
        event = function_url_event(request, REQUEST_ID, "Root=1-0-0", time.time())
        event["headers"]["x-forwarded-proto"] = "https"
        event["routeKey"] = route["RouteKey"]
        event["requestContext"] |= {"apiId": about["ApiId"], "routeKey": route["RouteKey"]}
        return event


def _told(line: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for group in line["_aws"]["CloudWatchMetrics"]:
        for (dimension,), metric in product(group["Dimensions"], group["Metrics"]):
            yield group["Namespace"], metric["Name"], dimension, line[dimension]
