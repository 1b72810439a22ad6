"""Exceptions to `application/problem+json` (RFC 9457): the one place that knows statuses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import ValidationError

from tesela import errors
from tesela.errors import InvalidOptionError, TeselaError, as_json

PROBLEM_JSON = "application/problem+json"
STATUSES: dict[type[TeselaError], HTTPStatus] = {
    TeselaError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.EmptyUploadError: HTTPStatus.BAD_REQUEST,
    errors.InvalidOptionError: HTTPStatus.BAD_REQUEST,
    errors.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    errors.PredictionNotFoundError: HTTPStatus.NOT_FOUND,
    errors.UploadNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SourceChangedError: HTTPStatus.CONFLICT,
    errors.SourceRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SceneBudgetError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.ScenesNotOfferedError: HTTPStatus.NOT_IMPLEMENTED,
    errors.SceneNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SceneCancelledError: HTTPStatus.CONFLICT,
    errors.SceneIncompleteError: HTTPStatus.CONFLICT,
    errors.SceneWaitingError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AddressClosedError: HTTPStatus.FORBIDDEN,
    errors.PreconditionRequiredError: HTTPStatus.PRECONDITION_REQUIRED,
    errors.CorrectionsChangedError: HTTPStatus.PRECONDITION_FAILED,
    errors.TokenRequiredError: HTTPStatus.UNAUTHORIZED,
    errors.TokenScopeError: HTTPStatus.FORBIDDEN,
    errors.ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedFormatError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.CorruptImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnsuitableImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotComparableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StorageUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DatabaseUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ModelError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_RETRY_AFTER_S = "5"
_MAX_SENTENCES = 5  # of a request that is wrong in many ways
_MAX_SHOWN = 100  # characters of a value that a problem repeats
# What pydantic found, in plain English: the member of its context that holds the limit, and the
# reason, where {limit} and {value} stand for the limit and the value.
_REASONS: dict[str, tuple[str, str]] = {
    "missing": ("", "this parameter is required."),
    "greater_than": ("gt", "must be greater than {limit}, not {value}."),
    "greater_than_equal": ("ge", "must be at least {limit}, not {value}."),
    "less_than": ("lt", "must be less than {limit}, not {value}."),
    "less_than_equal": ("le", "must be at most {limit}, not {value}."),
    "string_too_long": ("max_length", "must have at most {limit} characters, not {value}."),
    "literal_error": ("expected", "expected one of {limit}, not {value}."),
    "dict_type": ("", "expected a JSON object."),
    "list_type": ("", "expected a list, not {value}."),
    "extra_forbidden": ("", "there is no such member, and its value would be ignored."),
    "json_invalid": ("error", "expected JSON: {limit}."),
    "string_pattern_mismatch": ("pattern", "expected a text like {limit}, not {value}."),
    "too_long": ("max_length", "must have at most {limit} items."),
    "int_parsing": ("", "expected a whole number, not {value}."),
    "int_parsing_size": ("", "expected a smaller whole number than {value}."),
    "float_parsing": ("", "expected a number, not {value}."),
    "uuid_parsing": ("", "expected an id like 0b6e2f04-1c1d-5b3e-9c53-2f1f6a3f6d10, not {value}."),
}


@dataclass(frozen=True)
class Problem:
    """An answer that reports an error.

    `kind` ends the URN of `type`, `code` and `values` are the same as in a TeselaError.
    """

    status: HTTPStatus
    detail: str
    kind: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def handle_errors(app: APIGatewayHttpResolver, logger: Logger) -> None:
    """Let every exception of a route end as a problem; the unforeseen ones are logged."""

    def answer(problem: Problem) -> Response[str]:
        body = problem_document(app.current_event, problem)
        return Response(problem.status.value, PROBLEM_JSON, body, dict(problem.headers))

    @app.exception_handler(TeselaError)
    def _(error: TeselaError) -> Response[str]:
        problem = problem_of(error)
        logger.info("refused", code=error.code, detail=problem.detail, status=problem.status.value)
        return answer(problem)

    @app.exception_handler(RequestValidationError)
    def _(error: RequestValidationError) -> Response[str]:
        return answer(problem_of(invalid_option(error)))

    @app.exception_handler(NotFoundError)
    def _(_: NotFoundError) -> Response[str]:
        return answer(_no_route(app))

    @app.exception_handler(ServiceError)
    def _(error: ServiceError) -> Response[str]:
        status = HTTPStatus(error.status_code)
        return answer(Problem(status, str(error.msg), "request", "request"))

    @app.exception_handler(Exception)
    def _(_: Exception) -> Response[str]:
        logger.exception("unforeseen error")
        detail = "An unforeseen error; the log has it under this request's id."
        return answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, "internal", "internal"))


def _no_route(app: APIGatewayHttpResolver) -> Problem:
    """405 with the methods of the path or, where it has none, 404."""
    method, path = app.current_event.http_method, app.current_event.path
    routes = app._static_routes + app._dynamic_routes
    allowed = {route.method for route in routes if route.rule.match(path)}
    values = {"method": method, "path": path[:_MAX_SHOWN]}
    if not allowed:
        detail = f"There is no {method} {values['path']}."
        return Problem(HTTPStatus.NOT_FOUND, detail, "route", "route-not-found", values)
    allow = ", ".join(sorted(allowed | {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())))
    return Problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        f"There is no {method} {values['path']}; it takes {allow}.",
        "method",
        "method-not-allowed",
        values | {"allow": allow},
        {"Allow": allow},
    )


def problem_of(error: TeselaError) -> Problem:
    """The problem that reports an error; temporary ones say when to try again."""
    status = status_of(type(error))
    return Problem(
        status, str(error), error.kind, error.code, error.values, _headers_of(error, status)
    )


def _headers_of(error: TeselaError, status: HTTPStatus) -> Mapping[str, str]:
    """What the client should do: wait, or send a token (RFC 6750, section 3.1)."""
    match status:
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": _RETRY_AFTER_S}
        case HTTPStatus.UNAUTHORIZED:
            expired = error.code == "token-expired"
            return {"WWW-Authenticate": 'Bearer error="invalid_token"' if expired else "Bearer"}
        case HTTPStatus.FORBIDDEN:
            scope = error.values.get("limit")
            return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
    return {}


def status_of(kind: type[TeselaError]) -> HTTPStatus:
    """The status of an error's class, else that of its nearest base."""
    return next(STATUSES[base] for base in kind.__mro__ if base in STATUSES)


