"""Comparisons through the API; the right values are computed from the masks that it offers."""

import csv
import io
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from tesela.catalogue import KEYS

from tests.stack import InProcess
from tests.tiffs import PLACE, counts, one_page, placed


@pytest.fixture(scope="module")
def pair(api: InProcess) -> tuple[Any, Any]:
    """Two images of one place, the second with nodata in a corner."""
    first, second = counts(40, 48, seed=71), counts(40, 48, seed=72)
    second[:, :7, :9] = 0
    a = api("POST", "/predictions?name=Antes&threshold=0.05", placed(first)).json
    b = api("POST", "/predictions?name=Después&threshold=0.05", placed(second, nodata=0)).json
    return a, b


def masks(api: InProcess, prediction: Any, query: str = "") -> NDArray[np.bool_]:
    body = api("GET", f"/predictions/{prediction['id']}/masks.tif{query}").body
    with MemoryFile(body) as file, file.open() as raster:
        return np.asarray(raster.read().astype(bool))


def of(a: Any, b: Any, name: str = "", **options: str) -> str:
    query = "".join(f"&{key}={value}" for key, value in options.items())
    return f"/compare{name}?a={a['id']}&b={b['id']}{query}"


def test_areas_gained_and_lost_are_those_of_the_masks(api: InProcess, pair: Any) -> None:
    a, b = pair
    document = api("GET", of(a, b)).json
    before, after = masks(api, a), masks(api, b)
    common = np.ones((40, 48), bool)
    common[:7, :9] = False
    pixel_ha = a["image"]["pixel_area_m2"] / 10_000
    assert b["image"]["valid_pixels"] == common.sum()
    assert document["common_ha"] == pytest.approx(common.sum() * pixel_ha, abs=6e-5)
    assert document["share_of_a"] == pytest.approx(common.mean(), abs=1e-6)
    assert document["grid"]["resampling"] == "none"
    assert document["grid"]["crs"] == a["image"]["crs"]
    assert [(each["name"], each["id"]) for each in (document["a"], document["b"])] == [
        ("Antes", a["id"]),
        ("Después", b["id"]),
    ]
    assert any(before[k].any() and after[k].any() for k in range(10))
    for entry, first, second in zip(document["classes"], before, after, strict=True):
        expected = {
            "a_ha": first & common,
            "b_ha": second & common,
            "gained_ha": second & ~first & common,
            "lost_ha": first & ~second & common,
            "kept_ha": first & second & common,
        }
        for name, mask in expected.items():
            assert entry[name] == pytest.approx(mask.sum() * pixel_ha, abs=6e-5), (entry, name)
        assert entry["difference_ha"] == pytest.approx(entry["b_ha"] - entry["a_ha"], abs=1e-9)
    assert document["warnings"] == []


def test_the_csv_and_the_geotiff_say_the_same(api: InProcess, pair: Any) -> None:
    a, b = pair
    document = api("GET", of(a, b)).json
    table = api("GET", of(a, b, "/changes.csv"))
    rows = list(csv.DictReader(io.StringIO(table.body.decode())))
    assert [row["class"] for row in rows] == list(KEYS)
    for row, entry in zip(rows, document["classes"], strict=True):
        assert {name: float(row[name]) for name in row if name.endswith("_ha")} == {
            name: value for name, value in entry.items() if name.endswith("_ha")
        }
    spanish = api("GET", of(a, b, "/changes.csv", locale="es")).body.decode("utf-8-sig")
    assert spanish.splitlines()[0].count(";") == len(rows[0]) - 1
    reply = api("GET", of(a, b, "/changes.tif"))
    assert 'filename="Antes-Despues-changes.tif"' in reply.headers["Content-Disposition"]
    before, after = masks(api, a), masks(api, b)
    with MemoryFile(reply.body) as file, file.open() as raster:
        codes = raster.read()
        assert raster.descriptions == KEYS
        assert raster.nodata == 255
        assert raster.tags(1)["2"] == "gained"
        assert raster.crs.to_string() == a["image"]["crs"]
        assert list(raster.transform)[:6] == a["image"]["transform"]
    expected = before * 1 + after * 2
    expected[:, :7, :9] = 255
    assert np.array_equal(codes, expected)


