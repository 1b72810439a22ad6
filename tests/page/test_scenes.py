"""Whole scenes: from a file through its upload, its blocks and its map back to the list."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine
from rasterio.warp import transform
from shapely import Point, from_wkb

from scripts.local.stack import LocalStack
from tests.page.conftest import PHONE, ROOT
from tests.page.steps import AXE, overflow, serious, until
from tests.stack import OverHttp

pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")
import pyarrow.parquet as pq

SAMPLES = ROOT / "dashboard_static/samples"
HEIGHT, REPEATS = 96, 26
WIDTH = 160 * REPEATS  # two blocks
STATE = "document.querySelector('#scene-state')?.textContent"
# Column and row of the frame's point at which the scene's pixel (column, row) is drawn, when all is seen.
AT_PIXEL = """([column, row, width, height]) => {
  const { left, top, width: w, height: h } = document.querySelector("#scene-frame").getBoundingClientRect();
  const side = Math.min(w / width, h / height);
  return [left + (w - side * width) / 2 + side * column, top + (h - side * height) / 2 + side * row];
}"""
# Colours of the scene's pixels, drawn at least as large as the screen's; `#rrggbb` and how often.
COLOURS = """() => {
  const canvas = document.querySelector("#scene-canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = {};
  for (let i = 0; i < data.length; i += 4) {
    const name = "#" + [...data.slice(i, i + 3)].map((v) => v.toString(16).padStart(2, "0")).join("");
    if (data[i + 3]) found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}"""


@pytest.fixture(scope="module")
def make_scene(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Write a scene of repeated samples; another `shift` makes another scene."""
    files = [rasterio.open(path) for path in sorted(SAMPLES.glob("*.tif"))]
    samples = [file.read()[:, :HEIGHT] for file in files]
    profile = files[0].profile | {"width": WIDTH, "height": HEIGHT, "tiled": True}
    profile |= {"blockxsize": 256, "blockysize": 256}

    def make(shift: int) -> Path:
        path = tmp_path_factory.mktemp("scene") / f"valley-{shift}.tif"
        chosen = [samples[(shift + number) % len(samples)] for number in range(REPEATS)]
        with rasterio.open(path, "w", **profile) as file:
            file.write(np.concatenate(chosen, axis=2))
        return path

    return make


def test_a_scene_goes_from_a_file_to_a_map_though_its_upload_is_interrupted(
    open_page: Any, make_scene: Callable[[int], Path], http: OverHttp, tmp_path: Path
) -> None:
    path = make_scene(0)
    page = open_page(locale="es-CO")
    interrupt_upload(page, path)
    page.reload()  # as if the tab had been closed
    page.wait_for_selector("#scene-file", state="attached")
    assert path.name in page.locator("#scene-now").inner_text()
    page.locator("#scene-file").set_input_files(path)
    page.wait_for_selector("#scene-work:not([hidden])")
    page.wait_for_selector("#scene-panel:not([hidden])", timeout=300_000)
    assert page.evaluate("localStorage['tesela.scene-uploads']") == "[]"

    document = http("GET", f"/scenes/{page.evaluate('location.hash').removeprefix('#/s/')}").json
    classes = read(http, document["links"]["classes.tif"])
    colours = colours_by_number()
    number = int(np.bincount(classes[classes > 0]).argmax())
    until(page, f"({COLOURS})()['{colours[number]}'] > 0")
    row, column = place_of(classes, number)
    point = page.evaluate(AT_PIXEL, [column + 0.5, row + 0.5, WIDTH, HEIGHT])
    page.mouse.click(*point)
    until(page, "document.querySelector('#scene-found').textContent.includes('puntaje')")
    area = object_at(http, document, classes, row, column)
    shown = f"{area:,.0f}".replace(",", ".") if area < 10_000 else f"{area / 10_000:.2f}"
    assert shown.replace(".", ",") in page.locator("#scene-found").inner_text().replace(".", ",")

    key = document["classes"][number - 1]["key"]
    page.locator(f"#scene-table tr[data-key={key}] input").uncheck()
    until(page, f"!(({COLOURS})()['{colours[number]}'])")
    assert page.locator("#scene-found").inner_text().startswith("Haga clic")  # its class is hidden
    page.click("#scene-all")

    with page.expect_download() as download:
        page.click("#scene-files [data-form='table.csv']")
    download.value.save_as(tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes() == http("GET", document["links"]["table.csv"]).body

    page.set_viewport_size(PHONE)
    assert overflow(page) <= 0
    assert not AXE.exists() or serious(page) == []
    find_and_delete(page, document["id"])
    assert http("GET", document["links"]["self"]).status == 404
    assert [text for text in page.problems if "404" not in text] == []  # blocks end with the scene


def interrupt_upload(page: Any, path: Path) -> None:
    """Choose a scene, read what it takes, and pause its upload before a part has arrived."""
    page.route("**/*partNumber=*", lambda route: None)
    page.locator("#file").set_input_files(path)
    page.wait_for_selector("#scene-begin")
    facts = page.locator("#scene-draft").inner_text()
    for text in ("0,61\u00a0km²", "5,2 × 0,1 km", "EPSG:32618", "cerca de", "US$", "4.160 × 96"):
        assert text in facts
    assert "null" not in facts
    page.click("#scene-begin")
    until(page, "document.querySelector('#scene-now')?.textContent.startsWith('Subiendo')")
    page.click("#scene-pause")
    until(page, "document.querySelector('#scene-now').textContent.startsWith('En pausa')")
    page.unroute("**/*partNumber=*")


def find_and_delete(page: Any, key: str) -> None:
    """Go back to the start, open the scene from its list, and delete it."""
    card = f"#scenes-list a[href='#/s/{key}']"
    page.click("#scene-new")
    page.wait_for_selector(f"{card}:has-text('Lista')")  # it may show an earlier state at first
    own = page.evaluate("localStorage['tesela.names']")
    page.evaluate("localStorage['tesela.names'] = '[]'; null")  # as another browser sees it
    page.click(card)
    page.wait_for_selector("#scene-panel:not([hidden])")
    assert page.locator("#scene-remove").is_hidden()
    page.click("#scene-new")
    page.wait_for_selector(card)
    page.evaluate("names => { localStorage['tesela.names'] = names; }", own)
    page.click(card)
    page.wait_for_selector("#scene-panel:not([hidden])")
    page.click("#scene-remove")
    page.click("#scene-confirm-yes")
    page.wait_for_selector(card, state="detached")


def test_a_scene_that_is_under_way_can_be_cancelled(
    open_page: Any, make_scene: Callable[[int], Path], http: OverHttp
) -> None:
    page = open_page()
    page.locator("#file").set_input_files(make_scene(1))
    page.click("#scene-begin")
    until(page, f"{STATE} === 'Reading the header'")
    page.click("#scene-remove")
    page.wait_for_selector("#scene-again", timeout=300_000)
    assert page.evaluate(STATE) == "Cancelled"
    page.click("#scene-remove")
    page.click("#scene-confirm-yes")
    until(page, "location.hash === '#/'")
    assert page.problems == []


def test_a_scene_that_the_service_would_refuse_is_not_sent(
    open_page: Any, make_scene: Callable[[int], Path], tmp_path: Path
) -> None:
    page = open_page(locale="es-CO")
    with rasterio.open(make_scene(2)) as file:
        profile, pixels = file.profile, file.read()
    coarse = Affine(100, 0, 600_000, 0, -100, 500_000)
    with rasterio.open(tmp_path / "large.tif", "w", **profile | {"transform": coarse}) as file:
        file.write(pixels)
    page.locator("#file").set_input_files(tmp_path / "large.tif")
    page.wait_for_selector("#scene-begin")
    text = page.locator("#scene-draft").inner_text()
    assert "Cubre 3.993,6 km²; este servicio recibe hasta 1.000 km²." in text
    assert page.locator("#scene-begin").is_disabled()
    assert not AXE.exists() or serious(page) == []


def test_eight_files_of_one_band_are_one_scene(
    open_page: Any, make_scene: Callable[[int], Path], tmp_path: Path
) -> None:
    with rasterio.open(make_scene(3)) as file:
        profile, pixels = file.profile | {"count": 1}, file.read()
    paths = [tmp_path / f"band-{number}.tif" for number in range(8, 0, -1)]
    for path, band in zip(paths, pixels[::-1], strict=True):
        with rasterio.open(path, "w", **profile) as file:
            file.write(band, 1)
    page = open_page()
    page.route("**/*partNumber=*", lambda route: None)
    page.locator("#file").set_input_files(paths)
    page.wait_for_selector("#scene-begin")
    bands = page.locator(".scene-bands li").all_inner_texts()
    assert [bands[0], bands[7]] == ["Coastal: band-1.tif", "NIR2: band-8.tif"]
    page.click("#scene-begin")
    until(page, "document.querySelector('#scene-now')?.textContent.startsWith('Uploading')")
    page.click("#scene-remove")
    page.click("#scene-confirm-yes")
    until(page, "location.hash === '#/'")
    assert page.problems == []


def test_a_bucket_that_may_not_be_read_is_named(open_page: Any, stack: LocalStack) -> None:
    page = open_page(locale="es-CO")
    page.fill("#link-text", "s3://a-bucket/valley.tif")
    page.click("#link button")
    page.click("#scene-begin")
    page.wait_for_selector("#problem:not([hidden])")
    assert "a-bucket" in page.locator("#problem").inner_text()


def read(http: OverHttp, url: str) -> NDArray[np.uint8]:
    with rasterio.open(io.BytesIO(http("GET", url).body)) as file:
        pixels: NDArray[np.uint8] = file.read(1)
        return pixels


def colours_by_number() -> dict[int, str]:
    """IDEAM's, which Spanish readers see first."""
    catalogue = json.loads((ROOT / "lambda_image/tesela/catalogue.json").read_text("utf-8"))
    return {each["number"]: each["ideam"]["colour"].lower() for each in catalogue["classes"]}


def place_of(classes: NDArray[np.uint8], number: int) -> tuple[int, int]:
    """Row and column of a pixel in the middle of 7 x 7 of a class, as a click is not exact."""
    windows = np.lib.stride_tricks.sliding_window_view(classes, (7, 7))
    row, column = np.argwhere((windows == number).all(axis=(2, 3)))[0]
    return int(row) + 3, int(column) + 3


def object_at(
    http: OverHttp, document: dict[str, Any], classes: NDArray[np.uint8], row: int, column: int
) -> float:
    """The area of the object on top at a pixel, by the GeoParquet file."""
    with rasterio.open(io.BytesIO(http("GET", document["links"]["classes.tif"]).body)) as file:
        x, y = file.xy(row, column)
        (lon,), (lat,) = transform(file.crs, "EPSG:4326", [x], [y])
    table = pq.read_table(io.BytesIO(http("GET", document["links"]["polygons.parquet"]).body))
    number = int(classes[row, column])
    areas = [
        feature["object_area_m2"]
        for feature in table.to_pylist()
        if feature["number"] == number and from_wkb(feature["geometry"]).contains(Point(lon, lat))
    ]
    assert len(areas) == 1
    return float(areas[0])
