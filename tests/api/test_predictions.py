import csv
import io
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import numpy as np
import pytest
import shapely
from rasterio.io import MemoryFile
from tesela.catalogue import KEYS
from tesela.exports import EXPORTS

from scripts.local.stack import LocalStack
from tests.stack import InProcess, OverHttp, Reply
from tests.tiffs import counts, one_page, placed


@pytest.fixture
def image() -> bytes:
    """An image no other test has."""
    pixels = np.random.default_rng(uuid4().int).integers(200, 900, (8, 32, 48), np.uint16)
    return one_page(pixels)


def test_a_new_image_is_answered_with_201_its_location_and_ten_classes(
    api: InProcess, image: bytes
) -> None:
    reply = api("POST", "/predictions", image)
    document = reply.json
    assert reply.status == 201
    assert reply.headers["Location"] == document["links"]["self"]
    assert [entry["key"] for entry in document["classes"]] == list(KEYS)
    assert document["image"] | {"width": 48, "height": 32, "dtype": "uint16"} == document["image"]
    assert document["saved"] == "all"


def test_the_same_image_and_options_again_are_200_and_no_second_row(
    api: InProcess, image: bytes
) -> None:
    first = api("POST", "/predictions?threshold=0.4", image)
    again = api("POST", "/predictions?threshold=0.4", image)
    other = api("POST", "/predictions?threshold=0.6", image)
    assert (first.status, again.status, other.status) == (201, 200, 201)
    assert again.json == first.json
    assert other.json["id"] != first.json["id"]
    items = api("GET", "/predictions?limit=100").json["items"]
    assert [item["id"] for item in items].count(first.json["id"]) == 1


def test_history_shows_the_very_documents_that_were_answered(api: InProcess, image: bytes) -> None:
    document = api("POST", "/predictions", image).json
    newest = api("GET", "/predictions?limit=1").json["items"][0]
    assert newest == document == api("GET", f"/predictions/{document['id']}").json


def test_history_pages_are_stable_while_predictions_arrive(api: InProcess, image: bytes) -> None:
    ids = [api("POST", f"/predictions?threshold=0.{n}", image).json["id"] for n in (11, 12, 13, 14)]
    first = api("GET", "/predictions?limit=2").json
    api("POST", "/predictions?threshold=0.15", image)
    second = api("GET", f"/predictions?limit=2&cursor={first['next']}").json
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]


def test_history_can_be_filtered_by_time(api: InProcess, image: bytes) -> None:
    kept = api("POST", "/predictions", image).json
    moment = datetime.fromisoformat(kept["created"])
    later = moment + timedelta(microseconds=1)

    def listed(query: str) -> bool:
        items = api("GET", f"/predictions?limit=100&{query}").json["items"]
        return kept["id"] in {item["id"] for item in items}

    stamp = {name: quote(when.isoformat()) for name, when in (("at", moment), ("after", later))}
    assert listed(f"since={stamp['at']}&until={stamp['after']}")
    assert not listed(f"since={stamp['after']}")
    assert not listed(f"until={stamp['at']}")
    assert listed(f"since={moment.astimezone(UTC).date()}")
    assert api("GET", "/predictions?since=yesterday").status == 400


def test_history_can_be_filtered_by_class(api: InProcess, image: bytes) -> None:
    everything = api("POST", "/predictions?threshold=0.001", image).json
    nothing = api("POST", "/predictions?threshold=0.999", image).json
    for key in KEYS:
        found = {
            item["id"] for item in api("GET", f"/predictions?limit=100&class={key}").json["items"]
        }
        present = {entry["key"] for entry in everything["classes"] if entry["polygons"]}
        assert (everything["id"] in found) == (key in present)
        assert nothing["id"] not in found


def test_a_deleted_prediction_has_no_export_left(api: InProcess, image: bytes) -> None:
    key = api("POST", "/predictions", image).json["id"]
    assert api("DELETE", f"/predictions/{key}").status == 204
    assert api("DELETE", f"/predictions/{key}").status == 404
    assert {api("GET", f"/predictions/{key}/{each.name}").status for each in EXPORTS} == {404}
    assert key not in [item["id"] for item in api("GET", "/predictions?limit=100").json["items"]]