def problem_document(request: APIGatewayProxyEventV2, problem: Problem) -> str:
    """A problem as JSON; `instance` is the request's id, to be found in the log."""
    members = problem_members(problem, request.request_context.request_id)
    return json.dumps(members, ensure_ascii=False, allow_nan=False)


def problem_members(problem: Problem, request_id: str) -> dict[str, Any]:
    """The members of a problem's JSON."""
    return {
        "type": f"urn:tesela:problem:{problem.kind}",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "code": problem.code,
        "values": {name: as_json(value) for name, value in problem.values.items()},
        "instance": f"urn:request:{request_id}",
    }


def invalid_option(
    error: RequestValidationError | ValidationError, part: str = ""
) -> InvalidOptionError:
    """What pydantic found, as an error of ours: a sentence per parameter, the first one's values.

    `part` of the request is what was validated, where the error does not say it.
    """
    entries = [
        {**entry, "loc": (part, *entry["loc"])} if part else entry for entry in error.errors()
    ]
    found = [_invalid_parameter(entry) for entry in entries[:_MAX_SENTENCES]]
    first = found[0]
    return InvalidOptionError(" ".join(map(str, found)), first.code, **first.values)


def shown(value: object) -> str:
    """A value as a message repeats it: quoted, and shortened where it is long."""
    text = str(value)
    return repr(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}...")


def _invalid_parameter(entry: Mapping[str, Any]) -> InvalidOptionError:
    name = ".".join(map(str, entry["loc"][1:])) or str(entry["loc"][0])
    if isinstance(entry.get("input"), list) and entry["loc"][0] == "query":
        values = entry["input"]
        reason = f"is given {len(values)} times; give it once."
        return InvalidOptionError.of(
            name, [str(each)[:_MAX_SHOWN] for each in values[:5]], 1, reason
        )
    value = None if entry["type"] == "missing" else str(entry.get("input"))[:_MAX_SHOWN]
    member, reason = _REASONS.get(entry["type"], ("", f"{entry['msg']}, not {{value}}."))
    limit = entry.get("ctx", {}).get(member)
    if isinstance(limit, str):  # "'a', 'b' or 'c'" of a Literal
        limit = limit.replace("'", "").replace(" or ", ", ")
    elif isinstance(limit, float) and limit.is_integer():
        limit = int(limit)
    sentence = reason.replace("{limit}", str(limit)).replace("{value}", shown(entry.get("input")))
    return InvalidOptionError.of(name, value, limit, sentence)
