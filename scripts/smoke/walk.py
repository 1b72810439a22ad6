"""Walk a running API with one sample, as a client would.

The sample is a scene that nobody has posted, so what is deleted at the end is nobody else's.
"""

import gzip
import json
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from scripts.make_scene import SAMPLE_CRS, make_scene, write_tiff
from scripts.smoke.api import Api, SmokeError
from scripts.smoke.areas import dataframe_areas, geojson_areas, mask_areas, table_areas

_ROUNDING_M2 = 0.01  # each polygon's area is rounded by itself


def walk(api: Api, say: Callable[[str], object], patience_s: float = 0) -> None:
    """Post a scene, read every form, compare, delete; `say` is told each step that held.

    A function that was made just now may need `patience_s` until it answers, and one that runs
    learns of a new token within seconds.
    """
    wait_until_ready(api, patience_s)
    say("ready: S3 and PostgreSQL answer")
    if api.token:
        refuse_a_stranger(api)
        say("a token that nobody was given is refused")
    image = new_scene()
    document = json.loads(api.expect(HTTPStatus.CREATED, "POST", "/predictions", image))
    try:
        say(f"posted {len(image)} bytes: prediction {document['id']}")
        post_again(api, image, document["id"])
        say("posted again, in a request and by way of S3: the same prediction")
        forms = read_every_form(api, document)
        say(f"read as {', '.join(forms)}")
        compare_forms(image, document, forms)
        say("areas agree: document, table, GeoJSON, masks")
        find_in_history(api, document["id"])
        say("found in the history")
    finally:
        api("DELETE", f"/predictions/{document['id']}")
    api.expect(HTTPStatus.NOT_FOUND, "GET", f"/predictions/{document['id']}")
    say("deleted, and gone")


def wait_until_ready(api: Api, patience_s: float) -> None:
    """Return when `/ready` answers 200; SmokeError when it does not after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and not _is_up(api):
        time.sleep(2)
    api.expect(HTTPStatus.OK, "GET", "/ready")


def _is_up(api: Api) -> bool:
    try:
        return api("GET", "/ready")[0] == HTTPStatus.OK
    except SmokeError:
        return False


def refuse_a_stranger(api: Api) -> None:
    """A token made up on the spot must not open what ours does."""
    stranger = replace(api, token=secrets.token_urlsafe(32))
    stranger.expect(HTTPStatus.UNAUTHORIZED, "POST", "/uploads?size=1")


def new_scene() -> bytes:
    """Return a simulated scene of a random seed, as a GeoTIFF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.tif"
        write_tiff(make_scene("town", secrets.randbits(31)), path, SAMPLE_CRS)
        return path.read_bytes()


def post_again(api: Api, image: bytes, prediction_id: str) -> None:
    """The same image is the same prediction, whichever way it comes."""
    upload = json.loads(api.expect(HTTPStatus.CREATED, "POST", f"/uploads?size={len(image)}"))
    api.expect(HTTPStatus.OK, "PUT", upload["url"], image)
    for target, body in (
        ("/predictions", image),
        (f"/predictions?upload={upload['upload']}", b""),
    ):
        again = json.loads(api.expect(HTTPStatus.OK, "POST", target, body))
        _same("id", "the same image", again["id"], prediction_id)


def read_every_form(api: Api, document: dict[str, Any]) -> dict[str, bytes]:
    """Return the bytes of each form that the document links to, by name."""
    url = f"/predictions/{document['id']}"
    forms = [form for form in document["links"] if form != "self"]
    return {form: api.expect(HTTPStatus.OK, "GET", f"{url}/{form}") for form in forms}


def compare_forms(image: bytes, document: dict[str, Any], forms: dict[str, bytes]) -> None:
    """The image came back whole, and each class has the same m2 wherever areas are told."""
    _same("bytes", "source.tif", forms["source.tif"] == image, True)
    about, classes = document["image"], document["classes"]
    pixels = about["width"] * about["height"] * len(classes)
    _same("bytes", "scores", len(gzip.decompress(forms["scores"])), pixels)
    areas = {
        "table.csv": table_areas(forms["table.csv"]),
        "dataframe.json": dataframe_areas(forms["dataframe.json"]),
        "polygons.geojson": geojson_areas(forms["polygons.geojson"]),
        "masks.tif": mask_areas(forms["masks.tif"], about["pixel_area_m2"]),
    }
    for entry in classes:
        rounding = _ROUNDING_M2 * (1 + entry["polygons"])
        for form, found in areas.items():
            area = found.get(entry["key"], 0.0)
            _same(f"m2 of {entry['key']}", form, area, entry["area_m2"], rounding)


def find_in_history(api: Api, prediction_id: str) -> None:
    """A new prediction is on the first page."""
    page = json.loads(api.expect(HTTPStatus.OK, "GET", "/predictions?limit=100"))
    _same("the new prediction", "history", prediction_id in {i["id"] for i in page["items"]}, True)


def _same(what: str, where: str, found: Any, expected: Any, within: float = 0) -> None:
    if found != expected and not (within and abs(found - expected) <= within):
        raise SmokeError(f"{where}: {what} {found}, not {expected}")
