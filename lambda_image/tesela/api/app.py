"""The HTTP application, the same for the function URL and the HTTP API (both payload 2.0)."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, CORSConfig
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from tesela.api import about, exports, predictions, segment_tiff
from tesela.api.access import Access
from tesela.api.conditional import Answer, conditional
from tesela.api.openapi import document
from tesela.api.options import check_names
from tesela.api.problems import PROBLEM_JSON, Problem, handle_errors, problem_document
from tesela.service import Service
from tesela.stopwatch import Stopwatch

# Receives every answer's status and the milliseconds of its parts.
Record = Callable[[int, Mapping[str, float]], None]

_ALLOWED = ["If-None-Match", "If-Range", "Range"]
_EXPOSED = [
    *("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Location"),
    *("Retry-After", "Server-Timing", "X-Request-Id"),
]


class App:
    """Routes, errors, CORS and documentation around the use cases."""

    def __init__(
        self, service: Service, page_origin: str, access: Access, logger: Logger, record: Record
    ) -> None:
        self._service = service
        self._access = access
        self._record = record
        self._cors = CORSConfig(
            page_origin, allow_headers=_ALLOWED, expose_headers=_EXPOSED, max_age=600
        )
        self._resolver = APIGatewayHttpResolver(cors=self._cors, enable_validation=True)
        self._resolver.use([check_names])
        for part in (predictions, segment_tiff, exports, about):
            self._resolver.include_router(part.router)
        document(self._resolver, access)
        handle_errors(self._resolver, logger)

    def respond(self, event: dict[str, Any], context: LambdaContext) -> Answer:
        """Answer a payload-2.0 event.

        HEAD is answered as GET is, body included: API Gateway and the function URL count the body
        for `Content-Length`, which a function cannot set itself, and leave it out.
        """
        stopwatch = Stopwatch()
        head = event["requestContext"]["http"]["method"] == "HEAD"
        event = _as_get(event) if head else event
        request = APIGatewayProxyEventV2(event)
        self._resolver.append_context(service=self._service, stopwatch=stopwatch, head=head)
        with stopwatch("total"):
            answer = self._refuse(request) or self._resolver.resolve(event, context)
            answer = conditional(request, answer, head=head)
        answer["headers"] |= {
            "Server-Timing": stopwatch.server_timing(),
            "Vary": "Accept, Accept-Encoding, Origin",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": event["requestContext"]["requestId"],
        }
        self._record(answer["statusCode"], stopwatch.parts_ms)
        return answer

    def _refuse(self, request: APIGatewayProxyEventV2) -> Answer | None:
        """401 without a known token, before anything else of the request is looked at."""
        if self._access.admits(request):
            return None
        detail = "This needs a known token: send the header `Authorization: Bearer TOKEN`."
        problem = Problem(HTTPStatus.UNAUTHORIZED, detail, "token", "token-required")
        headers = {"Content-Type": PROBLEM_JSON, "WWW-Authenticate": "Bearer"}
        return {
            "statusCode": HTTPStatus.UNAUTHORIZED.value,
            "headers": headers | self._cors.to_dict(request.headers.get("origin")),
            "body": problem_document(request, problem),
            "isBase64Encoded": False,
        }


def _as_get(event: dict[str, Any]) -> dict[str, Any]:
    context = event["requestContext"]
    return event | {"requestContext": context | {"http": context["http"] | {"method": "GET"}}}
