"""What a route needs of the request that runs: set by `app.respond`, read here."""

from typing import cast

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.service import Service
from tesela.stopwatch import Stopwatch


def service_of(router: APIGatewayHttpRouter) -> Service:
    """The use cases."""
    return cast(Service, router.context["service"])


def stopwatch_of(router: APIGatewayHttpRouter) -> Stopwatch:
    """Where the request's parts are timed."""
    return cast(Stopwatch, router.context["stopwatch"])


def is_head(router: APIGatewayHttpRouter) -> bool:
    """Whether the client sent HEAD; routes see a GET."""
    return bool(router.context["head"])


def base_url(router: APIGatewayHttpRouter) -> str:
    """This API's address as the caller reached it, from Lambda's own context, not the Host header."""
    event = router.current_event
    scheme = event.headers.get("x-forwarded-proto", "https")
    return f"{scheme}://{event.request_context.domain_name}"
