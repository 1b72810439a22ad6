"""`/scenes` over HTTP: orders, refusals, and a scene from its upload to its files."""

import hashlib
import io
import json
import time
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import numpy as np
import pytest
import rasterio
from tesela.catalogue import KEYS

from scripts.local.stack import LocalStack
from tests.stack import InProcess, OverHttp, Reply
from tests.tiffs import counts, placed

MISSING = "0b6e2f04-1c1d-5b3e-9c53-2f1f6a3f6d10"
FILES = {"classes.tif", "masks.tif", "polygons.parquet", "polygons.fgb", "summary.json"}
FILES |= {"table.csv", "style.qml", "item.json"}
END_S = 300  # of a small scene, on a machine that is busy with other tests


def scene(seed: int = 0) -> bytes:
    """A scene that no other test has."""
    return placed(counts(180, 300, seed=seed), tiled=True, blockxsize=128, blockysize=128)


def upload_of(body: bytes, **others: Any) -> bytes:
    document = {"size": len(body), "parts": [hashlib.sha256(body).hexdigest()]}
    return json.dumps(document | others).encode()


def order(call: InProcess | OverHttp, body: bytes, query: str = "") -> Reply:
    return call("POST", f"/scenes{query}", upload_of(body, name="valley.tif"))


def send(call: OverHttp, ordered: Mapping[str, Any], body: bytes) -> None:
    for part in ordered["upload"]["parts"]:
        piece = body[part["start"] : part["start"] + part["size"]]
        assert call("PUT", part["url"], piece, part["headers"]).status == 200


def ended(call: OverHttp, url: str) -> dict[str, Any]:
    deadline = time.monotonic() + END_S
    while (document := call("GET", url).json)["state"] not in ("done", "failed", "cancelled"):
        assert time.monotonic() < deadline, document
        time.sleep(0.2)
    return dict(document)


def test_a_scene_goes_from_its_upload_to_its_files(http: OverHttp) -> None:
    pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")
    body = scene(1)
    reply = order(http, body, "?threshold=0.3&scores=true")
    ordered = reply.json
    assert (reply.status, ordered["state"], ordered["name"]) == (201, "uploading", "valley.tif")
    assert reply.headers["Location"] == ordered["links"]["self"]
    assert ordered["thresholds"] == dict.fromkeys(KEYS, 0.3)
    assert ordered["upload"]["missing"] == 1

    start = f"/scenes/{ordered['id']}/complete"
    early = http("POST", start)
    assert (early.status, early.json["code"]) == (409, "scene-incomplete")
    assert early.json["values"] == {"missing": 1, "parts": 1}
    send(http, ordered, body)
    assert order(http, body, "?threshold=0.3&scores=true").json["upload"] is None
    started = http("POST", start)
    assert (started.status, started.json["state"]) == (202, "queued")

    done = ended(http, ordered["links"]["self"])
    assert (done["state"], done["problem"]) == ("done", None)
    assert set(done["links"]) == {"self", "scores.tif", *FILES}
    assert (done["facts"]["width"], done["facts"]["height"]) == (300, 180)
    assert [entry["key"] for entry in done["classes"]] == list(KEYS)
    masks, scores = (
        read(http("GET", done["links"][name]).body) for name in ("masks.tif", "scores.tif")
    )
    assert masks.shape == (10, 180, 300)
    assert (masks == (scores > 0.3 * 256)).mean() > 0.97  # the rest are objects that were too small
    opened_by_address(done["links"], masks, sum(entry["polygons"] for entry in done["classes"]))
    summary = http("GET", done["links"]["summary.json"]).json
    assert summary["classes"] == done["classes"]

    again = order(http, body, "?threshold=0.3&scores=true")
    assert (again.status, again.json["state"]) == (200, "done")
    assert http("POST", start).json["state"] == "done"  # and is not started again
    listed = http("GET", "/scenes").json["items"]
    assert next(each for each in listed if each["id"] == done["id"]) == done
    assert http("DELETE", ordered["links"]["self"]).status == 204
    assert http("GET", ordered["links"]["self"]).json["code"] == "scene-not-found"