def test_a_name_and_a_note_come_with_the_upload_and_are_searched(
    api: InProcess, image: bytes
) -> None:
    mark = uuid4().hex
    query = f"name={quote('Humedal Córdoba')}&note={mark}"
    first = api("POST", f"/predictions?{query}", image).json
    assert (first["name"], first["note"]) == ("Humedal Córdoba", mark)
    assert api("GET", f"/predictions/{first['id']}").json == first
    found = api("GET", f"/predictions?q={quote(f'CORDOBA {mark[:20]}')}").json["items"]
    assert found == [first]
    assert api("GET", f"/predictions?q={mark}&class=roads&until=2020-01-01").json["items"] == []
    assert api("GET", f"/predictions?q={first['id']}").json["items"] == [first]


def test_another_name_for_the_same_image_is_not_used_and_the_answer_says_so(
    api: InProcess, image: bytes
) -> None:
    bare = api("POST", "/predictions", image).json
    named = api("POST", "/predictions?name=North", image)
    other = api("POST", "/predictions?name=South", image)
    assert (named.status, other.status) == (200, 200)
    assert named.json == bare | {"name": "North"}
    (said,) = [each for each in other.json["warnings"] if each not in bare["warnings"]]
    assert said["code"] == "name-kept"
    assert said["values"] == {"name": "North", "sent": "South"}
    assert other.json["name"] == "North"
    assert api("GET", f"/predictions/{bare['id']}").json["warnings"] == bare["warnings"]


def test_a_merge_patch_names_a_prediction_in_every_answer_and_file(
    api: InProcess, image: bytes
) -> None:
    first = api("POST", "/predictions", image).json
    target = f"/predictions/{first['id']}"

    def patch(body: object) -> Reply:
        headers = {"content-type": "application/merge-patch+json"}
        return api("PATCH", target, json.dumps(body).encode(), headers)

    renamed = patch({"name": " Bogotá/Norte ", "note": "a\r\nb"})
    assert renamed.status == 200
    assert renamed.json == first | {"name": "Bogotá/Norte", "note": "a\nb"}
    assert api("GET", "/predictions?limit=1").json["items"] == [renamed.json]
    for name in ("table.csv", "source.tif", "image.png", "style.qml"):
        called = api("GET", f"{target}/{name}").headers["Content-Disposition"]
        assert f'filename="Bogota-Norte-{name}"' in called
        assert f"filename*=UTF-8''Bogot%C3%A1-Norte-{name}" in called
    assert patch({"note": None}).json == first | {"name": "Bogotá/Norte"}
    assert patch({}).json["name"] == "Bogotá/Norte"
    assert patch({"name": None}).json == first
    plain = api("GET", f"{target}/table.csv").headers["Content-Disposition"]
    assert plain == f'inline; filename="{first["id"][:8]}-table.csv"'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"name": "%s"}' % (b"x" * 121), "121 characters; the limit is 120"),
        (b'{"note": "%s"}' % (b"x" * 2001), "2001 characters; the limit is 2000"),
        (b'{"name": " "}', "name: is blank"),
        (b'{"name": "a\\u0000b"}', "U+0000"),
        (b'{"name": "a\\u202eb"}', "U+202E"),
        (b'{"title": "a"}', "title"),
        (b'{"name": 1}', "name"),
        (b"[]", "expected a JSON object"),
        (b"{", "expected JSON"),
        (b"", "expected JSON"),
        (b"\xff", "body"),
    ],
)
def test_a_patch_that_is_none_is_refused_and_changes_nothing(
    api: InProcess, town: bytes, body: bytes, told: str
) -> None:
    target = f"/predictions/{api('POST', '/predictions', town).json['id']}"
    before = api("GET", target).json
    refused = api("PATCH", target, body)
    assert refused.status == 400, refused.body
    assert told in refused.json["detail"]
    assert refused.json["values"]
    assert api("GET", target).json == before


@pytest.mark.parametrize("query", ["name=%00", "name=%E2%80%AE", "note=%20", f"name={'x' * 121}"])
def test_a_name_that_is_none_is_refused_before_anything_is_predicted(
    api: InProcess, query: str
) -> None:
    refused = api("POST", f"/predictions?{query}", b"no image")
    assert refused.status == 400
    assert refused.json["values"]["parameter"] == query.partition("=")[0]


def test_a_name_of_what_is_not_there_is_404(api: InProcess) -> None:
    assert api("PATCH", f"/predictions/{uuid4()}", b'{"name": "a"}').status == 404


