"""The HTTP application, the same for the function URL and the HTTP API (both payload 2.0)."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, CORSConfig
from aws_lambda_powertools.utilities.typing import LambdaContext

from tesela.api import about, forms, predictions, segment_tiff
from tesela.api.openapi import document
from tesela.api.problems import handle_errors
from tesela.service import Service
from tesela.stopwatch import Stopwatch

# Told of every answer: its status, and the milliseconds of its parts.
Record = Callable[[int, Mapping[str, float]], None]

_EXPOSED = ["Location", "Server-Timing", "X-Request-Id", "Retry-After", "Content-Disposition"]


class App:
    """Routes, errors, CORS and documentation around the use cases."""

    def __init__(self, service: Service, page_origin: str, logger: Logger, record: Record) -> None:
        self._service = service
        self._record = record
        cors = CORSConfig(page_origin, expose_headers=_EXPOSED, max_age=600)
        self._resolver = APIGatewayHttpResolver(cors=cors, enable_validation=True)
        for part in (predictions, forms, segment_tiff, about):
            self._resolver.include_router(part.router)
        document(self._resolver)
        handle_errors(self._resolver, logger)

    def respond(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer a payload-2.0 event."""
        stopwatch = Stopwatch()
        self._resolver.append_context(service=self._service, stopwatch=stopwatch)
        with stopwatch("total"):
            answer = self._resolver.resolve(event, context)
        answer["headers"] |= {
            "Server-Timing": stopwatch.server_timing(),
            "X-Request-Id": event["requestContext"]["requestId"],
            "X-Content-Type-Options": "nosniff",
        }
        self._record(answer["statusCode"], stopwatch.parts_ms)
        return answer