def test_a_finished_block_is_answered_byte_for_byte(api: InProcess, stack: LocalStack) -> None:
    key = order(api, scene(7)).json["id"]
    body = zlib.compress(bytes(range(11)) * 40)
    kept = {"Bucket": stack.objects.bucket, "Key": f"scene-work/{key}/done/0-4096"}
    stack.objects.client().put_object(**kept, Body=body)
    reply = api("GET", f"/scenes/{key}/blocks/0-4096")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/zlib")
    assert reply.body == body
    assert api("DELETE", f"/scenes/{key}").status == 204
    assert api("GET", f"/scenes/{key}/blocks/0-4096").status == 404


def opened_by_address(links: Mapping[str, str], masks: np.ndarray[Any, Any], polygons: int) -> None:
    """GDAL follows the redirect of a link, and reads the ranges that it needs."""
    import geopandas as gpd

    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_HTTP_TIMEOUT=120):
        with rasterio.open(links["masks.tif"]) as file:
            assert np.array_equal(
                file.read(window=((100, 140), (30, 90))), masks[:, 100:140, 30:90]
            )
        with rasterio.open(links["classes.tif"]) as file:
            assert file.colormap(1)[1]
    frame = gpd.read_file(f"/vsicurl/{links['polygons.fgb']}")
    assert len(frame) == polygons
    box = tuple(frame.geometry.iloc[0].bounds)
    assert 0 < len(gpd.read_file(f"/vsicurl/{links['polygons.fgb']}", bbox=box)) <= polygons


def read(body: bytes) -> np.ndarray[Any, Any]:
    with rasterio.open(io.BytesIO(body)) as file:
        pixels: np.ndarray[Any, Any] = file.read()
        return pixels


def test_a_scene_that_cannot_be_processed_ends_with_the_reason(http: OverHttp) -> None:
    body = b"II*\0" + uuid4().bytes
    ordered = order(http, body).json
    send(http, ordered, body)
    assert http("POST", f"/scenes/{ordered['id']}/complete").status == 202
    failed = ended(http, ordered["links"]["self"])
    assert failed["state"] == "failed"
    assert failed["problem"]["code"]
    assert failed["problem"]["detail"].endswith(".")
    assert set(failed["links"]) == {"self"}
    assert http("DELETE", ordered["links"]["self"]).status == 204


def test_an_upload_can_be_given_up(http: OverHttp, stack: LocalStack) -> None:
    ordered = order(http, scene(2)).json
    begun = {"Bucket": stack.objects.bucket, "Prefix": f"scene-work/{ordered['id']}"}
    client = stack.objects.client()
    assert len(client.list_multipart_uploads(**begun)["Uploads"]) == 1
    assert http("DELETE", f"/scenes/{ordered['id']}").status == 204
    assert not client.list_multipart_uploads(**begun).get("Uploads")


def test_a_link_names_the_bucket_and_a_part_of_one_content(
    api: InProcess, stack: LocalStack
) -> None:
    part = order(api, scene(3)).json["upload"]["parts"][0]
    address = urlsplit(part["url"])
    assert f"{address.scheme}://{address.netloc}" == stack.objects.url
    assert "x-amz-checksum-sha256" in part["headers"]


