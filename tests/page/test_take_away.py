"""Take away: what the page saves opens in GDAL and pandas, and holds what the page shows."""

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from tesela.catalogue import CLASSES, KEYS
from tesela.exports import EXPORTS

from tests.page.steps import open_sample, pixels, requested, saved, until


@pytest.fixture
def town(open_page: Any) -> Any:
    """The town at another threshold, so that files cannot be right by chance."""
    page = open_page()
    open_sample(page, "town")
    page.select_option("#palette", "ideam")
    page.locator("#threshold").fill("0.8")
    until(page, "document.querySelector('#files a').href.includes('thresholds=buildings:0.8')")
    page.shown = {
        row["data-class"]: row["objects"]
        for row in page.evaluate(
            "[...document.querySelectorAll('#table tbody tr')].map((row) => ({"
            " 'data-class': row.dataset.class,"
            " objects: Number(row.cells[1].textContent) }))"
        )
    }
    return page


def test_polygons_and_objects_are_those_on_the_page(town: Any, tmp_path: Path) -> None:
    for form in ("polygons.geojson", "objects.csv"):
        frame = gpd.read_file(saved(town, form, tmp_path))
        counted = frame.groupby("class").size().reindex(KEYS, fill_value=0)
        assert counted.to_dict() == town.shown, form
        assert frame.geometry.is_valid.all()


def test_every_export_of_the_service_is_offered(town: Any) -> None:
    offered = town.locator("#files a").evaluate_all("links => links.map((a) => a.dataset.form)")
    assert sorted(offered) == sorted(export.name for export in EXPORTS)
    assert town.locator("#files [lang=en]").count() == 0  # each has words of its own


def test_the_drawer_for_developers_is_fetched_when_opened_and_follows_the_thresholds(
    town: Any,
) -> None:
    asked = requested(town, lambda request: request.url.endswith("view/use.js"))
    assert town.locator(".snippet").count() == 0
    town.click("#use summary")
    town.wait_for_selector(".snippet[data-kind=qgis]")
    assert len(asked) == 1
    key = town.evaluate("location.hash.slice(4, 40)")
    for kind in ("python", "curl", "qgis"):
        lines = town.locator(f".snippet[data-kind={kind}] code").text_content()
        assert key in lines
        assert re.search('buildings"?:0.8', lines), kind
    town.context.grant_permissions(["clipboard-read", "clipboard-write"])
    town.click(".snippet[data-kind=curl] button")
    until(town, "document.querySelector('#announcer').textContent === 'Copied.'")
    assert key in town.evaluate("navigator.clipboard.readText()")
    town.locator("#threshold").fill("0.7")
    until(town, "document.querySelector('.snippet code').textContent.includes('0.7')")


def test_tables_open_in_pandas(town: Any, tmp_path: Path) -> None:
    table = pd.read_csv(saved(town, "table.csv", tmp_path))
    assert dict(zip(table["class"], table["count"], strict=True)) == town.shown
    text = saved(town, "dataframe.json", tmp_path).read_text()
    frame = pd.read_json(io.StringIO(text), orient="table")
    assert frame["area_m2"].tolist() == pytest.approx(table["area_m2"].tolist())


def test_rasters_open_in_gdal_where_the_image_lies(town: Any, tmp_path: Path) -> None:
    with rasterio.open(saved(town, "source.tif", tmp_path)) as source:
        place = source.crs, source.transform, source.shape
    with rasterio.open(saved(town, "masks.tif", tmp_path)) as masks:
        assert (masks.crs, masks.transform, masks.shape) == place
        covered = masks.read().any(axis=0)
    with rasterio.open(saved(town, "classes.tif", tmp_path)) as classes:
        assert (classes.crs, classes.transform, classes.shape) == place
        assert ((classes.read(1) > 0) == covered).all()
        trees = bytes(classes.colormap(1)[5][:3]).hex().upper()
    assert trees == CLASSES[4].ideam["colour"][1:]
    scores = np.frombuffer(saved(town, "scores", tmp_path).read_bytes(), np.uint8)
    assert scores.size == len(KEYS) * covered.size


def test_pictures_open_in_gdal(town: Any, tmp_path: Path) -> None:
    for form in ("image.png", "overlay.png"):
        with rasterio.open(saved(town, form, tmp_path)) as picture:
            assert (picture.count, picture.shape) == (4, (160, 160))
    with rasterio.open(saved(town, "view.png", tmp_path)) as view:
        assert view.width >= 1024
        sheet = view.read()
    below = sheet[:3, view.width :].reshape(3, -1).T
    colours = {bytes(colour).hex().upper() for colour in np.unique(below, axis=0)}
    found = [entry for entry in CLASSES if town.shown[entry.key]]
    assert found
    assert {entry.ideam["colour"][1:] for entry in found} <= colours  # the legend, below the map
    scale = sheet[:3, view.width - 60 : view.width, :200]
    assert (scale == 255).all(axis=0).any(axis=0).sum() > 50  # its white bar


def test_the_classes_are_painted_as_the_service_paints_them(town: Any, tmp_path: Path) -> None:
    town.locator("#threshold").fill("0.1")
    until(town, "document.querySelector('#files a').href.includes('thresholds=buildings:0.1')")
    with rasterio.open(saved(town, "masks.tif", tmp_path)) as masks:
        assert (masks.read().sum(axis=0) > 1).any()  # classes overlap, so the order matters
    with rasterio.open(saved(town, "overlay.png", tmp_path)) as overlay:
        service = overlay.read().transpose(1, 2, 0)
    page = pixels(town, "#overlay")
    assert len(np.unique(page[..., :3].reshape(-1, 3), axis=0)) > 3
    assert ((page[..., 3] > 0) == (service[..., 3] > 0)).all()
    assert (page[..., :3] == service[..., :3])[page[..., 3] > 0].all()


def test_the_qgis_style_is_in_palette_and_language_of_the_page(town: Any, tmp_path: Path) -> None:
    town.click("#languages button[value=es]")
    until(town, "document.querySelector('#files').innerText.includes('Estilo de QGIS')")
    root = ElementTree.parse(saved(town, "style.qml", tmp_path)).getroot()
    entries = {item.get("label"): item.get("color") for item in root.iter("paletteEntry")}
    assert entries == {entry.name["es"]: entry.ideam["colour"] for entry in CLASSES}
