"""Corrections over HTTP, on real S3 and PostgreSQL: kept, guarded, listed, taken away, removed."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from rasterio.io import MemoryFile
from shapely.geometry import shape
from tesela.admin import run
from tesela.catalogue import KEYS

from tests.stack import InProcess, Reply
from tests.tiffs import PLACE, UTM, counts, placed

SIDE = 24, 40  # rows, columns
ROAD = {"verdict": "right", "class": "roads", "rings": [[[0, 0], [3, 0], [3, 2], [0, 2], [0, 0]]]}
FIELD = {
    "verdict": "wrong",
    "class": "crops",
    "instead": "trees",
    "rings": [[[30, 10], [40, 10], [40, 24], [30, 24], [30, 10]]],
}


@pytest.fixture(scope="module")
def kept(api: InProcess) -> Any:
    return api("POST", "/predictions?threshold=0.3", placed(counts(*SIDE, seed=91))).json


def put(api: InProcess, key: str, corrections: Any, tag: str = "*", body: bytes = b"") -> Reply:
    body = body or json.dumps({"corrections": corrections}).encode()
    headers = {"content-type": "application/json"} | ({"if-match": tag} if tag else {})
    return api("PUT", f"/predictions/{key}/corrections", body, headers)


def test_corrections_are_kept_in_their_order_and_guarded_by_their_tag(
    api: InProcess, kept: Any
) -> None:
    path = f"/predictions/{kept['id']}/corrections"
    empty = api("GET", path)
    assert empty.json == {"changed": None, "corrections": []}
    first = put(api, kept["id"], [ROAD, FIELD], empty.headers["ETag"])
    assert first.status == 200
    now = api("GET", path)
    assert now.json == first.json
    assert [each["class"] for each in now.json["corrections"]] == ["roads", "crops"]
    assert now.headers["ETag"] == first.headers["ETag"]
    stale = put(api, kept["id"], [], empty.headers["ETag"])
    assert (stale.status, stale.json["code"]) == (412, "corrections-changed")
    assert put(api, kept["id"], [], 'W/"x", "y"').status == 412
    # What can never be kept is refused as such, whichever version it was meant for.
    broken = put(api, kept["id"], None, empty.headers["ETag"], b"\xef4\xef")
    assert (broken.status, broken.json["code"]) == (400, "invalid-option")
    bare = put(api, kept["id"], [], "")
    assert (bare.status, bare.json["code"]) == (428, "precondition-required")
    assert api("GET", path).json == now.json
    assert put(api, kept["id"], [ROAD, FIELD], f'"x", {now.headers["ETag"]}').status == 200
    listed = api("GET", "/corrections?limit=1").json
    assert listed["items"][0]["prediction"] == kept["id"]
    assert listed["items"][0]["corrections"] == 2


def test_what_is_no_correction_of_this_image_is_refused_and_nothing_changes(
    api: InProcess, kept: Any
) -> None:
    path = f"/predictions/{kept['id']}/corrections"
    before = api("GET", path).json
    outside = ROAD | {"rings": [[[0, 0], [41, 0], [41, 2], [0, 2], [0, 0]]]}
    hostile = (
        [outside],
        [ROAD | {"class": "roofs"}],
        [ROAD | {"rings": [[[0, 0]] * 4]}],
        [ROAD] * 501,
        [ROAD | {"note": "x"}],
        {"0": ROAD},
    )
    for corrections in hostile:
        refused = put(api, kept["id"], corrections)
        assert (refused.status, refused.json["code"]) == (400, "invalid-option"), corrections
    assert (
        "41, 0 lies outside the image of 40 x 24 px"
        in put(api, kept["id"], [outside]).json["detail"]
    )
    for body in (b"", b"[]", b"{", b"\xff\xfe", b'{"corrections": [], "x": 1}', b"[" * 100_000):
        assert put(api, kept["id"], None, body=body or b" ").status == 400, body[:20]
    large = put(api, kept["id"], None, body=b" " * 2_000_001)
    assert (large.status, large.json["values"]["limit"]) == (413, 2_000_000)
    assert put(api, str(uuid4()), []).status == 404
    assert api("GET", f"/predictions/{uuid4()}/corrections.zip").status == 404
    assert api("GET", path).json == before


def test_geojson_has_the_pixels_of_each_correction_on_the_ground(api: InProcess, kept: Any) -> None:
    put(api, kept["id"], [ROAD, FIELD])
    features = api("GET", f"/predictions/{kept['id']}/corrections.geojson").json["features"]
    assert [each["properties"]["class"] for each in features] == ["roads", "crops"]
    assert [each["properties"]["instead"] for each in features] == [None, "trees"]
    areas = [each["properties"]["area_m2"] for each in features]
    assert areas == pytest.approx([6 * kept["image"]["pixel_area_m2"], 140 * 1.5384], rel=1e-3)
    west, south, east, north = kept["image"]["bounds"]
    for each in features:
        bounds = shape(each["geometry"]).bounds
        assert west - 1e-7 <= bounds[0] < bounds[2] <= east + 1e-7
        assert south - 1e-7 <= bounds[1] < bounds[3] <= north + 1e-7


def test_tiles_have_the_image_s_own_pixels_and_the_labels(api: InProcess, kept: Any) -> None:
    put(api, kept["id"], [ROAD, FIELD])
    body = api("GET", f"/predictions/{kept['id']}/corrections.zip").body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == [
            f"images/{kept['id']}-0-0.tif",
            f"labels/{kept['id']}-0-0.tif",
        ]
        image, known = (archive.read(name) for name in archive.namelist())
    with MemoryFile(image) as file, file.open() as tile:
        assert (tile.crs, tile.transform, tile.dtypes[0]) == (UTM, PLACE, "uint16")
        assert np.array_equal(tile.read(), counts(*SIDE, seed=91))
    with MemoryFile(known) as file, file.open() as tile:
        assert tile.descriptions == KEYS
        assert float(tile.tags()["GSD_M"]) == pytest.approx(1.24, abs=0.001)
        planes = dict(zip(KEYS, tile.read(), strict=True))
    assert (planes["roads"][:2, :3] == 1).all()
    assert (planes["crops"][10:, 30:] == 0).all()
    assert (planes["trees"][10:, 30:] == 1).all()
    assert sum(int((plane != 255).sum()) for plane in planes.values()) == 6 + 2 * 140
    again = api("GET", f"/predictions/{kept['id']}/corrections.zip").body
    assert again == body


def test_corrections_go_with_their_prediction_and_rows_follow_the_objects(
    api: InProcess, kept: Any
) -> None:
    other = api("POST", "/predictions", placed(counts(*SIDE, seed=92))).json["id"]
    put(api, other, [ROAD])
    put(api, kept["id"], [FIELD])
    assert other in corrected(api)
    assert api("DELETE", f"/predictions/{other}").status == 204
    assert api("GET", f"/predictions/{other}/corrections").status == 404
    assert other not in corrected(api)
    assert api("POST", "/predictions", placed(counts(*SIDE, seed=92))).json["id"] == other
    assert api("GET", f"/predictions/{other}/corrections").json["corrections"] == []
    assert run({"command": "reconcile"})["corrections_rebuilt"] == 0
    assert kept["id"] in corrected(api)


def corrected(api: InProcess) -> list[str]:
    return [each["prediction"] for each in api("GET", "/corrections?limit=100").json["items"]]
