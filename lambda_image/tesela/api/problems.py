"""Exceptions to `application/problem+json` (RFC 9457): the one place that knows statuses."""

import json
from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from tesela import errors

PROBLEM_JSON = "application/problem+json"
STATUSES: dict[type[errors.TeselaError], HTTPStatus] = {
    errors.EmptyUploadError: HTTPStatus.BAD_REQUEST,
    errors.InvalidOptionError: HTTPStatus.BAD_REQUEST,
    errors.PredictionNotFoundError: HTTPStatus.NOT_FOUND,
    errors.UploadNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedFormatError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.CorruptImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnsuitableImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StorageUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DatabaseUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ModelError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_RETRY_AFTER_S = "5"


def handle_errors(app: APIGatewayHttpResolver, logger: Logger) -> None:
    """Let every exception of a route end as a problem; the unforeseen ones are logged."""

    @app.exception_handler(errors.TeselaError)
    def _(error: errors.TeselaError) -> Response[str]:
        status = STATUSES[type(error)]
        logger.info("refused", error=type(error).__name__, detail=str(error), status=status.value)
        return problem(app, status, str(error), _kind(error))

    @app.exception_handler(RequestValidationError)
    def _(error: RequestValidationError) -> Response[str]:
        return problem(app, HTTPStatus.BAD_REQUEST, _told(error), "invalid-option")

    @app.exception_handler(NotFoundError)
    def _(_: NotFoundError) -> Response[str]:
        event = app.current_event
        return problem(
            app, HTTPStatus.NOT_FOUND, f"There is no {event.http_method} {event.path}.", "route"
        )

    @app.exception_handler(ServiceError)
    def _(error: ServiceError) -> Response[str]:
        return problem(app, HTTPStatus(error.status_code), str(error.msg), "request")

    @app.exception_handler(Exception)
    def _(_: Exception) -> Response[str]:
        logger.exception("unforeseen error")
        return problem(
            app,
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "An unforeseen error; the log has it under this request's id.",
            "internal",
        )


def problem(
    app: APIGatewayHttpResolver, status: HTTPStatus, detail: str, kind: str
) -> Response[str]:
    """A problem as an answer."""
    busy = status is HTTPStatus.SERVICE_UNAVAILABLE
    headers: dict[str, str | list[str]] = {"Retry-After": _RETRY_AFTER_S} if busy else {}
    body = problem_document(app.current_event, status, detail, kind)
    return Response(status.value, PROBLEM_JSON, body, headers)


def problem_document(
    request: APIGatewayProxyEventV2, status: HTTPStatus, detail: str, kind: str
) -> str:
    """A problem as JSON; `instance` is the request's id, to be found in the log."""
    body = {
        "type": f"urn:tesela:problem:{kind}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": f"urn:request:{request.request_context.request_id}",
    }
    return json.dumps(body, ensure_ascii=False)


def _kind(error: errors.TeselaError) -> str:
    """`ImageTooLargeError` to `image-too-large`."""
    name = type(error).__name__.removesuffix("Error")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def _told(error: RequestValidationError) -> str:
    """What pydantic found, with the value and the limit."""
    return "; ".join(
        f"{'.'.join(map(str, found['loc'][1:]))}={found.get('input')!r}: {found['msg']}"
        for found in error.errors()
    )
