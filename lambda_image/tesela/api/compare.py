"""Routes that compare two predictions of one place."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from typing_extensions import TypedDict  # pydantic takes typing.TypedDict from Python 3.12 on

from tesela.api.context import base_url, service_of, stopwatch_of
from tesela.api.documents import CaveatDocument
from tesela.api.labels import file_name
from tesela.api.options import Threshold, ThresholdsByClass, read_thresholds
from tesela.api.responses import file_reply, json_reply
from tesela.catalogue import CLASSES, KEYS
from tesela.comparing import Compared
from tesela.exports import CSV, GEOTIFF
from tesela.exports.changes import COLOURS, NAMES, changes_cog, changes_csv, changes_png
from tesela.exports.tables import Locale
from tesela.prediction import Prediction

router = APIGatewayHttpRouter()

First = Annotated[UUID, Query(description="The prediction that comes first; its grid counts.")]
Second = Annotated[UUID, Query(description="The prediction that is compared with it.")]
ClassKey = Annotated[
    Literal[KEYS],  # type: ignore[valid-type]
    Query(alias="class", description="What became of this class."),
]
OptionalClassKey = Annotated[
    Literal[KEYS] | None,  # type: ignore[valid-type]
    Query(alias="class", description="One band in colour, of this class; else a band for each."),
]
CsvLocale = Annotated[
    Locale | None, Query(description="A CSV for spreadsheets of this language, as of `table.csv`.")
]

FILES = {"changes.csv": CSV, "changes.tif": GEOTIFF, "changes.png": "image/png"}

_TAG = ["Compare"]


class ComparedDocument(TypedDict):
    """A prediction that is compared, with the thresholds at which it was drawn."""

    id: str
    name: str | None
    created: str
    thresholds: dict[str, float]


class GridDocument(TypedDict):
    """The pixels that are compared: those of `a`. `nearest`: b has others, the nearest ones count."""

    width: int
    height: int
    crs: str | None
    pixel_size_m: list[float]
    resampling: Literal["none", "nearest"]


class ChangeDocument(TypedDict):
    """What became of a class on the common ground; `difference_ha` is b less a."""

    number: int
    key: str
    name: dict[str, str]
    a_ha: float
    b_ha: float
    difference_ha: float
    gained_ha: float
    lost_ha: float
    kept_ha: float


class ComparisonDocument(TypedDict):
    """Two predictions compared on the ground that both show."""

    a: ComparedDocument
    b: ComparedDocument
    grid: GridDocument
    common_ha: float
    share_of_a: float
    classes: list[ChangeDocument]
    warnings: list[CaveatDocument]
    codes: dict[str, str]
    colours: dict[str, str]
    links: dict[str, str]


@router.get(
    "/compare", summary="Compare two predictions", operation_id="compare_predictions", tags=_TAG
)
def show(
    a: First, b: Second, threshold: Threshold = None, thresholds: ThresholdsByClass = None
) -> Response[Any]:
    """Areas of each class in both, gained, lost and kept, on the valid ground that both show.

    `threshold` and `thresholds` draw both predictions alike.
    """
    compared = _compare(a, b, threshold, thresholds)
    return json_reply(present_comparison(compared, base_url(router)))


@router.get(
    "/compare/changes.csv", summary="changes.csv", operation_id="get_changes_csv", tags=_TAG
)
def table(
    a: First,
    b: Second,
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    *,
    locale: CsvLocale = None,
) -> Response[Any]:
    """One row per class, in hectares."""
    compared = _compare(a, b, threshold, thresholds)
    body = changes_csv(compared.comparison.changes, locale)
    return _file(compared, "changes.csv", body)


@router.get(
    "/compare/changes.tif", summary="changes.tif", operation_id="get_changes_tif", tags=_TAG
)
def raster(
    a: First,
    b: Second,
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
    *,
    class_key: OptionalClassKey = None,
) -> Response[Any]:
    """A cloud-optimised GeoTIFF on the grid of a.

    0: the class is in neither; 1: lost, in a alone; 2: gained, in b alone; 3: kept, in both;
    255 (nodata): outside the common ground.
    """
    compared = _compare(a, b, threshold, thresholds)
    body = changes_cog(compared.comparison, compared.a.grid, class_key)
    return _file(compared, "changes.tif", body)


@router.get(
    "/compare/changes.png", summary="changes.png", operation_id="get_changes_png", tags=_TAG
)
def picture(
    a: First,
    b: Second,
    class_key: ClassKey,
    threshold: Threshold = None,
    thresholds: ThresholdsByClass = None,
) -> Response[Any]:
    """One class, gained in blue, lost in orange, kept in grey, to lay over `image.png` of a."""
    compared = _compare(a, b, threshold, thresholds)
    return _file(compared, "changes.png", changes_png(compared.comparison, class_key))


def _compare(a: UUID, b: UUID, threshold: float | None, thresholds: str | None) -> Compared:
    with stopwatch_of(router)("compare"):
        return service_of(router).compare(a, b, read_thresholds(threshold, thresholds))


def _file(compared: Compared, name: str, body: bytes) -> Response[Any]:
    a, b = compared.a.prediction, compared.b.prediction
    return file_reply(router, a, name, body, FILES[name], called=file_name(b, name))


def present_comparison(compared: Compared, url: str) -> ComparisonDocument:
    """The document of a comparison."""
    a, b = (drawing.prediction for drawing in (compared.a, compared.b))
    query, comparison, grid = f"a={a.id}&b={b.id}", compared.comparison, compared.a.grid
    first, second = compared.thresholds
    document = {
        "a": _side(a) | {"thresholds": dict(first)},
        "b": _side(b) | {"thresholds": dict(second)},
        "grid": {
            "width": grid.width,
            "height": grid.height,
            "crs": a.image.crs,
            "pixel_size_m": list(grid.pixel_size_m),
            "resampling": "nearest" if comparison.resampled else "none",
        },
        "common_ha": comparison.common_ha,
        "share_of_a": round(compared.share_of_a, 6),
        "classes": [
            asdict(change) | {"name": entry.name, "difference_ha": change.difference_ha}
            for entry, change in zip(CLASSES, comparison.changes, strict=True)
        ],
        "warnings": [asdict(caveat) for caveat in compared.caveats],
        "codes": {str(code): name for code, name in NAMES.items()},
        "colours": {NAMES[code]: f"#{bytes(rgb).hex().upper()}" for code, rgb in COLOURS.items()},
        "links": {"self": f"{url}/compare?{query}"}
        | {name: f"{url}/compare/{name}?{query}" for name in FILES if name != "changes.png"},
    }
    return cast(ComparisonDocument, document)


def _side(prediction: Prediction) -> dict[str, Any]:
    created = prediction.created.isoformat().replace("+00:00", "Z")
    return {"id": str(prediction.id), "name": prediction.name, "created": created}
