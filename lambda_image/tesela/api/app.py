"""The HTTP application, the same for the function URL and the HTTP API (both payload 2.0)."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, CORSConfig
from aws_lambda_powertools.utilities.typing import LambdaContext

from tesela.api import about, forms, predictions, segment_tiff
from tesela.api.openapi import document
from tesela.api.problems import handle_errors
from tesela.service import Service
from tesela.stopwatch import Stopwatch

_EXPOSED = ["Location", "Server-Timing", "X-Request-Id", "Retry-After", "Content-Disposition"]


class App:
    """Routes, errors, CORS and documentation around the use cases."""

    def __init__(self, service: Service, page_origin: str, logger: Logger) -> None:
        self._service = service
        cors = CORSConfig(page_origin, expose_headers=_EXPOSED, max_age=600)
        self.resolver = APIGatewayHttpResolver(cors=cors, enable_validation=True)
        for part in (predictions, forms, segment_tiff, about):
            self.resolver.include_router(part.router)
        document(self.resolver)
        handle_errors(self.resolver, logger)

    def respond(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer a payload-2.0 event."""
        stopwatch = Stopwatch()
        self.resolver.append_context(service=self._service, stopwatch=stopwatch)
        with stopwatch("total"):
            answer = self.resolver.resolve(event, context)
        answer["headers"] |= {
            "Server-Timing": stopwatch.server_timing(),
            "X-Request-Id": event["requestContext"]["requestId"],
            "X-Content-Type-Options": "nosniff",
        }
        return answer
