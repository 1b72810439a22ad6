"""JSON schemas of what the routes take and answer, where pydantic has no model of it."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict  # pydantic takes typing.TypedDict from Python 3.12 on

from tesela.api.upload import FIELD
from tesela.catalogue import KEYS
from tesela.label import MAX_NAME, MAX_NOTE

Schema = dict[str, Any]


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


class UploadDocument(TypedDict):
    """Where to PUT a TIFF, with which content type, and its id for `POST /predictions?upload=`."""

    upload: str
    url: str
    content_type: str


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


Size = Annotated[int, Field(ge=1, description="Bytes of the file.")]
Parts = Annotated[
    list[Sha256],
    Field(max_length=10_000, description="SHA-256 of each part of 64 MiB, in hex."),
]
Source = Annotated[str, Field(max_length=4096, examples=["s3://bucket/scene.tif"])]


class BandFile(TypedDict):
    """A file of one band, to be uploaded."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]

    size: Size
    parts: Parts


class SceneRequest(TypedDict, total=False):
    """A scene to upload (`size` and `parts`, or `files`), or one that lies elsewhere (`source` or `sources`).

    `files` and `sources` are eight files of one band each, in the order coastal, blue, ... NIR2, unless
    the files name their bands or `bands` states another order. `source` may be a STAC Item.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]

    name: Annotated[str, Field(max_length=200, description="Shown in the list of scenes.")]
    size: Size
    parts: Parts
    files: Annotated[list[BandFile], Field(min_length=8, max_length=8)]
    source: Source
    sources: Annotated[list[Source], Field(min_length=8, max_length=8)]
    requester_pays: Annotated[
        bool, Field(description="The service pays for reading the bucket of the source.")
    ]
    area_km2: Annotated[
        float,
        Field(
            gt=0,
            allow_inf_nan=False,
            description="As the header states: too much is refused before it is sent.",
        ),
    ]


class LabelPatch(TypedDict, total=False):
    """A merge patch (RFC 7396) of a prediction: null removes, what is absent stays."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]

    name: Annotated[str | None, Field(max_length=4 * MAX_NAME, examples=["Humedal La Conejera"])]
    note: Annotated[str | None, Field(max_length=4 * MAX_NOTE)]


BYTES: Schema = {"type": "string", "format": "binary"}
OBJECT: Schema = {"type": "object"}
# The routes read the body themselves, so the validation does not know it.
UPLOAD = {
    "description": "An 8-band TIFF: coastal, blue, green, yellow, red, red edge, NIR1, NIR2.",
    "content": {
        "image/tiff": {"schema": BYTES},
        "application/octet-stream": {"schema": BYTES},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {FIELD: BYTES},
                "required": [FIELD],
                "additionalProperties": False,
            }
        },
    },
}
FEATURES: Schema = {
    "type": "object",
    "required": ["type", "positions", "bbox", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "positions": {"enum": ["lonlat", "pixel"]},
        "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string", "examples": ["roads-12-34"]},
                    "geometry": {
                        "type": "object",
                        "required": ["type", "coordinates"],
                        "properties": {
                            "type": {"enum": ["Polygon", "MultiPolygon"]},
                            "coordinates": {"type": "array"},
                        },
                    },
                    "properties": {
                        "type": "object",
                        "required": ["id", "class", "number", "area_m2", "score"],
                        "properties": {
                            "id": {"type": "string"},
                            "class": {"enum": list(KEYS)},
                            "number": {"type": "integer", "minimum": 1, "maximum": len(KEYS)},
                            "area_m2": {"type": "number", "minimum": 0},
                            "score": {"type": "number", "minimum": 0, "maximum": 1},
                        },
                    },
                },
            },
        },
    },
}
ROWS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["image", "class", "poly", "Multi"],
        "properties": {
            "image": {"type": "string"},
            "class": {"type": "integer", "minimum": 1, "maximum": len(KEYS)},
            "poly": {"type": "integer", "minimum": 0},
            "Multi": {"type": "string"},
        },
    },
}
REF = "#/components/schemas/{model}"


def ref(model: str) -> Schema:
    """A reference to a schema of the components."""
    return {"$ref": REF.format(model=model)}
