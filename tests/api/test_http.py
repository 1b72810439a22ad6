"""HTTP as clients expect it (RFC 9110), whatever the route."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from tesela.api import responses
from tesela.api.negotiation import accepted
from tesela.errors import NotAcceptableError
from tesela.exports import EXPORTS
from tesela.service import MAX_UPLOAD_BYTES

from scripts.local.stack import LocalStack
from tests.stack import InProcess, OverHttp
from tests.tiffs import counts, one_page, placed

OFFERS = ("application/json", "application/geo+json", "text/csv")


@pytest.fixture(scope="module")
def kept(api: InProcess, town: bytes) -> Any:
    return api("POST", "/predictions?threshold=0.35", town).json


@pytest.fixture(scope="module")
def large(api: InProcess) -> str:
    """Path of a prediction whose source is too long for an answer."""
    noise = np.random.default_rng(7).integers(1, 255, (8, 700, 700), np.uint8)
    return f"/predictions/{api('POST', '/predictions', placed(noise)).json['id']}"


def masks(kept: Mapping[str, Any]) -> str:
    return f"/predictions/{kept['id']}/masks.tif"


# --- HEAD and methods


def test_head_answers_as_get_does_without_a_body(http: OverHttp, kept: dict[str, Any]) -> None:
    paths = ["/health", "/classes", "/model", "/ready", "/docs", "/openapi.json"]
    paths += ["/predictions?limit=2", f"/predictions/{kept['id']}", "/nowhere", "/predictions?x=1"]
    paths += [f"/predictions/{kept['id']}/{export.name}" for export in EXPORTS]
    for path in paths:
        get, head = http("GET", path), http("HEAD", path)
        assert (head.status, head.body) == (get.status, b""), path
        for name in ("Content-Type", "Content-Length", "ETag", "Accept-Ranges"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)


def test_head_of_a_long_file_leads_to_a_link_for_head(http: OverHttp, large: str) -> None:
    url = f"{http.url}{large}/source.tif"
    first = requests.head(url, timeout=60)
    assert (first.status_code, first.text) == (307, "")
    final, get = requests.head(url, allow_redirects=True, timeout=60), requests.get(url, timeout=60)
    assert final.status_code == get.status_code == 200
    assert int(final.headers["Content-Length"]) == len(get.content) > 3_900_000


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/segment_tiff", {"OPTIONS", "POST"}),
        ("PUT", "/predictions", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/predictions/17", {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}),
        ("DELETE", "/predictions/17/masks.tif", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/uploads?size=1", {"OPTIONS", "POST"}),
    ],
)
def test_a_method_that_a_path_does_not_take_is_405_with_those_that_it_takes(
    api: InProcess, method: str, path: str, allow: set[str]
) -> None:
    reply = api(method, path)
    assert reply.status == 405
    assert set(reply.headers["Allow"].split(", ")) == allow
    assert reply.json["code"] == "method-not-allowed"


# --- Accept


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv;q=0, application/json", "application/json"),
        ("application/json;q=0.9, text/csv;q=0.1", "application/json"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv"),
        ("text/*", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("application/*;q=0.5, application/geo+json", "application/geo+json"),
        ("*/*;q=0.1, application/json;q=0", "application/geo+json"),
        ("text/csv;charset=utf-8", "text/csv"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
    ],
)
def test_the_client_gets_what_it_likes_best(header: str, expected: str) -> None:
    assert accepted(header, OFFERS) == expected


@pytest.mark.parametrize("header", ["text/csv-schema", "image/png", "*/*;q=0", "text/csv;q=x"])
def test_what_the_client_does_not_take_is_406_before_anything_is_predicted(
    api: InProcess, header: str
) -> None:
    with pytest.raises(NotAcceptableError):
        accepted(header, OFFERS)
    for path in ("/predictions", "/segment_tiff"):
        reply = api("POST", path, b"no TIFF at all", {"accept": header})
        assert (reply.status, reply.json["code"]) == (406, "not-acceptable")


@given(st.text())
def test_any_header_is_an_offer_or_406(header: str) -> None:
    with suppress(NotAcceptableError):
        assert accepted(header, OFFERS) in OFFERS


# --- ETag and ranges


def test_an_answer_that_the_client_has_is_304_without_a_body(
    api: InProcess, kept: dict[str, Any]
) -> None:
    for path in (masks(kept), "/classes", f"/predictions/{kept['id']}"):
        tag = api("GET", path).headers["ETag"]
        for header in (tag, f'"other", W/{tag}', "*"):
            reply = api("GET", path, headers={"if-none-match": header})
            assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
        assert api("GET", path, headers={"if-none-match": '"other"'}).status == 200
    assert api("GET", "/nowhere", headers={"if-none-match": "*"}).status == 404


def test_other_options_have_another_etag(api: InProcess, kept: dict[str, Any]) -> None:
    tags = {
        api("GET", f"{masks(kept)}?threshold={value}").headers["ETag"] for value in (0.2, 0.3, 0.4)
    }
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-50", slice(-50, None)),
        ("bytes=5-5", slice(5, 6)),
        ("bytes=10-99999999", slice(10, None)),
        ("bytes=-99999999", slice(0, None)),
    ],
)
def test_a_range_is_the_same_bytes_with_its_place(
    http: OverHttp, kept: dict[str, Any], header: str, part: slice
) -> None:
    whole = http("GET", masks(kept))
    reply = http("GET", masks(kept), headers={"range": header})
    start, stop, _ = part.indices(len(whole.body))
    assert (reply.status, reply.body) == (206, whole.body[part])
    assert reply.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole.body)}"
    assert reply.headers["ETag"] == whole.headers["ETag"]
    assert reply.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.mark.parametrize("header", ["bytes=9999999-", "bytes=5-4", "bytes=-0", "bytes=-"])
def test_a_range_without_bytes_is_416_with_the_length(
    api: InProcess, kept: dict[str, Any], header: str
) -> None:
    length = len(api("GET", masks(kept)).body)
    reply = api("GET", masks(kept), headers={"range": header})
    assert (reply.status, reply.headers["Content-Range"]) == (416, f"bytes */{length}")
    assert reply.json["values"]["length"] == length


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "items=0-5", "bytes=a-b", "bytes 0-5"])
def test_other_ranges_are_answered_with_the_whole(
    api: InProcess, kept: dict[str, Any], header: str
) -> None:
    assert api("GET", masks(kept), headers={"range": header}).status == 200


def test_a_range_of_another_version_is_answered_with_the_whole(
    api: InProcess, kept: dict[str, Any]
) -> None:
    tag = api("GET", masks(kept)).headers["ETag"]
    for version, status in ((tag, 206), ('"other"', 200), ("Sat, 28 Nov 2026 09:00:00 GMT", 200)):
        headers = {"range": "bytes=0-9", "if-range": version}
        assert api("GET", masks(kept), headers=headers).status == status


def test_a_range_of_a_long_file_comes_from_its_copy(http: OverHttp, large: str) -> None:
    reply = http("GET", f"{large}/source.tif", headers={"range": "bytes=0-3"})
    assert (reply.status, reply.body) == (206, b"II*\0")


# --- Nothing is dropped without a word


@pytest.mark.parametrize(
    ("method", "target", "detail"),
    [
        (
            "POST",
            "/predictions?threshhold=0.5",
            "threshhold: this route has no such parameter; did",
        ),
        ("POST", "/predictions?threshold=0.5&threshold=0.6", "threshold: is given 2 times"),
        ("POST", "/predictions?thresholds=roads:0.5,roads:0.6", "class 'roads' is given 2 times"),
        ("POST", "/predictions?thresholds=", "thresholds: unknown class ''"),
        ("POST", "/segment_tiff?upload=1", "upload: this route has no such parameter"),
        ("GET", "/health?x=1", "x: this route has no such parameter"),
        ("GET", "/predictions?since=2026-11-28&since=2026-11-27", "since: is given 2 times"),
        ("GET", "/predictions?limit=1&Limit=2", "Limit: this route has no such parameter"),
        ("GET", "/predictions/{id}/scores?threshold=0.5", "threshold: this route has no such"),
        ("GET", "/predictions/{id}/image.png?view=ndvi&bands=1,2,3", "bands: '1,2,3' cannot be"),
        ("GET", "/predictions/{id}/image.png?bands=", "bands: expected three numbers"),
    ],
)
def test_a_parameter_that_would_be_ignored_is_refused(
    api: InProcess, kept: dict[str, Any], method: str, target: str, detail: str
) -> None:
    reply = api(method, target.format(**kept), b"x" if method == "POST" else b"")
    assert (reply.status, reply.json["code"]) == (400, "invalid-option")
    assert detail in reply.json["detail"]


def form(*names: str) -> tuple[bytes, dict[str, str]]:
    image = one_page(counts(20, 20))
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="a.tif"\r\n\r\n'.encode()
        + image
        + b"\r\n"
        for name in names
    ]
    return b"".join(parts) + b"--b--\r\n", {"content-type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("names", "detail"),
    [
        (("image", "image"), "image: the form has 2 fields of this name"),
        (("image", "mask"), "form: the form has unknown fields: mask"),
    ],
)
def test_a_second_part_of_a_form_is_refused(
    api: InProcess, names: tuple[str, ...], detail: str
) -> None:
    reply = api("POST", "/predictions", *form(*names))
    assert (reply.status, reply.json["code"]) == (400, "invalid-option")
    assert detail in reply.json["detail"]


def test_an_option_in_a_form_is_refused(api: InProcess) -> None:
    body, headers = form("image")
    option = b'--b\r\nContent-Disposition: form-data; name="threshold"\r\n\r\n0.5\r\n'
    reply = api("POST", "/predictions", option + body, headers)
    assert reply.status == 400
    assert "unknown fields: threshold" in reply.json["detail"]


def test_a_body_beside_an_upload_is_refused(api: InProcess, town: bytes) -> None:
    upload = api("POST", f"/uploads?size={len(town)}").json["upload"]
    reply = api("POST", f"/predictions?upload={upload}", town)
    assert (reply.status, reply.json["values"]["parameter"]) == (400, "upload")


@pytest.mark.parametrize("threshold", ["0.00001", "0.99996", "1e-300"])
def test_a_threshold_stays_what_it_is(api: InProcess, town: bytes, threshold: str) -> None:
    reply = api("POST", f"/predictions?threshold={threshold}", town)
    assert set(reply.json["thresholds"].values()) == {float(threshold)}
    assert all(entry["area_percent"] <= 100 for entry in reply.json["classes"])


# --- Answers over 6 MB


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/predictions?threshold=0.3", "application/geo+json"),
        ("/predictions?threshold=0.3", "text/csv"),
        ("/segment_tiff?threshold=0.3", "text/csv"),
        ("/segment_tiff?threshold=0.3", "application/json"),
    ],
)
def test_a_post_whose_answer_is_too_long_leads_to_its_copy(
    api: InProcess, town: bytes, monkeypatch: pytest.MonkeyPatch, path: str, accept: str
) -> None:
    whole = api("POST", path, town, {"accept": accept})
    monkeypatch.setattr(responses, "MAX_BODY_BYTES", len(whole.body))  # base64 is a third longer
    reply = api("POST", path, town, {"accept": accept})
    assert (reply.status, reply.body) == (303, b"")
    copy = requests.get(reply.headers["Location"], timeout=60)
    assert copy.headers["Content-Type"].startswith(accept)
    assert copy.content == whole.body


def test_the_largest_image_of_the_documentation_fits_in_every_layout(api: InProcess) -> None:
    pixels = 8 * 2048 * 2048 * 4
    in_rows = 134_316_450  # float32 in planes, one row per strip, as rasterio writes it
    for size in (pixels, in_rows, MAX_UPLOAD_BYTES):
        assert api("POST", f"/uploads?size={size}").status == 201
    reply = api("POST", f"/uploads?size={MAX_UPLOAD_BYTES + 1}")
    assert reply.status == 413
    assert f"{MAX_UPLOAD_BYTES + 1} bytes; the limit is {MAX_UPLOAD_BYTES}" in reply.json["detail"]


# --- Security headers, CORS and the way in


def test_answers_say_that_they_depend_on_the_origin(api: InProcess, stack: LocalStack) -> None:
    for headers in ({}, {"origin": stack.page_url}, {"origin": "https://elsewhere.test"}):
        for path in ("/classes", "/nowhere"):
            assert "Origin" in api("GET", path, headers=headers).headers["Vary"]


def test_a_browser_may_ask_for_ranges(api: InProcess, stack: LocalStack) -> None:
    reply = api("OPTIONS", "/predictions", headers={"origin": stack.page_url})
    assert "Range" in reply.headers["Access-Control-Allow-Headers"]
    assert {"Accept-Ranges", "Content-Range", "ETag"} <= set(
        reply.headers["Access-Control-Expose-Headers"].split(",")
    )


def test_the_root_leads_to_the_documentation(http: OverHttp) -> None:
    reply = requests.get(f"{http.url}/", allow_redirects=False, timeout=60)
    assert (reply.status_code, reply.headers["Location"]) == (307, "/docs")
    assert http("GET", "/").status == 200


def test_the_documentation_cannot_be_framed_and_runs_its_own_scripts_alone(api: InProcess) -> None:
    headers = api("GET", "/docs").headers
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy.split("script-src")[1].split(";")[0]
    assert (headers["X-Frame-Options"], headers["Referrer-Policy"]) == ("DENY", "no-referrer")