def test_one_class_has_a_colour_table_and_a_picture(api: InProcess, pair: Any) -> None:
    a, b = pair
    key = max(api("GET", of(a, b)).json["classes"], key=lambda each: each["gained_ha"])["key"]
    expected = masks(api, a) * 1 + masks(api, b) * 2
    expected[:, :7, :9] = 255
    band = expected[KEYS.index(key)]
    tif = api("GET", of(a, b, "/changes.tif", **{"class": key})).body
    with MemoryFile(tif) as file, file.open() as raster:
        assert np.array_equal(raster.read(1), band)
        colours = raster.colormap(1)
        assert raster.descriptions == (key,)
    assert colours[2] == (33, 102, 172, 255)
    assert colours[1] == (224, 130, 20, 255)
    png = api("GET", of(a, b, "/changes.png", **{"class": key})).body
    with MemoryFile(png) as file, file.open() as raster:
        picture = raster.read()
    for code, colour in colours.items():
        if code in (1, 2, 3):
            assert {tuple(pixel) for pixel in picture[:3, band == code].T} <= {colour[:3]}
            assert (picture[3, band == code] > 0).all()
    assert not picture[3, (band == 0) | (band == 255)].any()


def test_thresholds_draw_both_alike_and_different_ones_are_named(api: InProcess, pair: Any) -> None:
    a, _ = pair
    other = api("POST", "/predictions?threshold=0.06", placed(counts(40, 48, seed=71))).json
    (said,) = api("GET", of(a, other)).json["warnings"]
    assert (said["code"], said["values"]["classes"]) == ("thresholds-differ", sorted(KEYS))
    alike = api("GET", of(a, other, threshold="0.4")).json
    assert alike["warnings"] == []
    assert {each["lost_ha"] + each["gained_ha"] for each in alike["classes"]} == {0}
    pixels = masks(api, a, "?threshold=0.4").sum(axis=(1, 2))
    areas = [each["kept_ha"] for each in alike["classes"]]
    pixel_ha = a["image"]["pixel_area_m2"] / 10_000
    assert areas == pytest.approx([n * pixel_ha for n in pixels], abs=6e-5)


def test_places_that_do_not_overlap_are_refused_with_both_bounds(api: InProcess, pair: Any) -> None:
    a, _ = pair
    away = api(
        "POST",
        "/predictions",
        placed(counts(40, 48), transform=PLACE @ Affine.translation(5000, 0)),
    ).json
    refused = api("GET", of(a, away))
    assert (refused.status, refused.json["code"]) == (422, "places-apart")
    assert refused.json["values"] == {"a": a["image"]["bounds"], "b": away["image"]["bounds"]}


def test_without_a_crs_only_one_and_the_same_image_is_compared(api: InProcess, pair: Any) -> None:
    a, _ = pair
    image = one_page(counts(40, 48, seed=73))
    bare, stricter = (api("POST", f"/predictions?threshold={t}", image).json for t in (0.05, 0.3))
    for first, second, side in ((a, bare, "b"), (bare, a, "a")):
        refused = api("GET", of(first, second))
        assert (refused.status, refused.json["code"]) == (422, "place-unknown")
        assert refused.json["values"] == {"side": side}
    document = api("GET", of(bare, stricter)).json
    assert {each["gained_ha"] for each in document["classes"]} == {0}
    assert [each["code"] for each in document["warnings"]] == ["thresholds-differ"]


def test_what_is_missing_unknown_or_not_there_is_refused(api: InProcess, pair: Any) -> None:
    a, b = pair
    assert api("GET", f"/compare?a={a['id']}").status == 400
    assert api("GET", f"/compare?a={a['id']}&b=x").status == 400
    assert api("GET", of(a, {"id": uuid4()})).status == 404
    assert api("GET", of({"id": uuid4()}, b, "/changes.tif")).status == 404
    assert api("GET", of(a, b, "/changes.png")).status == 400
    assert api("GET", of(a, b, "/changes.png", **{"class": "sea"})).status == 400
    assert api("GET", of(a, b, colour="red")).status == 400
