"""Examples of answers for `/openapi.json`, made by the code that answers, of an image of 16 x 16 px."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import UUID

import numpy as np
from rasterio.crs import CRS
from rasterio.transform import Affine

from tesela import errors
from tesela.api.compare import ComparisonDocument, present_comparison
from tesela.api.documents import PredictionDocument, present, present_scene
from tesela.api.problems import PROBLEM_JSON, Problem, problem_members, problem_of
from tesela.api.responses import JSON
from tesela.catalogue import KEYS
from tesela.comparing import compare_drawings
from tesela.core.caveat import Caveat
from tesela.core.confidence import Confidence
from tesela.core.corrections import Correction
from tesela.core.image import Grid, Image
from tesela.core.limits import LIMITS
from tesela.core.pipeline import delineate
from tesela.core.summary import summarise
from tesela.correcting import CODEC, Corrections
from tesela.errors import InvalidOptionError, TeselaError
from tesela.exports import BY_NAME, GEOJSON
from tesela.exports.corrections import Corrected, corrections_geojson
from tesela.exports.tables import csv, segment_tiff_rows
from tesela.jobs.admission import over_budget
from tesela.jobs.job import PART_BYTES, Choices, Content, File, Job, Stage, Status
from tesela.jobs.service import Ordered
from tesela.layout import TIFF
from tesela.prediction import Drawing, ModelRecord, Prediction, image_record

Schema = dict[str, Any]

_URL = "https://api.example.com"
_ID = UUID("b1a8b394-7fac-5aa1-83e2-e1ee57c6fb32")
_LATER = UUID("0b6e2f04-1c1d-5b3e-9c53-2f1f6a3f6d10")
_UPLOAD = UUID("7c0a5c53-4a57-4f4e-9a6b-0f3c2f1d8e11")
_SUM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_WHEN = datetime(2026, 11, 29, 2, 42, 37, tzinfo=UTC)
_SIDE_PX = 16
_THRESHOLDS = dict.fromkeys(KEYS, 0.5)
_REDIRECT = f"{_URL}/exports/file?X-Amz-Signature=..."

_CORRECTIONS = Corrections(
    _WHEN,
    [Correction("wrong", "buildings", [[(5, 4), (10, 4), (10, 8), (5, 8), (5, 4)]], "structures")],
)
_REQUEST = "8f6a2c1e-0b7d-4d5e-9a3c-1e2f3a4b5c6d"


def add_examples(described: Schema) -> None:
    """Give every answer of the description that is text an example, and every redirect an address."""
    shared: Schema = {}
    for methods in described["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                _add(operation["operationId"], int(status), answer, shared)
    described["components"]["examples"] = shared


def _add(operation_id: str, status: int, answer: Schema, shared: Schema) -> None:
    for header in answer.get("headers", {}).values():
        header["example"] = _REDIRECT
    for media_type, content in answer.get("content", {}).items():
        if content["schema"].get("format") == "binary":
            continue
        name, value = _example(operation_id, status, media_type)
        shared[name] = {"value": value}
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def _example(operation_id: str, status: int, media_type: str) -> tuple[str, Any]:
    """A name, by which operations share the example, and the example itself."""
    if media_type == PROBLEM_JSON:
        problem = _problem(operation_id, status)
        return problem.code, problem_members(problem, _REQUEST)
    if operation_id == "create_prediction" and media_type != JSON:
        operation_id = {GEOJSON: "get_polygons_geojson"}.get(media_type, "get_table_csv")
    files = {export.operation_id: export for export in BY_NAME.values()}
    if operation_id in files:
        return operation_id.removeprefix("get_"), _file(files[operation_id].name)
    if operation_id == "segment_tiff":
        rows = segment_tiff_rows(_drawing().layers, "town")
        as_csv = media_type != JSON
        return (
            f"segment_tiff_{'csv' if as_csv else 'json'}",
            csv(rows).decode() if as_csv else json.loads(rows.to_json(orient="records")),
        )
    return _document(operation_id)


def _file(name: str) -> Any:
    """A file of the example; options are at their defaults."""
    export = BY_NAME[name]
    defaults: dict[str, Any] = {"palette": "corine", "language": "en", "locale": None}
    options = {option: defaults[option] for option in export.options}
    body = export.make(*((_drawing(),) if export.source == "drawing" else ()), **options).decode()
    return json.loads(body) if "json" in export.media_type else body


def _document(operation_id: str) -> tuple[str, Any]:
    """The name and the document of an answer in JSON; those not listed answer with a scene."""
    documents: dict[str, tuple[str, Any]] = {
        "list_predictions": ("predictions", {"items": [_prediction()], "next": None}),
        "prepare_upload": (
            "upload",
            {
                "upload": str(_UPLOAD),
                "url": f"{_URL}/uploads/{_UPLOAD}?X-Amz-Signature=...",
                "content_type": TIFF,
            },
        ),
        "list_scenes": ("scenes", {"items": [_scene()], "next": None}),
        "list_classes": (
            "classes",
            {"classes": [{"number": 1, "key": "buildings", "threshold": 0.5}]},
        ),
        "get_model": (
            "model",
            {"name": "tesela", "version": "1", "sha256": _SUM, "thresholds": _THRESHOLDS},
        ),
        **dict.fromkeys(
            ("create_prediction", "get_prediction", "label_prediction"),
            ("prediction", _prediction()),
        ),
        **dict.fromkeys(
            ("get_corrections", "replace_corrections"),
            ("corrections", json.loads(CODEC.dump_json(_CORRECTIONS, by_alias=True))),
        ),
        "list_corrections": (
            "corrected",
            {
                "items": [{"prediction": str(_ID), "changed": _WHEN.isoformat(), "corrections": 1}],
                "next": None,
            },
        ),
        "get_corrections_geojson": ("corrections_geojson", _corrected()),
        "compare_predictions": ("comparison", _comparison()),
        **dict.fromkeys(("check_health", "check_readiness"), ("ok", {"status": "ok"})),
    }
    return documents.get(operation_id) or ("scene", _scene())


def _corrected() -> Any:
    prediction = _drawing().prediction

    def no_image() -> Image:
        raise NotImplementedError  # of the tiles alone

    return json.loads(
        corrections_geojson(Corrected(prediction, _CORRECTIONS.corrections, no_image))
    )


def _prediction() -> PredictionDocument:
    return present(_drawing().prediction, _URL)


def _comparison() -> ComparisonDocument:
    drawings, valid = (_drawing(), _drawing(_LATER, 6)), np.ones((_SIDE_PX, _SIDE_PX), bool)
    return present_comparison(compare_drawings(drawings, (valid, valid), {}), _URL)


@cache
def _drawing(key: UUID = _ID, row: int = 4) -> Drawing:
    """One building of 4 x 5 px on ground that is nothing else."""
    place = Affine(1.24, 0, 603000, 0, -1.24, 514880)
    grid = Grid(_SIDE_PX, _SIDE_PX, CRS.from_epsg(32618), place)
    scores = np.zeros((len(KEYS), _SIDE_PX, _SIDE_PX), np.uint8)
    scores[0, row : row + 4, 5:10] = 220
    valid = np.ones((_SIDE_PX, _SIDE_PX), bool)
    bands = np.zeros((8, _SIDE_PX, _SIDE_PX), np.float32)
    layers = delineate(scores, _THRESHOLDS, grid.pixel_areas)
    classes = summarise(layers, scores, valid.size)
    prediction = Prediction(
        id=key,
        created=_WHEN,
        image=image_record(Image(bands, valid, "uint16", grid), _SUM),
        model=ModelRecord("tesela", "1", _SUM),
        thresholds=_THRESHOLDS,
        classes=classes,
        warnings=(
            Caveat(
                "constant-bands",
                {"bands": ["coastal"]},
                "Constant bands, which give the model no information: coastal.",
            ),
        ),
        gsd_m=1.24,
        confidence=Confidence("high", 0.56, ()),
    )
    return Drawing(prediction, layers, classes)


@cache
def _scene() -> Any:
    choices = Choices(_THRESHOLDS)
    job = Job(_ID, _WHEN, "scene.tif", Content((File(20_000_000, (_SUM,)),)), choices)
    status = Status("processing", Stage("blocks", 4, {"area_km2": 10.2}), ("0-0", "0-1", "1-0"))
    return present_scene(Ordered(job, status), _URL, PART_BYTES)


def _problem(operation_id: str, status: int) -> Problem:
    """What the operation may answer with this status, as its code raises it."""
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        values = {"range": "bytes=9000-", "length": 4096}
        detail = "Range: 'bytes=9000-' holds none of the 4096 bytes."
        return Problem(HTTPStatus(status), detail, "range", "range", values)
    if status == HTTPStatus.NOT_FOUND and "scene" in operation_id:
        return problem_of(errors.SceneNotFoundError(f"No scene has the id {_ID}.", id=str(_ID)))
    return next(problem for problem in map(problem_of, _errors()) if problem.status == status)


def _errors() -> Iterator[TeselaError]:
    """One error of every other status."""
    yield InvalidOptionError.of("threshold", "1.5", 1, "must be less than 1, not '1.5'.")
    yield errors.TokenRequiredError("This needs a token: Authorization: Bearer TOKEN.")
    needed = "This needs a token of scope write; that of ana has read."
    yield errors.TokenScopeError(needed, name="ana", scope="read", limit="write")
    yield over_budget(900, 900, 480.5, 10_000)
    yield errors.PredictionNotFoundError(f"No prediction has the id {_ID}.", id=str(_ID))
    yield errors.NotAcceptableError("Accept: image/png is not offered.", accept="image/png")
    missing = "2 of the 3 parts of the upload are missing."
    yield errors.SceneIncompleteError(missing, missing=2, parts=3)
    yield errors.ImageTooLargeError.of_upload(300_000_000, LIMITS.max_bytes)
    sent = "The content type is 'text/plain'; send image/tiff."
    yield errors.UnsupportedFormatError(
        sent, "content-type", content_type="text/plain", expected=[TIFF]
    )
    bands = "The image has 3 bands; the model needs 8."
    yield errors.UnsuitableImageError(bands, "band-count", bands=3, pages=1, needed=8)
    yield errors.PreconditionRequiredError("If-Match: send an ETag, or *.", header="If-Match")
    yield errors.CorrectionsChangedError("They were changed meanwhile.", id=str(_ID))
    yield errors.ScenesNotOfferedError("This service processes no whole scenes.")
    yield errors.StorageUnavailableError("S3 does not answer.")