@pytest.mark.parametrize(
    ("body", "parameter", "words"),
    [
        (b"", "body", "expected JSON"),
        (b"{", "body", "expected JSON"),
        (b"\xff", "body", "expected JSON"),
        (b"[]", "body", "expected a JSON object"),
        (b"{}", "body", "either size and parts"),
        (b'{"size": 5}', "body", "either size and parts"),
        (b'{"parts": [], "source": "s3://a-bucket/b"}', "body", "either size and parts"),
        (b'{"size": 5, "parts": [], "source": "s3://a-bucket/b"}', "body", "either size and parts"),
        (b'{"size": 0, "parts": []}', "size", "at least 1"),
        (b'{"size": "5", "parts": []}', "size", "integer"),
        (b'{"size": 5, "parts": []}', "parts", "has 1 parts"),
        (b'{"size": 5, "parts": "x"}', "parts", "expected a list, not 'x'"),
        (b'{"size": 5, "parts": ["x"]}', "parts.0", "expected a text like"),
        (b'{"size": 5, "parts": [], "colour": 1}', "colour", "no such member"),
        (b'{"source": "file:///etc/passwd"}', "source", "like s3://bucket/key or https://"),
        (b'{"source": "s3://a-bucket/scene.tif"}', "source", "may not be read; allowed are: none"),
        (b'{"source": "https://a.test/scene.tif"}', "source", "host 'a.test' may not be read"),
        (b'{"sources": ["s3://a-bucket/scene.tif"]}', "sources", "at least 8"),
        (b'{"files": [{"size": 5, "parts": []}]}', "files", "at least 8"),
        (b'{"size": 5, "parts": [], "requester_pays": true}', "requester_pays", "no requester"),
        (b'{"size": 5, "parts": [], "area_km2": 0}', "area_km2", "greater than 0"),
        (b'{"size": 5, "parts": [], "area_km2": NaN}', "area_km2", "finite"),
    ],
)  # fmt: skip
def test_a_wrong_order_is_reported_with_its_member_and_value(
    api: InProcess, body: bytes, parameter: str, words: str
) -> None:
    reply = api("POST", "/scenes", body)
    assert (reply.status, reply.json["code"]) == (400, "invalid-option")
    assert reply.json["values"]["parameter"] == parameter
    assert words in reply.json["detail"]
    assert len(reply.json["detail"]) < 400


def test_an_order_that_is_wrong_in_a_thousand_ways_is_answered_in_short(api: InProcess) -> None:
    body = json.dumps({"size": 5, "parts": ["x"] * 5000}).encode()
    assert len(api("POST", "/scenes", body).json["detail"]) < 1000


def test_sizes_beyond_what_s3_takes_are_refused_with_the_limit(api: InProcess) -> None:
    reply = api("POST", "/scenes", b'{"size": 671088640001, "parts": []}')
    assert (reply.status, reply.json["code"]) == (413, "upload-too-large")
    assert reply.json["values"] == {"bytes": 671088640001, "limit": 671088640000}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/scenes/{MISSING}"),
        ("DELETE", f"/scenes/{MISSING}"),
        ("POST", f"/scenes/{MISSING}/complete"),
        ("GET", f"/scenes/{MISSING}/files/classes.tif"),
        ("GET", f"/scenes/{MISSING}/blocks/0-0"),
        ("GET", f"/scenes/{MISSING}/blocks/..%2Fsource.tif"),
    ],
)
def test_an_unknown_scene_is_not_found(api: InProcess, method: str, path: str) -> None:
    reply = api(method, path)
    assert (reply.status, reply.json["code"]) == (404, "scene-not-found")


def test_pages_of_the_list_follow_each_other(api: InProcess) -> None:
    ids = [order(api, scene(seed)).json["id"] for seed in (4, 5, 6)]
    first = api("GET", "/scenes?limit=2").json
    assert [each["id"] for each in first["items"]] == ids[:0:-1]
    second = api("GET", f"/scenes?limit=2&cursor={first['next']}").json
    assert second["items"][0]["id"] == ids[0]
    for key in ids:
        assert api("DELETE", f"/scenes/{key}").status == 204


def test_where_scenes_are_not_offered_that_is_the_answer(
    api: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api._app, "_scenes", None)
    reply = api("POST", "/scenes", upload_of(b"x"))
    assert (reply.status, reply.json["code"]) == (501, "scenes-not-offered")
    assert api("GET", "/scenes").status == 501