def test_a_long_file_is_called_by_the_prediction_s_name_too(http: OverHttp) -> None:
    noise = np.random.default_rng(5).integers(200, 900, (8, 500, 500), np.uint16)
    key = http("POST", "/predictions?name=Largo", one_page(noise)).json["id"]
    answer = http("GET", f"/predictions/{key}/source.tif")
    assert 'filename="Largo-source.tif"' in answer.headers["Content-Disposition"]


def test_a_form_field_is_the_same_upload_as_the_raw_body(api: InProcess, image: bytes) -> None:
    form = (
        b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.tif"\r\n'
        b"Content-Type: image/tiff\r\n\r\n" + image + b"\r\n--b--\r\n"
    )
    raw = api("POST", "/predictions", image)
    sent = api("POST", "/predictions", form, {"content-type": "multipart/form-data; boundary=b"})
    assert sent.status == 200
    assert sent.json == raw.json


@pytest.mark.parametrize("again", [False, True])
def test_accept_picks_csv_or_geojson(api: InProcess, town: bytes, again: bool) -> None:
    threshold = f"?threshold=0.{41 + again}"
    if again:
        api("POST", f"/predictions{threshold}", town)
    table = api("POST", f"/predictions{threshold}", town, {"accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(table.body.decode()), strict=True))
    found = api("POST", f"/predictions{threshold}", town, {"accept": "application/geo+json"}).json
    assert [row["class"] for row in rows] == list(KEYS)
    counts = [sum(f["properties"]["class"] == key for f in found["features"]) for key in KEYS]
    assert counts == [int(row["count"]) for row in rows]
    assert found["positions"] == "lonlat"


def test_the_older_contract_has_its_rows_as_json_or_csv(api: InProcess, image: bytes) -> None:
    rows = api("POST", "/segment_tiff?image=6100_1_3&threshold=0.3", image).json
    assert [tuple(row) for row in rows] == [("image", "class", "poly", "Multi")] * 10
    assert [row["class"] for row in rows] == list(range(1, 11))
    assert {row["image"] for row in rows} == {"6100_1_3"}
    for row in rows:
        shape = shapely.from_wkt(row["Multi"])
        assert shape.is_valid
        assert len(shape.geoms) == row["poly"]
    table = api("POST", "/segment_tiff?image=6100_1_3&threshold=0.3", image, {"accept": "text/csv"})
    assert [row["Multi"] for row in csv.DictReader(io.StringIO(table.body.decode()))] == [
        row["Multi"] for row in rows
    ]


def test_both_routes_find_the_same_objects(api: InProcess, town: bytes) -> None:
    counts = [entry["polygons"] for entry in api("POST", "/predictions", town).json["classes"]]
    assert [row["poly"] for row in api("POST", "/segment_tiff", town).json] == counts


def test_thresholds_by_class_go_before_the_one_for_all(api: InProcess, image: bytes) -> None:
    target = "/predictions?threshold=0.3&thresholds=roads:0.6,trees:0.7"
    assert api("POST", target, image).json["thresholds"] == dict.fromkeys(KEYS, 0.3) | {
        "roads": 0.6,
        "trees": 0.7,
    }


def test_confidence_is_kept_with_the_prediction_whether_the_model_can_judge_or_not(
    api: InProcess, image: bytes
) -> None:
    document = api("POST", "/predictions", image).json
    confidence = document["confidence"]
    known = api("GET", "/model").json.get("confidence") is not None
    assert confidence["level"] == ("low" if known else "unknown")  # the image is noise
    assert all(reason["code"] and reason["text"] for reason in confidence["reasons"])
    assert (confidence["expected_jaccard"] is None) != known
    assert api("GET", f"/predictions/{document['id']}").json["confidence"] == confidence
    assert api("GET", "/predictions?limit=1").json["items"][0]["confidence"] == confidence


def test_warnings_have_a_code_values_and_words(api: InProcess) -> None:
    flat = counts(20, 20, seed=99)
    flat[0] = 7
    reply = api("POST", "/predictions", one_page(flat))
    warnings = {each["code"]: each for each in reply.json["warnings"]}
    assert warnings["constant-bands"]["values"] == {"bands": ["coastal"]}
    assert "neither a CRS nor a transform" in warnings["no-georeference"]["text"]


@pytest.mark.parametrize(
    ("target", "body", "headers", "status", "told"),
    [
        ("/predictions", b"", {}, 400, "0 bytes"),
        ("/predictions", b"hello, world", {}, 415, "68 65 6c 6c"),
        ("/predictions", b"{}", {"content-type": "application/json"}, 415, "application/json"),
        ("/predictions?threshold=1.5", b"x", {}, 400, "threshold: must be less than 1, not '1.5'"),
        (
            "/predictions?threshold=nan",
            b"x",
            {},
            400,
            "threshold: must be less than 1, not 'nan'",
        ),
        (
            "/predictions?thresholds=roofs:0.5",
            b"x",
            {},
            400,
            "unknown class 'roofs'; expected one of buildings, ",
        ),
        ("/predictions?thresholds=roads:0", b"x", {}, 400, "'roads:0' must be greater than 0"),
        ("/predictions?thresholds=roads", b"x", {}, 400, "not a number"),
        ("/segment_tiff", b"", {}, 400, "0 bytes"),
        (
            "/predictions",
            b"--b--",
            {"content-type": "multipart/form-data; boundary=b"},
            400,
            "field 'image'",
        ),
        ("/predictions", b"--b--", {"content-type": "multipart/form-data"}, 400, "form"),
    ],
)
def test_what_cannot_be_an_upload_is_a_problem_that_names_it(
    api: InProcess, target: str, body: bytes, headers: dict[str, str], status: int, told: str
) -> None:
    assert_problem(api("POST", target, body, headers), status, told)


@pytest.mark.parametrize(
    ("shape", "dtype", "status", "told"),
    [
        ((7, 32, 32), np.uint16, 422, "7 band(s)"),
        ((8, 15, 32), np.uint16, 422, "32 x 15 px; the minimum is 16 x 16"),
        ((8, 16, 2049), np.uint8, 413, "2049 x 16 px"),
        ((8, 32, 32), np.float64, 422, "float64"),
    ],
)
def test_an_image_that_the_model_cannot_take_is_refused_and_nothing_is_kept(
    api: InProcess, shape: tuple[int, ...], dtype: type, status: int, told: str
) -> None:
    before = api("GET", "/predictions?limit=100").json
    reply = api("POST", "/predictions", one_page(np.ones(shape, dtype)))
    assert_problem(reply, status, told)
    assert api("GET", "/predictions?limit=100").json == before


@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        ("/predictions?limit=0", 400, "limit: must be at least 1, not '0'"),
        ("/predictions?limit=101", 400, "limit: must be at most 100, not '101'"),
        ("/predictions?class=roofs", 400, "class: expected one of buildings, "),
        ("/predictions?cursor=zz", 400, "'zz'"),
        ("/predictions/17", 400, "prediction_id: expected an id like"),
        (f"/predictions/{uuid4()}", 404, "No prediction has the id"),
        (f"/predictions/{uuid4()}/masks.tif", 404, "No prediction has the id"),
        ("/nowhere", 404, "There is no GET /nowhere"),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    api: InProcess, target: str, status: int, told: str
) -> None:
    assert_problem(api("GET", target), status, told)


def assert_problem(reply: Reply, status: int, told: str) -> None:
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(reply.body)
    members = {"type", "title", "status", "detail", "code", "values", "instance"}
    assert set(problem) == members
    assert problem["status"] == status
    assert told in problem["detail"]
    assert problem["instance"].removeprefix("urn:request:") == reply.headers["X-Request-Id"]


def test_only_the_page_may_read_answers_from_another_origin(
    api: InProcess, stack: LocalStack
) -> None:
    page = stack.page_url
    ours = api("GET", "/classes", headers={"origin": page})
    foreign = api("GET", "/classes", headers={"origin": "https://evil.test"})
    preflight = api(
        "OPTIONS",
        "/predictions",
        headers={"origin": page, "access-control-request-method": "POST"},
    )
    refused = api("GET", "/nowhere", headers={"origin": page})
    assert ours.headers["Access-Control-Allow-Origin"] == page
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert preflight.status == 204
    assert {"POST", "DELETE"} <= set(preflight.headers["Access-Control-Allow-Methods"].split(","))
    assert refused.headers["Access-Control-Allow-Origin"] == page


def test_every_answer_tells_its_time_and_request(api: InProcess, image: bytes) -> None:
    posted = api("POST", "/predictions", image).headers["Server-Timing"]
    parts = [part.split(";")[0] for part in posted.split(", ")]
    assert set(parts) == {"decode", "lookup", "infer", "polygons", "save", "total"}
    assert parts[-1] == "total"
    assert "total;dur=" in api("GET", "/nowhere").headers["Server-Timing"]


def test_an_image_too_long_for_a_request_goes_through_a_link(
    api: InProcess, http: OverHttp
) -> None:
    body = one_page(np.random.default_rng(3).integers(1, 2047, (8, 640, 640), np.uint16))
    assert len(body) > 6_000_000
    link = api("POST", f"/uploads?size={len(body)}").json
    put = http("PUT", link["url"], body, {"content-type": link["content_type"]})
    reply = api("POST", f"/predictions?upload={link['upload']}&threshold=0.9")
    assert (put.status, reply.status) == (200, 201)
    assert reply.json["image"]["width"] == 640


def test_an_upload_that_is_too_long_or_missing_is_a_problem(api: InProcess) -> None:
    assert_problem(api("POST", "/uploads?size=999999999"), 413, "999999999 bytes")
    assert_problem(api("POST", "/uploads"), 400, "size")
    assert_problem(api("POST", f"/predictions?upload={uuid4()}"), 404, "Nothing was uploaded")


def test_a_stated_band_order_puts_the_bands_right(api: InProcess, image: bytes) -> None:
    backwards, order = reversed_bands(image), "8,7,6,5,4,3,2,1"
    right = api("POST", "/predictions?threshold=0.3", image).json
    stated = api("POST", f"/predictions?threshold=0.3&bands={order}", backwards).json
    silent = api("POST", "/predictions?threshold=0.3", backwards).json
    scores = [
        api("GET", f"/predictions/{reply['id']}/scores").body for reply in (right, stated, silent)
    ]
    assert stated["classes"] == right["classes"]
    assert scores[0] == scores[1] != scores[2]
    assert stated["band_order"] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert stated["id"] != silent["id"]
    rows = [
        api("POST", f"/segment_tiff?threshold=0.3&image=a{asked}", body).json
        for asked, body in (("", image), (f"&bands={order}", backwards))
    ]
    assert rows[0] == rows[1]
    assert api("POST", "/predictions?bands=1,2,3", image).status == 400


def reversed_bands(image: bytes) -> bytes:
    with MemoryFile(image) as file, file.open() as raster:
        return one_page(raster.read()[::-1])


def test_the_pixel_size_of_an_image_without_a_crs_can_be_stated(
    api: InProcess, image: bytes
) -> None:
    assumed = api("POST", "/predictions", image).json
    stated = api("POST", "/predictions?gsd=0.62", image).json
    assert assumed["id"] != stated["id"]
    assert (assumed["gsd_m"], stated["gsd_m"]) == (1.24, 1.24)
    assert assumed["image"]["pixel_area_m2"] == pytest.approx(1.24**2)
    assert stated["image"]["pixel_area_m2"] == pytest.approx(0.62**2)
    assert api("GET", f"/predictions/{stated['id']}").json == stated
    rows = api("GET", f"/predictions/{stated['id']}/table.csv?threshold=0.01").body.decode()
    areas = [float(row["area_m2"]) for row in csv.DictReader(io.StringIO(rows))]
    assert 0 < max(areas) <= 32 * 48 * 0.62**2 * 1.0001


@pytest.mark.parametrize("gsd", ["0", "-1", "nan", "inf", "1001", "wide"])
def test_a_pixel_size_that_cannot_be_is_refused(api: InProcess, image: bytes, gsd: str) -> None:
    reply = api("POST", f"/predictions?gsd={gsd}", image)
    assert reply.status == 400
    assert reply.json["values"]["parameter"] == "gsd"


def test_a_pixel_size_beside_a_crs_is_refused_with_the_size_that_the_crs_gives(
    api: InProcess,
) -> None:
    reply = api("POST", "/predictions?gsd=0.5", placed(counts(32, 48, seed=77)))
    assert reply.json["status"] == 400
    assert reply.json["values"]["parameter"] == "gsd"
    assert "1.24 x 1.24 m" in reply.json["detail"]
