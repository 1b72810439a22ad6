"""A prediction as the API shows it: the manifest with names, colours and links."""

from dataclasses import asdict
from typing import Any, Literal, cast

from typing_extensions import TypedDict  # pydantic takes typing.TypedDict from Python 3.12 on

from tesela.catalogue import CLASSES, LandCover
from tesela.core.summary import ClassSummary
from tesela.exports import EXPORTS
from tesela.prediction import CODEC, Prediction


class ClassDocument(TypedDict):
    """A class of a prediction; colours are `#RRGGBB`."""

    number: int
    key: str
    name: dict[str, str]
    corine: dict[str, Any]
    ideam: dict[str, Any]
    colour_blind_safe: str
    ds4a: str
    polygons: int
    area_m2: float
    area_ha: float
    area_percent: float
    mean_score: float | None


class CaveatDocument(TypedDict):
    """A warning: a stable code and its values for clients that translate, and an English sentence."""

    code: str
    values: dict[str, Any]
    text: str


class ConfidenceDocument(TypedDict):
    """How far to trust the prediction of this image, and why it is not `high`.

    `unknown`: the model has no numbers to judge by. `expected_jaccard` is the mean Jaccard index over
    the classes that such images had on terrain that no network was trained on.
    """

    level: Literal["high", "medium", "low", "unknown"]
    expected_jaccard: float | None
    reasons: list[CaveatDocument]


class PredictionDocument(TypedDict):
    """What an upload is answered with, and what history holds."""

    id: str
    created: str
    saved: Literal["all", "objects"]
    image: dict[str, Any]
    model: dict[str, str]
    thresholds: dict[str, float]
    classes: list[ClassDocument]
    warnings: list[CaveatDocument]
    confidence: ConfidenceDocument | None  # null in predictions of older versions
    band_order: list[int] | None
    gsd_m: float | None
    links: dict[str, str]


class HistoryDocument(TypedDict):
    """A page of the history; `next` is the cursor of the one after it."""

    items: list[PredictionDocument]
    next: str | None


def present(
    prediction: Prediction, base_url: str, saved: Literal["all", "objects"] = "all"
) -> PredictionDocument:
    """The document of a prediction; `saved` is `objects` while its row is still to come."""
    url = f"{base_url}/predictions/{prediction.id}"
    document = CODEC.dump_python(prediction, mode="json") | {
        "saved": saved,
        "classes": [
            _present_class(*pair) for pair in zip(CLASSES, prediction.classes, strict=True)
        ],
        "links": {"self": url} | {export.name: f"{url}/{export.name}" for export in EXPORTS},
    }
    return cast(PredictionDocument, document)


def _present_class(entry: LandCover, summary: ClassSummary) -> ClassDocument:
    about = {
        "name": entry.name,
        "corine": entry.corine,
        "ideam": entry.ideam,
        "colour_blind_safe": entry.colour_blind_safe,
        "ds4a": entry.ds4a,
        "area_ha": summary.area_ha,
    }
    return cast(ClassDocument, asdict(summary) | about)
