"""Routes to take a prediction away, one per row of EXPORTS; none of them runs the model."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tesela.api.context import service_of, stopwatch_of
from tesela.api.options import PARAMETERS, read_bands, read_thresholds
from tesela.api.responses import file_reply, stored_reply
from tesela.errors import InvalidOptionError
from tesela.exports import EXPORTS, Export
from tesela.exports.render import Bands
from tesela.prediction import Prediction

router = APIGatewayHttpRouter()

_THRESHOLDS = ("threshold", "thresholds")


def _add_route(export: Export) -> None:
    router.get(
        f"/predictions/<prediction_id>/{export.name}",
        summary=export.name,
        description=f"{export.summary[0].upper()}{export.summary[1:]}.",
        operation_id=export.operation_id,
        tags=["Files"],
    )(_handler(export))


def _handler(export: Export) -> Callable[..., Response[Any]]:
    """A route's function; its signature names the parameters, which powertools reads there."""
    names = export.options + (_THRESHOLDS if export.source == "drawing" else ())

    def answer(prediction_id: UUID, **options: Any) -> Response[Any]:
        if export.source == "stored":
            prediction, stored = service_of(router).stored(prediction_id, export.name)
            return stored_reply(
                router,
                prediction,
                export.name,
                stored,
                export.media_type,
                encoding=export.encoding,
            )
        prediction, sources = _sources(export, prediction_id, options)
        body = export.make(*sources, **{name: options[name] for name in export.options})
        return file_reply(router, prediction, export.name, body, export.media_type)

    parameters = [Parameter("prediction_id", Parameter.KEYWORD_ONLY, annotation=UUID)]
    parameters += [PARAMETERS[name] for name in names]
    answer.__signature__ = Signature(  # type: ignore[attr-defined]
        parameters, return_annotation=Response[Any]
    )
    return answer


def _sources(
    export: Export, prediction_id: UUID, options: dict[str, Any]
) -> tuple[Prediction, tuple[Any, ...]]:
    """A prediction and what the file is made of; one that is not there has no file at all."""
    service = service_of(router)
    if export.source == "drawing":
        with stopwatch_of(router)("polygons"):
            thresholds = read_thresholds(options["threshold"], options["thresholds"])
            drawing = service.draw(prediction_id, thresholds)
            return drawing.prediction, (drawing,)
    if export.source == "image":
        options["bands"] = _bands(options["bands"], options["view"])
        prediction, image = service.image(prediction_id)
        return prediction, (image,)
    return service.get(prediction_id), ()


def _bands(bands: str | None, view: str | None) -> Bands | None:
    if bands is not None and view is not None:
        reason = f"{bands!r} cannot be shown together with view={view}; send one of the two."
        raise InvalidOptionError.of("bands", bands, None, reason)
    return None if bands is None else read_bands(bands)


for _export in EXPORTS:
    _add_route(_export)
