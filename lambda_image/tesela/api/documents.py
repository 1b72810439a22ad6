"""A prediction as the API shows it: the manifest with names, colours and links."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, cast

from typing_extensions import TypedDict  # pydantic takes typing.TypedDict from Python 3.12 on

from tesela.catalogue import CLASSES, LandCover
from tesela.core.caveat import Caveat
from tesela.core.summary import ClassSummary
from tesela.exports import EXPORTS
from tesela.jobs.job import Status
from tesela.jobs.service import Ordered
from tesela.jobs.sources import parse_address
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
    name: str | None
    note: str | None
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
    prediction: Prediction,
    base_url: str,
    saved: Literal["all", "objects"] = "all",
    caveats: Sequence[Caveat] = (),
) -> PredictionDocument:
    """The document of a prediction; `saved` is `objects` while its row is still to come.

    `caveats` are warnings about this request, beside those that are kept.
    """
    url = f"{base_url}/predictions/{prediction.id}"
    image = prediction.image
    kept = CODEC.dump_python(prediction, mode="json")
    kept["image"]["corners"] = image.corners or image.grid.corners  # older ones did not keep them
    document = kept | {
        "saved": saved,
        "warnings": kept["warnings"] + [asdict(caveat) for caveat in caveats],
        "classes": [
            _present_class(*pair) for pair in zip(CLASSES, prediction.classes, strict=True)
        ],
        "links": {"self": url} | {export.name: f"{url}/{export.name}" for export in EXPORTS},
    }
    return cast(PredictionDocument, document)


class PartDocument(TypedDict):
    """Where to PUT a part of a file: its `size` bytes from `start` on, with these headers."""

    file: int
    number: int
    start: int
    size: int
    url: str
    headers: dict[str, str]


class SceneUploadDocument(TypedDict):
    """What is missing of an upload; `parts` are the first of the `missing` ones.

    `file` counts the files from 1: there is one, or one for each band.
    """

    part_bytes: int
    missing: int
    parts: list[PartDocument]


class SceneProgressDocument(TypedDict):
    """How far the processing has come; `done` names blocks by their first row and column."""

    stage: Literal["blocks", "seams", "assembly"]
    blocks_done: int
    blocks: int
    done: list[str]


class SceneDocument(TypedDict):
    """A scene; what is not known yet is null.

    `sources` are without their queries, which may be signatures; `source` is the only one. `area_km2` is
    what the order stated. `facts` are what its plan found: size, place, `area_km2`, warnings, the
    `estimate` of processor time and cost, and the sides of a block and of a pixel of its preview in
    pixels of the scene. `problem` has the `code`, `detail` and `values` of other problems.
    """

    id: str
    created: str
    name: str
    state: Literal["uploading", "queued", "processing", "cancelling", "done", "failed", "cancelled"]
    size: int
    source: str | None
    sources: list[str]
    area_km2: float | None
    thresholds: dict[str, float]
    band_order: list[int] | None
    scores: bool
    upload: SceneUploadDocument | None
    progress: SceneProgressDocument | None
    facts: dict[str, Any] | None
    ended: str | None
    problem: dict[str, Any] | None
    classes: list[dict[str, Any]]
    links: dict[str, str]


class ScenesDocument(TypedDict):
    """A page of scenes; `next` is the cursor of the one after it."""

    items: list[SceneDocument]
    next: str | None


def present_scene(ordered: Ordered, base_url: str, part_bytes: int) -> SceneDocument:
    """The document of a scene."""
    job, status = ordered.job, ordered.status
    url, stage, end = f"{base_url}/scenes/{job.id}", status.stage, status.end
    sources = [parse_address(file.source).shown for file in job.content.files if file.source]
    document = {
        "id": str(job.id),
        "created": _moment(job.created),
        "name": job.name,
        "state": status.state,
        "size": job.content.size,
        "source": sources[0] if len(sources) == 1 else None,
        "sources": sources,
        "area_km2": job.stated_km2,
        **asdict(job.choices),
        "upload": _present_upload(ordered, part_bytes),
        "progress": _present_progress(status),
        "facts": end.facts if end else stage and stage.facts,
        "ended": end and _moment(end.at),
        "problem": end and end.problem,
        "classes": end.classes if end else [],
        "links": {"self": url}
        | {name: f"{url}/files/{name}" for name in (end.files if end else ())},
    }
    return cast(SceneDocument, document)


def _present_progress(status: Status) -> SceneProgressDocument | None:
    if status.stage is None:
        return None
    return {
        "stage": status.stage.name,
        "blocks_done": len(status.done),
        "blocks": status.stage.blocks,
        "done": list(status.done),
    }


def _present_upload(ordered: Ordered, part_bytes: int) -> SceneUploadDocument | None:
    if not ordered.missing:
        return None
    parts = cast("list[PartDocument]", [asdict(link) for link in ordered.links])
    return {"part_bytes": part_bytes, "missing": ordered.missing, "parts": parts}


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


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
