"""What a route needs of the request that runs: set by `app.respond`, read here."""

from collections import Counter
from typing import cast

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.correcting import CorrectionService
from tesela.errors import ScenesNotOfferedError
from tesela.jobs.service import SceneService
from tesela.service import Service
from tesela.stopwatch import Stopwatch


def service_of(router: APIGatewayHttpRouter) -> Service:
    """The use cases."""
    return cast(Service, router.context["service"])


def scenes_of(router: APIGatewayHttpRouter) -> SceneService:
    """The use cases of whole scenes.

    Raises:
        ScenesNotOfferedError: There are none here.
    """
    scenes = cast(SceneService | None, router.context["scenes"])
    if scenes is None:
        raise ScenesNotOfferedError("This service processes no whole scenes.")
    return scenes


def corrections_of(router: APIGatewayHttpRouter) -> CorrectionService:
    """The use cases of corrections."""
    return cast(CorrectionService, router.context["corrections"])


def stopwatch_of(router: APIGatewayHttpRouter) -> Stopwatch:
    """Where the request's parts are timed."""
    return cast(Stopwatch, router.context["stopwatch"])


def is_head(router: APIGatewayHttpRouter) -> bool:
    """Whether the client sent HEAD; routes see a GET."""
    return bool(router.context["head"])


def base_url(router: APIGatewayHttpRouter) -> str:
    """This API's address as the caller reached it, without a slash at the end."""
    return str(router.context["base_url"])


def counts_of(router: APIGatewayHttpRouter) -> Counter[str]:
    """What happened during the request, by the name of its metric."""
    return cast("Counter[str]", router.context["counts"])
