"""The HTTP application, the same for the function URL and the HTTP API (both payload 2.0)."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, CORSConfig
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from tesela.api import about, compare, corrections, exports, predictions, scenes, segment_tiff
from tesela.api.access import Access
from tesela.api.conditional import Answer, conditional
from tesela.api.gate import Gate
from tesela.api.openapi import document
from tesela.api.options import check_names
from tesela.api.problems import PROBLEM_JSON, handle_errors, problem_document, problem_of
from tesela.correcting import CorrectionService
from tesela.errors import TeselaError
from tesela.jobs.service import SceneService
from tesela.service import Service
from tesela.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, for the log and the metrics.

    Attributes:
        status: HTTP's.
        method: HTTP's.
        path: Below the API's address.
        token: The name of the caller's token, "" for none.
        parts_ms: Milliseconds by part.
        counts: What happened on the way, by the name of its metric.
    """

    status: int
    method: str
    path: str
    token: str
    parts_ms: Mapping[str, float]
    counts: Mapping[str, int]


Record = Callable[[Answered], None]

_ALLOWED = ["If-Match", "If-None-Match", "If-Range", "Range"]
_EXPOSED = [
    *("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Location"),
    *("Retry-After", "Server-Timing", "X-Request-Id"),
]


class App:
    """Routes, errors, CORS and documentation around the use cases."""

    def __init__(
        self,
        service: Service,
        scene_service: SceneService | None,
        correction_service: CorrectionService,
        access: Access,
        gate: Gate,
        *,
        logger: Logger,
        record: Record,
    ) -> None:
        self._service, self._scenes = service, scene_service
        self._corrections = correction_service
        self._access = access
        self._gate = gate
        self._record = record
        self._cors = CORSConfig(
            gate.page_origin, allow_headers=_ALLOWED, expose_headers=_EXPOSED, max_age=600
        )
        self._resolver = APIGatewayHttpResolver(cors=self._cors, enable_validation=True)
        self._resolver.use([check_names])
        for part in (predictions, segment_tiff, exports, compare, corrections, scenes, about):
            self._resolver.include_router(part.router)
        document(self._resolver, access, gate.base_path)
        handle_errors(self._resolver, logger)

    def respond(self, event: dict[str, Any], context: LambdaContext) -> Answer:
        """Answer a payload-2.0 event.

        HEAD is answered as GET is, body included: API Gateway and the function URL count the body
        for `Content-Length`, which a function cannot set itself, and leave it out.
        """
        stopwatch = Stopwatch()
        head = event["requestContext"]["http"]["method"] == "HEAD"
        event = _as_get(event) if head else event
        base_url, event = self._gate.entered(event)
        request, counts = APIGatewayProxyEventV2(event), Counter[str]()
        self._resolver.append_context(
            service=self._service,
            scenes=self._scenes,
            corrections=self._corrections,
            stopwatch=stopwatch,
            head=head,
            base_url=base_url,
            counts=counts,
        )
        with stopwatch("total"):
            # Before anything else of the request is looked at: a stranger's body is not decoded.
            token, answer = self._admit(request)
            answer = answer or self._resolver.resolve(event, context)
            answer = conditional(request, answer, head=head)
        answer["headers"] |= {
            "Server-Timing": stopwatch.server_timing(),
            "Vary": "Accept, Accept-Encoding, Origin",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": event["requestContext"]["requestId"],
        }
        status, parts_ms = answer["statusCode"], stopwatch.parts_ms
        self._record(Answered(status, request.http_method, request.path, token, parts_ms, counts))
        return answer

    def _admit(self, request: APIGatewayProxyEventV2) -> tuple[str, Answer | None]:
        """Return the name of the caller's token, and the problem to answer if it is not admitted."""
        try:
            self._gate.check(request)
            return self._access.check(request), None
        except TeselaError as error:
            problem = problem_of(error)
        headers = {"Content-Type": PROBLEM_JSON, **problem.headers}
        return str(problem.values.get("name", "")), {
            "statusCode": problem.status.value,
            "headers": headers | self._cors.to_dict(request.headers.get("origin")),
            "body": problem_document(request, problem),
            "isBase64Encoded": False,
        }


def _as_get(event: dict[str, Any]) -> dict[str, Any]:
    context = event["requestContext"]
    return event | {"requestContext": context | {"http": context["http"] | {"method": "GET"}}}
