"""`/openapi.json` (OpenAPI 3.1) and `/docs` (Swagger UI, from the package itself)."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from tesela import __version__
from tesela.api.upload import FIELD

_ABOUT = {
    "title": "Tesela",
    "version": __version__,
    "description": "Land-cover segmentation of WorldView-3 imagery.",
}
_BYTES = {"type": "string", "format": "binary"}
# The routes read the body themselves, so the validation does not know it.
_UPLOAD = {
    "required": True,
    "description": "An 8-band TIFF: coastal, blue, green, yellow, red, red edge, NIR1, NIR2.",
    "content": {
        "image/tiff": {"schema": _BYTES},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {FIELD: _BYTES}, "required": [FIELD]}
        },
    },
}


def document(app: APIGatewayHttpResolver) -> None:
    """Add both routes; the schema is made when it is first asked for."""

    @cache
    def schema() -> str:
        return json.dumps(_schema(app))

    @app.get("/openapi.json", include_in_schema=False, compress=True)
    def openapi() -> Response[str]:
        return Response(200, "application/json", schema())

    app.enable_swagger(path="/docs", compress=True, **_ABOUT)  # type: ignore[arg-type]


def _schema(app: APIGatewayHttpResolver) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(app.get_openapi_json_schema(**_ABOUT))  # type: ignore[arg-type]
    for path in ("/predictions", "/segment_tiff"):
        described["paths"][path]["post"]["requestBody"] = _UPLOAD
    return described
