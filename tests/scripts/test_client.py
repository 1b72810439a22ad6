import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile
from tesela.catalogue import KEYS

from scripts import client
from scripts.client import ApiError, Client
from tests.stack import OverHttp
from tests.tiffs import counts, one_page, placed

NOTEBOOK = Path(client.__file__).with_name("first_steps.ipynb")
Answers = list[tuple[int, dict[str, str], bytes]]


@pytest.fixture(scope="module")
def tesela(http: OverHttp) -> Client:
    return Client(http.url)


@contextmanager
def answering(answers: Answers) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that gives these answers in turn; its address, and the headers of what it was asked."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(dict(self.headers))
            status, headers, body = answers[len(asked) - 1]
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_an_image_is_predicted_listed_read_in_every_form_and_deleted(
    tesela: Client, http: OverHttp, tmp_path: Path
) -> None:
    path = tmp_path / "image.tif"
    path.write_bytes(placed(counts(24, 40, seed=41)))
    result = tesela.predict(path, thresholds=0.2)
    document = http("GET", f"/predictions/{result.id}").json
    assert result.document["thresholds"] == dict.fromkeys(KEYS, 0.2)
    assert tesela.get(result.id).document == document
    assert result.id in [each.id for each in tesela.predictions(page=2)]  # over several pages
    expected = {e["key"]: e["area_m2"] for e in document["classes"] if e["polygons"]}
    assert result.summary == expected
    assert list(result.summary.values()) == sorted(expected.values(), reverse=True)

    features = tesela.polygons(result.id)["features"]
    rows = tesela.table(result.id)
    frame = tesela.frame(result.id)
    assert [row["id"] for row in rows] == [feature["id"] for feature in features]
    assert list(frame["id"]) == [row["id"] for row in rows]
    assert isinstance(frame, geopandas.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    assert len(features) == sum(entry["polygons"] for entry in document["classes"]) > 0
    assert len(tesela.frame(result.id, thresholds=0.999)) == 0

    scores = np.frombuffer(tesela.scores(result.id), np.uint8).reshape(10, 24, 40)
    saved = tesela.save(result.id, "masks.tif", tmp_path / "masks.tif", thresholds={"roads": 0.4})
    with rasterio.open(saved) as masks:
        assert masks.shape == (24, 40)
        roads = masks.read(3)
    assert not roads[scores[2] < np.ceil(0.4 * 256)].any()
    assert tesela.file(result.id, "style.qml", palette="ideam", lang="es") != tesela.file(
        result.id, "style.qml"
    )

    tesela.delete(result.id)
    tesela.delete(result.id)  # gone already
    with pytest.raises(ApiError) as refused:
        tesela.get(result.id)
    assert (refused.value.status, refused.value.code) == (404, "prediction-not-found")
    assert refused.value.values == {"id": result.id}
    assert refused.value.request_id


def test_a_large_image_goes_by_way_of_storage(
    tesela: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = one_page(counts(24, 32, seed=42))
    direct = tesela.predict(body, gsd_m=1.0, bands="8,7,6,5,4,3,2,1")
    monkeypatch.setattr(client, "MAX_BODY_BYTES", len(body) - 1)
    stored = tesela.predict(body, gsd_m=1.0, bands="8,7,6,5,4,3,2,1")
    assert stored.id == direct.id
    with MemoryFile(tesela.file(stored.id, "source.tif")) as file, file.open() as source:
        assert source.count == 8
    with pytest.raises(ApiError) as refused:  # nothing was put there
        tesela._json("POST", "/predictions", {"upload": "7c0a5c53-4a57-4f4e-9a6b-0f3c2f1d8e11"})
    assert refused.value.code == "upload-not-found"


def test_a_refusal_has_the_code_values_and_sentence_of_the_service(tesela: Client) -> None:
    with pytest.raises(ApiError, match="415 not-a-tiff: ") as refused:
        tesela.predict(b"text")
    assert refused.value.code == "not-a-tiff"
    with pytest.raises(ApiError, match="must be less than 1") as refused:
        tesela.predict(one_page(counts()), thresholds=1.5)
    assert refused.value.values["parameter"] == "threshold"


def test_a_busy_service_is_asked_again_after_as_long_as_it_says() -> None:
    waited: list[float] = []
    busy = b'{"detail": "S3 does not answer.", "code": "storage-unavailable", "values": {}}'
    answers: Answers = [
        (503, {"Retry-After": "7"}, busy),
        (503, {"Retry-After": "Sun, 29 Nov 2026 05:00:00 GMT"}, busy),
        (200, {"Content-Length": "99"}, b"{"),  # breaks off
        (200, {}, b'{"type": "FeatureCollection"}'),
    ]
    with answering(answers) as (url, asked):
        features = Client(url, "a-token", wait=waited.append).polygons("x/../y")
    assert features == {"type": "FeatureCollection"}
    assert waited == [7, 1, 2]
    assert {headers["Authorization"] for headers in asked} == {"Bearer a-token"}
    with answering([(503, {}, busy)] * 2) as (url, _), pytest.raises(ApiError) as refused:
        Client(url, attempts=2, wait=waited.append).polygons("x")
    assert refused.value.code == "storage-unavailable"


def test_the_token_does_not_follow_a_redirect_to_storage() -> None:
    with answering([(200, {}, b"bytes")]) as (storage, there):
        redirect: Answers = [(307, {"Location": f"{storage}/masks.tif?X-Amz-Signature=1"}, b"")]
        with answering(redirect) as (url, here):
            assert Client(url, "a-token").file("x", "masks.tif") == b"bytes"
    assert here[0]["Authorization"] == "Bearer a-token"
    assert "Authorization" not in there[0]


def test_what_is_no_problem_and_what_does_not_answer_are_errors_too() -> None:
    with answering([(502, {}, b"<html>")]) as (url, _), pytest.raises(ApiError) as refused:
        Client(url, attempts=1).get("x")
    assert (refused.value.status, refused.value.code, refused.value.detail) == (502, "", "<html>")
    with pytest.raises(ApiError, match="does not answer") as refused:
        Client(url, attempts=1).get("x")  # closed now
    assert refused.value.status == 0


def test_the_notebook_runs_cell_by_cell(
    http: OverHttp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jupyter is not among the test tools, so its code cells run here, in order, in one namespace."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert notebook["nbformat"] == 4
    assert all(not cell.get("outputs") for cell in notebook["cells"])
    monkeypatch.setenv("TESELA_API", http.url)
    monkeypatch.setenv("TESELA_OUT", str(tmp_path))
    monkeypatch.chdir(NOTEBOOK.parent)
    monkeypatch.setattr(sys, "path", [os.fspath(NOTEBOOK.parent), *sys.path])
    monkeypatch.delitem(sys.modules, "client", raising=False)
    names: dict[str, Any] = {}
    with redirect_stdout(io.StringIO()) as printed:
        for number, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                exec(compile(source, f"cell {number}", "exec"), names)
    monkeypatch.delitem(sys.modules, "client")
    assert names["counts"][0.3] != names["counts"][0.7]
    assert len(names["features"]) == sum(each.objects for each in names["result"].classes)
    assert names["refusal"].code == "not-a-tiff"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "town-masks.tif",
        "town-polygons.gpkg",
        "town-summary.xlsx",
    ]
    assert names["result"].id in printed.getvalue()
    assert http("GET", f"/predictions/{names['result'].id}").status == 404
