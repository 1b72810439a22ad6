"""Query parameters: what they are called, and how those are read that pydantic alone cannot read."""

import re
from collections import Counter
from difflib import get_close_matches
from inspect import Parameter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from tesela.api.access import QUERY_PARAMETER
from tesela.catalogue import BANDS, KEYS
from tesela.errors import InvalidOptionError
from tesela.exports.qgis import Language
from tesela.exports.render import Bands, Palette, View
from tesela.exports.tables import Locale

Threshold = Annotated[
    float | None,
    Query(
        gt=0,
        lt=1,
        examples=[0.4],
        description="One score threshold for all classes, over 0 and under 1.",
    ),
]
ThresholdsByClass = Annotated[
    str | None,
    Query(
        max_length=500,
        examples=["buildings:0.4,roads:0.6"],
        description="Thresholds by class, `buildings:0.4,roads:0.6`; before `threshold`.",
    ),
]
BandOrder = Annotated[
    str | None,
    Query(
        max_length=200,
        examples=["8,7,6,5,4,3,2,1"],
        description="The file's band order where it is not coastal, blue, green, yellow, red, red"
        " edge, NIR1, NIR2: the numbers of the bands that hold these, or the name of each band.",
    ),
]
ThreeBands = Annotated[
    str | None,
    Query(
        max_length=20,
        examples=["7,5,3"],
        description="Any three bands as red, green and blue, `7,5,3`, instead of `view`.",
    ),
]
GroundSampleDistance = Annotated[
    float | None,
    Query(ge=0.01, le=1000, description="Pixel size in metres of an image without a CRS."),
]


def _parameter(name: str, annotation: Any, default: Any = None) -> tuple[str, Parameter]:
    return name, Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


# Parameters of the exports, by the names that EXPORTS uses.
PARAMETERS = dict(
    (
        _parameter("threshold", Threshold),
        _parameter("thresholds", ThresholdsByClass),
        _parameter("palette", Annotated[Palette, Query(description="Colours.")], "corine"),
        _parameter(
            "language", Annotated[Language, Query(alias="lang", description="Of labels.")], "en"
        ),
        _parameter(
            "locale",
            Annotated[
                Locale | None,
                Query(
                    description="A CSV for spreadsheets of this language: byte order mark, in `es`"
                    " semicolons and decimal commas; geometries longer than a cell of Excel"
                    " (32,767 characters) are left empty. Without it, a CSV for programs."
                ),
            ],
        ),
        _parameter(
            "view",
            Annotated[View | None, Query(description="`true-colour` where nothing is asked for.")],
        ),
        _parameter("bands", ThreeBands),
    )
)


def check_names(app: Any, next_middleware: Any) -> Any:
    """Middleware of powertools: refuse parameters that the route does not have.

    Raises:
        InvalidOptionError: A parameter that would have been ignored.
    """
    route = app.context["_route"]
    if route not in app._static_routes + app._dynamic_routes:
        return next_middleware(app)
    known = [field.alias for field in route.dependant.query_params]
    for name in app.current_event.query_string_parameters:
        if name not in (*known, QUERY_PARAMETER):
            close = get_close_matches(name, known, 1)
            meant = f"; did you mean {close[0]!r}?" if close else "."
            reason = f"this route has no such parameter{meant}"
            raise InvalidOptionError.of(name[:100], None, known, reason)
    return next_middleware(app)


def read_thresholds(threshold: float | None, by_class: str | None) -> dict[str, float]:
    """Thresholds that the caller set, by class; empty where none is.

    Raises:
        InvalidOptionError: An unknown class, one that is given twice, no number, or one outside
            0 to 1.
    """
    everywhere = {} if threshold is None else dict.fromkeys(KEYS, threshold)
    named = [] if by_class is None else [_read_one(item) for item in by_class.split(",")]
    for key, count in Counter(key for key, _ in named).items():
        if count > 1:
            reason = f"class {key!r} is given {count} times; give it once."
            raise InvalidOptionError.of("thresholds", by_class, 1, reason)
    return everywhere | dict(named)


def _read_one(item: str) -> tuple[str, float]:
    key, _, number = item.partition(":")
    if key.strip() not in KEYS:
        reason = f"unknown class {key!r}; expected one of {', '.join(KEYS)}."
        raise InvalidOptionError.of("thresholds", key, list(KEYS), reason)
    try:
        value = float(number)
    except ValueError as error:
        reason = f"{number!r} is not a number; write {key.strip()}:0.4."
        raise InvalidOptionError.of("thresholds", item, "CLASS:NUMBER", reason) from error
    if not 0 < value < 1:
        reason = f"{item.strip()!r} must be greater than 0 and less than 1."
        raise InvalidOptionError.of("thresholds", item, [0, 1], reason)
    return key.strip(), value


def read_bands(bands: str) -> Bands:
    """Three numbers of bands.

    Raises:
        InvalidOptionError: Not three, or one that is no band.
    """
    numbers = tuple(
        int(item) if re.fullmatch("[0-9]", item.strip()) else 0 for item in bands.split(",")
    )
    if len(numbers) != 3 or not all(1 <= number <= len(BANDS) for number in numbers):  # noqa: PLR2004
        reason = f"expected three numbers from 1 to {len(BANDS)}, like 7,5,3, not {bands!r}."
        raise InvalidOptionError.of("bands", bands, [1, len(BANDS)], reason)
    return numbers
