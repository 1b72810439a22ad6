"""`/openapi.json` (OpenAPI 3.1) and `/docs` (Swagger UI, from the package itself)."""

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from pydantic import TypeAdapter

from tesela import __version__
from tesela.api.access import Access
from tesela.api.compare import FILES, ComparisonDocument
from tesela.api.corrections import FILES as CORRECTION_FILES
from tesela.api.corrections import CorrectedPage, CorrectionsRequest
from tesela.api.documents import (
    HistoryDocument,
    PredictionDocument,
    SceneDocument,
    ScenesDocument,
)
from tesela.api.examples import add_examples
from tesela.api.problems import PROBLEM_JSON
from tesela.api.responses import JSON
from tesela.api.schemas import (
    BYTES,
    FEATURES,
    OBJECT,
    REF,
    ROWS,
    UPLOAD,
    LabelPatch,
    Problem,
    SceneRequest,
    Schema,
    UploadDocument,
    ref,
)
from tesela.correcting import Corrections
from tesela.exports import EXPORTS, GEOJSON

_ABOUT = {
    "title": "Tesela",
    "version": __version__,
    "description": "Land-cover segmentation of WorldView-3 imagery. HEAD works wherever GET does.",
    "security_schemes": {"token": {"type": "http", "scheme": "bearer"}},
    "security": [{"token": []}],
}
_TAGS = [
    {"name": "Predict", "description": "Segment an image."},
    {"name": "Predictions", "description": "List, show, name and delete kept predictions."},
    {"name": "Files", "description": "Take a prediction away."},
    {"name": "Compare", "description": "Two predictions of one place."},
    {"name": "Corrections", "description": "What people say of a prediction's objects."},
    {"name": "Scenes", "description": "Whole scenes, processed while nobody waits."},
    {"name": "About", "description": "The classes, the model, and whether the service works."},
]
_PREDICTED = {
    JSON: {"schema": ref("PredictionDocument")},
    GEOJSON: {"schema": FEATURES},
    "text/csv": {"schema": {"type": "string"}},
}
# powertools' page links to itself for its description, with an option that is refused here.
_THEIR_ADDRESS = 'currentUrl.pathname + "?format=json"'
MERGE_PATCH = "application/merge-patch+json"  # RFC 7396
_OLDER = {JSON: {"schema": ROWS}, "text/csv": {"schema": {"type": "string"}}}
_SCENE: Schema = {JSON: {"schema": ref("SceneDocument")}}
# What each operation answers where it succeeds; files follow EXPORTS.
_CONTENTS: dict[str, dict[int, Schema]] = {
    "prepare_upload": {201: {JSON: {"schema": ref("UploadDocument")}}},
    "create_prediction": {200: _PREDICTED, 201: _PREDICTED},
    "segment_tiff": {200: _OLDER},
    "list_predictions": {200: {JSON: {"schema": ref("HistoryDocument")}}},
    "get_prediction": {200: {JSON: {"schema": ref("PredictionDocument")}}},
    "label_prediction": {200: {JSON: {"schema": ref("PredictionDocument")}}},
    "delete_prediction": {204: {}},
    "get_corrections": {200: {JSON: {"schema": ref("Corrections")}}},
    "replace_corrections": {200: {JSON: {"schema": ref("Corrections")}}},
    "list_corrections": {200: {JSON: {"schema": ref("CorrectedPage")}}},
    "compare_predictions": {200: {JSON: {"schema": ref("ComparisonDocument")}}},
    "order_scene": {200: _SCENE, 201: _SCENE},
    "complete_scene": {202: _SCENE},
    "list_scenes": {200: {JSON: {"schema": ref("ScenesDocument")}}},
    "get_scene": {200: _SCENE},
    "get_scene_file": {},
    "get_scene_block": {200: {"application/zlib": {"schema": BYTES}}},
    "delete_scene": {202: _SCENE, 204: {}},
}
_JSON_OBJECT: dict[int, Schema] = {200: {JSON: {"schema": OBJECT}}}
_REDIRECTED = "Too long for an answer: `Location` is a temporary URL of the file."
# Statuses of problems beside 400 and 401, which every operation can answer.
_PROBLEMS: dict[str, tuple[int, ...]] = {
    "prepare_upload": (413, 503),
    "create_prediction": (404, 406, 413, 415, 422, 503),
    "segment_tiff": (406, 413, 415, 422, 503),
    "list_predictions": (503,),
    "get_prediction": (404, 503),
    "label_prediction": (404, 503),
    "delete_prediction": (404, 503),
    "get_corrections": (404, 503),
    "replace_corrections": (404, 412, 413, 428, 503),
    "list_corrections": (503,),
    "compare_predictions": (404, 422, 503),
    "order_scene": (413, 422, 429, 501, 503),
    "complete_scene": (404, 409, 413, 429, 501, 503),
    "list_scenes": (501, 503),
    "get_scene": (404, 501, 503),
    "get_scene_file": (404, 501, 503),
    "get_scene_block": (404, 501, 503),
    "delete_scene": (404, 501, 503),
    "check_readiness": (503,),
}
_OF_FILES = (404, 416, 503)
_CHANGES = {f"get_{name.replace('.', '_')}": media_type for name, media_type in FILES.items()}

