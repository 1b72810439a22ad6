"""`/openapi.json` (OpenAPI 3.1) and `/docs` (Swagger UI, from the package itself)."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from pydantic import TypeAdapter
from typing_extensions import TypedDict  # pydantic takes typing.TypedDict from Python 3.12 on

from tesela import __version__
from tesela.api.access import Access
from tesela.api.present import HistoryDocument, PredictionDocument
from tesela.api.problems import PROBLEM_JSON
from tesela.api.reply import BINARY, CSV, GEOJSON, JSON
from tesela.api.upload import FIELD


class Problem(TypedDict):
    """RFC 9457, with a stable `code` and the `values` that `detail` names.

    `instance` is the request's id, to be found in the log.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    values: dict[str, Any]
    instance: str


_ABOUT = {
    "title": "Tesela",
    "version": __version__,
    "description": "Land-cover segmentation of WorldView-3 imagery.",
    "security_schemes": {"token": {"type": "http", "scheme": "bearer"}},
    "security": [{"token": []}],
}
_BYTES = {"type": "string", "format": "binary"}
# The routes read the body themselves, so the validation does not know it.
_UPLOAD = {
    "required": False,  # with `upload=` there is none
    "description": "An 8-band TIFF: coastal, blue, green, yellow, red, red edge, NIR1, NIR2.",
    "content": {
        "image/tiff": {"schema": _BYTES},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {FIELD: _BYTES}, "required": [FIELD]}
        },
    },
}
_FILES = {
    "polygons.geojson": GEOJSON,
    "table.csv": CSV,
    "objects.csv": CSV,
    "masks.tif": "image/tiff",
    "classes.tif": "image/tiff",
    "style.qml": "application/xml",
    "overlay.png": "image/png",
    "image.png": "image/png",
    "scores": BINARY,
    "source.tif": "image/tiff",
}
_DOCUMENTS = {
    ("post", "/predictions"): "PredictionDocument",
    ("get", "/predictions"): "HistoryDocument",
    ("get", "/predictions/{prediction_id}"): "PredictionDocument",
}
_REF = "#/components/schemas/{model}"


def document(app: APIGatewayHttpResolver, access: Access) -> None:
    """Add both routes; the schema is made when it is first asked for."""

    @cache
    def schema() -> str:
        return json.dumps(_schema(app, access))

    @app.get("/openapi.json", include_in_schema=False, compress=True)
    def openapi() -> Response[str]:
        return Response(200, JSON, schema())

    @app.get("/docs", include_in_schema=False, compress=True)
    def docs() -> Response[str]:
        return Response(200, "text/html; charset=utf-8", _swagger_ui(schema()))


def _swagger_ui(description: str) -> str:
    """The page around our description; `enable_swagger` would load its models at every cold start."""
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    folder = files(swagger_ui)
    script, style = (
        folder.joinpath(f"swagger-ui{part}").read_text("utf-8")
        for part in ("-bundle.min.js", ".min.css")
    )
    safe = description.replace("</", "<\\/")  # must not end the script that holds it
    return swagger_ui.generate_swagger_html(safe, script, style, "", None)


def _schema(app: APIGatewayHttpResolver, access: Access) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(app.get_openapi_json_schema(**_ABOUT))  # type: ignore[arg-type]
    described["components"]["schemas"] = _component_schemas()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            closed = access.needs_token(method.upper(), path)
            if not closed:
                operation["security"] = []
            operation["responses"] = _responses(method, path, closed)
    for path in ("/predictions", "/segment_tiff"):
        described["paths"][path]["post"]["requestBody"] = _UPLOAD
    return described


def _component_schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for kind in (HistoryDocument, PredictionDocument, Problem):
        one = TypeAdapter[Any](kind).json_schema(ref_template=_REF)
        schemas |= one.pop("$defs", {})
        schemas.setdefault(kind.__name__, one)
    return schemas


def _responses(method: str, path: str, closed: bool) -> dict[str, Any]:
    """What powertools cannot know: routes answer ready-made bodies, and errors as problems."""
    problem = {PROBLEM_JSON: {"schema": {"$ref": _REF.format(model="Problem")}}}
    refused = {"401": {"description": "No known token", "content": problem}} if closed else {}
    return {
        **_success(method, path),
        **refused,
        "default": {"description": "A problem", "content": problem},
    }


def _success(method: str, path: str) -> dict[str, Any]:
    if method == "delete":
        return {"204": {"description": "Deleted"}}
    name = path.rpartition("/")[2]
    model = _DOCUMENTS.get((method, path))
    schema = {"$ref": _REF.format(model=model)} if model else {}
    kind = _FILES.get(name, JSON)
    content = {kind: {"schema": schema if kind == JSON else _BYTES}}
    answered = {"200": {"description": "Answered", "content": content}}
    if path in ("/predictions", "/uploads") and method == "post":
        answered["201"] = {"description": "Made", "content": content}
    if name in _FILES:
        answered["307"] = {"description": "Too long for Lambda: a temporary URL in `Location`"}
    return answered
