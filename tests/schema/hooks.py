"""What schemathesis loads: without it, random bytes are no TIFF and random ids lead to nothing."""

import os
from pathlib import Path
from typing import Any

import schemathesis

_IMAGE = Path(os.environ["SCHEMA_IMAGE"]).read_bytes()  # without a CRS, so that gsd= is valid too
_PREDICTION = os.environ["SCHEMA_PREDICTION"]
_RAW = ("image/tiff", "application/octet-stream")


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    """Put a real image or the id of a kept prediction into what is meant to be valid."""
    del context, kwargs
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.method.upper() == "POST" and case.media_type in _RAW:
        case.body = _IMAGE
        case.query.pop("upload", None)  # an id under which nothing was uploaded
    if case.method.upper() == "GET" and "prediction_id" in case.path_parameters:
        case.path_parameters["prediction_id"] = _PREDICTION