_OF_CORRECTIONS = {f"get_{name.replace('.', '_')}": kind for name, kind in CORRECTION_FILES.items()}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the corrections that were read, or `*`.",
    "schema": {"type": "string"},
    "example": "*",
}


def document(app: APIGatewayHttpResolver, access: Access, base_path: str = "") -> None:
    """Add `/`, `/docs` and `/openapi.json`; the schema is made when it is first asked for.

    Args:
        app: Gets the routes.
        access: Knows which operations need a token.
        base_path: What callers put before the paths.
    """

    @cache
    def schema() -> str:
        return json.dumps(_schema(app, access) | {"servers": [{"url": base_path or "/"}]})

    @cache
    def page() -> str:
        return _swagger_ui(schema(), f"{base_path}/openapi.json")

    @app.get("/", include_in_schema=False)
    def root() -> Response[str]:
        return Response(
            HTTPStatus.TEMPORARY_REDIRECT.value, None, "", {"Location": f"{base_path}/docs"}
        )

    @app.get("/openapi.json", include_in_schema=False, compress=True)
    def openapi() -> Response[str]:
        return Response(200, JSON, schema())

    @app.get("/docs", include_in_schema=False, compress=True)
    def docs() -> Response[str]:
        headers: dict[str, str | list[str]] = {
            "Content-Security-Policy": _policy(page()),
            "Referrer-Policy": "no-referrer",
            "X-Frame-Options": "DENY",
        }
        return Response(200, "text/html; charset=utf-8", page(), headers)


def _swagger_ui(description: str, address: str) -> str:
    """The page around our description; `enable_swagger` would load its models at every cold start.

    Args:
        description: The description, as JSON.
        address: Where a client finds it; the page links to it.
    """
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    folder = files(swagger_ui)
    script, style = (
        folder.joinpath(f"swagger-ui{part}").read_text("utf-8")
        for part in ("-bundle.min.js", ".min.css")
    )
    safe = description.replace("</", "<\\/")  # must not end the script that holds it
    page = swagger_ui.generate_swagger_html(safe, script, style, "", None)
    for theirs, ours in (
        (_THEIR_ADDRESS, json.dumps(address)),
        ("<title>Swagger UI</title>", '<title>Tesela API</title><link rel="icon" href="data:,">'),
    ):
        page = page.replace(theirs, ours)
    return page


def _policy(page: str) -> str:
    """Only the page's own scripts run, named by their hashes; long files are fetched from S3."""
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    hashes = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src 'self' data:; font-src data:; connect-src 'self' https:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _schema(app: APIGatewayHttpResolver, access: Access) -> Schema:
    described: Schema = json.loads(app.get_openapi_json_schema(**_ABOUT))  # type: ignore[arg-type]
    described["tags"] = _TAGS
    described["components"]["schemas"] = _component_schemas()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            closed = access.needs_token(method.upper(), path)
            if not closed:
                operation["security"] = []
            operation["responses"] = _responses(operation["operationId"], method, closed)
    for path in ("/predictions", "/segment_tiff"):
        operation = described["paths"][path]["post"]
        # With `upload=` there is no body.
        operation["requestBody"] = UPLOAD | {"required": path == "/segment_tiff"}
    described["paths"]["/scenes"]["post"]["requestBody"] = {
        "required": True,
        "content": {JSON: {"schema": ref("SceneRequest")}},
    }
    described["paths"]["/predictions/{prediction_id}"]["patch"]["requestBody"] = {
        "required": True,
        "content": {MERGE_PATCH: {"schema": ref("LabelPatch")}},
    }
    replace = described["paths"]["/predictions/{prediction_id}/corrections"]["put"]
    replace["requestBody"] = {
        "required": True,
        "content": {JSON: {"schema": ref("CorrectionsRequest")}},
    }
    replace["parameters"] = [*replace.get("parameters", ()), _IF_MATCH]
    add_examples(described)
    return described


