"""What schemathesis loads: without it, random bytes are no TIFF and random ids lead to nothing."""

import os
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis

_IMAGE = Path(os.environ["SCHEMA_IMAGE"]).read_bytes()  # without a CRS, so that gsd= is valid too
_PREDICTION = os.environ["SCHEMA_PREDICTION"]
_SCENE = os.environ["SCHEMA_SCENE"]  # done
_ACCEPTED = Path(os.environ["SCHEMA_ACCEPTED"])
_NUMBERS = count(1)
_RAW = ("image/tiff", "application/octet-stream")


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    """Put a real image or the id of a kept prediction into what is meant to be valid."""
    del context, kwargs
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.method.upper() == "POST" and case.media_type in _RAW:
        case.body = _new_image()
        case.query.pop("upload", None)  # an id under which nothing was uploaded
    linked = case.meta.phase.name.value == "stateful"  # its ids are those of earlier answers
    if case.method.upper() == "DELETE" and not linked:
        _spare(case.path_parameters)
    kept = case.method.upper() in ("GET", "PATCH") and not linked
    if kept and "prediction_id" in case.path_parameters:
        case.path_parameters["prediction_id"] = _PREDICTION
    # Compared with itself, as another image may lie elsewhere.
    if case.operation.label.startswith("GET /compare"):
        case.query |= {"a": _PREDICTION, "b": _PREDICTION}
    if case.method.upper() != "DELETE" and "scene_id" in case.path_parameters and not linked:
        case.path_parameters["scene_id"] = _SCENE
    if case.operation.label == "POST /scenes":
        case.body = {"size": 4, "parts": [sha256(_new_image()).hexdigest()]}
    if case.operation.label == "PUT /predictions/{prediction_id}/corrections" and not linked:
        case.path_parameters["prediction_id"] = _PREDICTION
        case.headers["If-Match"] = "*"
        ring = [[0, 0], [8, 0], [8, 8], [0, 8], [0, 0]]
        case.body = {"corrections": [{"verdict": "right", "class": "roads", "rings": [ring]}]}
    if "name" in case.path_parameters:
        case.path_parameters["name"] = "classes.tif"


def _spare(ids: dict[str, Any]) -> None:
    """Let a DELETE take neither the kept prediction nor the scene, which later phases need.

    The last phase, which follows links, does not: there an id of our own would look like a lost one.
    """
    for name, kept in (("prediction_id", _PREDICTION), ("scene_id", _SCENE)):
        if ids.get(name) == kept:
            ids[name] = str(uuid4())


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: Any, response: Any) -> None:
    """Note the operation of a request that was accepted."""
    del context
    if response.status_code < 400:
        with _ACCEPTED.open("a") as file:
            file.write(f"{case.operation.label}\n")


def _new_image() -> bytes:
    """An image that no other request sends: equal ones share an id, which a DELETE of one takes."""
    return _IMAGE[:-2] + (next(_NUMBERS) % 2**16).to_bytes(2, "little")