def _component_schemas() -> Schema:
    schemas: Schema = {}
    for kind in _DOCUMENTS:
        one = TypeAdapter[Any](kind).json_schema(ref_template=REF)
        schemas |= one.pop("$defs", {})
        schemas.setdefault(kind.__name__, one)
    return schemas


def _responses(operation_id: str, method: str, closed: bool) -> Schema:
    """What powertools cannot know: routes answer ready-made bodies, and errors as problems."""
    export = _BY_OPERATION.get(operation_id)
    media_type = export.media_type if export else (_CHANGES | _OF_CORRECTIONS).get(operation_id)
    contents = (
        _file_contents(media_type) if media_type else _CONTENTS.get(operation_id, _JSON_OBJECT)
    )
    if operation_id == "get_corrections_geojson":
        contents = contents | {200: {GEOJSON: {"schema": OBJECT}}}
    answers = {status: _success(status, content) for status, content in contents.items()}
    if HTTPStatus.OK in answers and method == "get":
        answers[304] = {"description": "Not modified since the answer with this `ETag`."}
    if operation_id == "get_scene_file" or (
        media_type and (export is None or export.source != "options")
    ):
        answers[307] = _redirect()
    if operation_id in ("create_prediction", "segment_tiff"):
        answers[303] = _redirect()
    if operation_id in ("create_prediction", "prepare_upload", "order_scene"):
        for status in {200, 201} & set(answers):
            answers[status]["links"] = _links(operation_id)
    problems = (400, *((401, 403) if closed else ()))
    problems += _OF_FILES if media_type else _PROBLEMS.get(operation_id, ())
    problems += (422,) if operation_id in _CHANGES else ()
    answers |= {status: _problem(status) for status in problems}
    return {str(status): answers[status] for status in sorted(answers)}


def _file_contents(media_type: str) -> dict[int, Schema]:
    media_type = media_type.partition(";")[0]
    schema = FEATURES if media_type == GEOJSON else OBJECT if media_type == JSON else BYTES
    part = {media_type: {"schema": BYTES}}
    return {200: {media_type: {"schema": schema}}, 206: part}


def _success(status: int, content: Schema) -> Schema:
    answer: Schema = {"description": HTTPStatus(status).phrase}
    if content:
        answer["content"] = content
    return answer


def _redirect() -> Schema:
    location = {"schema": {"type": "string", "format": "uri"}}
    return {"description": _REDIRECTED, "headers": {"Location": location}}


def _problem(status: int) -> Schema:
    content = {PROBLEM_JSON: {"schema": ref("Problem")}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def _links(operation_id: str) -> Schema:
    """Where to go on with an answer."""
    if operation_id == "prepare_upload":
        return {
            "create_prediction": {
                "operationId": "create_prediction",
                "parameters": {"upload": "$response.body#/upload"},
            }
        }
    if operation_id == "order_scene":
        key = {"scene_id": "$response.body#/id"}
        following = ["complete_scene", "get_scene", "delete_scene"]
        return {name: {"operationId": name, "parameters": key} for name in following}
    following = ["get_prediction", "label_prediction", *_BY_OPERATION, "delete_prediction"]
    parameters = {"prediction_id": "$response.body#/id"}
    return {name: {"operationId": name, "parameters": parameters} for name in following}


_DOCUMENTS = (
    ComparisonDocument,
    CorrectedPage,
    Corrections,
    CorrectionsRequest,
    HistoryDocument,
    LabelPatch,
    PredictionDocument,
    Problem,
    SceneDocument,
    SceneRequest,
    ScenesDocument,
    UploadDocument,
)
_BY_OPERATION = {export.operation_id: export for export in EXPORTS}
