import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from rasterio.io import MemoryFile
from tesela.catalogue import CLASSES, KEYS, LandCover

from tests.stack import InProcess, OverHttp
from tests.tiffs import counts, one_page, placed


@pytest.fixture(scope="module")
def kept(api: InProcess, town: bytes) -> Any:
    """The town, at thresholds low enough to show objects."""
    return api("POST", "/predictions?threshold=0.35", town).json


@pytest.fixture(scope="module")
def areas_m2(kept: dict[str, Any]) -> list[float]:
    return [entry["area_m2"] for entry in kept["classes"]]


def path(kept: dict[str, Any], form: str) -> str:
    return f"/predictions/{kept['id']}/{form}"


def test_pandas_reads_dataframe_json_unchanged(
    api: InProcess, kept: dict[str, Any], areas_m2: list[float]
) -> None:
    reply = api("GET", path(kept, "dataframe.json"))
    table = pd.read_json(io.StringIO(reply.body.decode()), orient="table")
    assert table["class"].tolist() == list(KEYS)
    assert table["area_m2"].tolist() == pytest.approx(areas_m2, abs=0.01)
    assert table["count"].tolist() == [entry["polygons"] for entry in kept["classes"]]
    shapes = shapely.from_wkt(table["wkt"].to_numpy())
    assert shapely.is_valid(shapes).all()
    assert shapely.get_num_geometries(shapes).tolist() == table["count"].tolist()


def test_table_csv_holds_the_same(
    api: InProcess, kept: dict[str, Any], areas_m2: list[float]
) -> None:
    reply = api("GET", path(kept, "table.csv"))
    assert reply.headers["Content-Type"].startswith("text/csv")
    table = pd.read_csv(io.StringIO(reply.body.decode()))
    assert table["area_m2"].tolist() == pytest.approx(areas_m2, abs=0.01)


def test_geopandas_reads_valid_polygons_of_the_same_areas(
    api: InProcess, kept: dict[str, Any], areas_m2: list[float]
) -> None:
    document = api("GET", path(kept, "polygons.geojson")).json
    frame = gpd.GeoDataFrame.from_features(document, crs="OGC:CRS84")
    assert len(frame) == sum(entry["polygons"] for entry in kept["classes"])
    assert frame.is_valid.all()
    told = frame.groupby("class")["area_m2"].sum().reindex(KEYS, fill_value=0)
    assert told.tolist() == pytest.approx(areas_m2, abs=0.5)
    drawn = frame.to_crs(32618).assign(m2=lambda f: f.area).groupby("class")["m2"].sum()
    # UTM stretches here by its scale factor, which the ellipsoid's area has not.
    assert drawn.reindex(KEYS, fill_value=0).tolist() == pytest.approx(areas_m2, rel=2e-3)


def test_rasterio_reads_masks_of_the_same_areas(
    api: InProcess, kept: dict[str, Any], areas_m2: list[float]
) -> None:
    reply = api("GET", path(kept, "masks.tif"))
    with MemoryFile(reply.body) as file, file.open() as raster:
        assert raster.descriptions == KEYS
        assert raster.crs.to_epsg() == 32618
        pixels = raster.read().sum(axis=(1, 2))
    told = pixels * kept["image"]["pixel_area_m2"]
    assert told.tolist() == pytest.approx(areas_m2, abs=0.01)


def test_classes_are_one_band_in_the_colours_of_the_palette(
    api: InProcess, kept: dict[str, Any]
) -> None:
    palettes: dict[str, Callable[[LandCover], str]] = {
        "corine": lambda entry: entry.corine["colour"],
        "colour-blind-safe": lambda entry: entry.colour_blind_safe,
        "ds4a": lambda entry: entry.ds4a,
    }
    for palette, colour_of in palettes.items():
        reply = api("GET", path(kept, f"classes.tif?palette={palette}"))
        with MemoryFile(reply.body) as file, file.open() as raster:
            assert (raster.count, raster.nodata, raster.crs.to_epsg()) == (1, 0, 32618)
            numbers, table = raster.read(1), raster.colormap(1)
        for entry in CLASSES:
            assert "#{:02X}{:02X}{:02X}".format(*table[entry.number]) == colour_of(entry)
    with MemoryFile(api("GET", path(kept, "masks.tif")).body) as file, file.open() as raster:
        assert ((numbers > 0) == raster.read().any(axis=0)).all()


def test_geopandas_reads_the_objects_of_the_csv(
    api: InProcess, kept: dict[str, Any], areas_m2: list[float], tmp_path: Path
) -> None:
    file = tmp_path / "objects.csv"
    file.write_bytes(api("GET", path(kept, "objects.csv")).body)
    frame = gpd.read_file(file)
    assert frame.geometry.is_valid.all()
    assert len(frame) == sum(entry["polygons"] for entry in kept["classes"])
    told = frame.astype({"area_m2": float}).groupby("class")["area_m2"].sum()
    assert told.reindex(KEYS, fill_value=0).tolist() == pytest.approx(areas_m2, abs=0.5)


def test_the_qgis_style_names_every_class_in_the_colour_of_the_palette(
    api: InProcess, kept: dict[str, Any]
) -> None:
    body = api("GET", path(kept, "style.qml?palette=ideam&lang=es")).body.decode()
    root = ElementTree.fromstring(body)
    entries = {item.get("value"): item for item in root.iter("paletteEntry")}
    categories = {item.get("value"): item for item in root.iter("category")}
    fills = {item.get("name"): item for item in root.iter("symbol")}
    for entry in CLASSES:
        raster, vector = entries[str(entry.number)], categories[entry.key]
        assert raster.get("color") == entry.ideam["colour"]
        assert raster.get("label") == vector.get("label") == entry.name["es"]
        options = fills[vector.get("symbol")].iter("Option")
        (fill,) = [option.attrib["value"] for option in options if option.get("name") == "color"]
        assert bytes(map(int, fill.split(",")[:3])).hex().upper() == entry.ideam["colour"][1:]


def test_any_three_bands_are_a_picture_and_others_are_refused(
    api: InProcess, kept: dict[str, Any]
) -> None:
    true_colour = api("GET", path(kept, "image.png")).body
    assert api("GET", path(kept, "image.png?bands=5,3,2")).body == true_colour
    assert api("GET", path(kept, "image.png?bands=8,4,1")).body != true_colour
    for bands in ("9,1,1", "1,2", "0,1,2", "red,green,blue", "1,2,3,4"):
        problem = api("GET", path(kept, f"image.png?bands={bands}"))
        assert problem.status == 400
        assert repr(bands) in problem.json["detail"]


def test_scores_decide_the_masks_at_any_threshold(api: InProcess, kept: dict[str, Any]) -> None:
    reply = api("GET", path(kept, "scores"))
    assert reply.headers["Content-Encoding"] == "gzip"
    scores = np.frombuffer(gzip.decompress(reply.body), np.uint8).reshape(10, 160, 160)
    for threshold in (0.25, 0.75):
        tif = api("GET", path(kept, f"masks.tif?threshold={threshold}"))
        with MemoryFile(tif.body) as file, file.open() as raster:
            masks = raster.read()
        assert (scores[masks == 1] >= threshold * 256).all()
        # Only what the sieve drops may be missing.
        assert masks.sum() <= (scores >= threshold * 256).sum()


def test_forms_at_other_thresholds_equal_a_prediction_at_those(
    api: InProcess, kept: dict[str, Any], town: bytes
) -> None:
    fresh = api("POST", "/predictions?threshold=0.45", town).json
    for form in ("polygons.geojson", "objects.csv", "masks.tif", "classes.tif", "overlay.png"):
        ours = api("GET", path(kept, f"{form}?threshold=0.45")).body
        assert ours == api("GET", path(fresh, form)).body


def test_the_source_comes_back_byte_for_byte(
    api: InProcess, kept: dict[str, Any], town: bytes
) -> None:
    assert api("GET", path(kept, "source.tif")).body == town


@pytest.mark.parametrize("view", ["true-colour", "false-colour", "ndvi", "ndwi"])
def test_the_image_is_shown_as_png(api: InProcess, kept: dict[str, Any], view: str) -> None:
    reply = api("GET", path(kept, f"image.png?view={view}"))
    assert reply.headers["Content-Type"] == "image/png"
    with MemoryFile(reply.body) as file, file.open() as raster:
        assert (raster.count, raster.width, raster.height) == (4, 160, 160)
        assert raster.read([1, 2, 3]).std() > 5


def test_an_unknown_view_or_palette_is_refused(api: InProcess, kept: dict[str, Any]) -> None:
    assert api("GET", path(kept, "image.png?view=x")).status == 400
    assert api("GET", path(kept, "overlay.png?palette=x")).status == 400


def test_without_a_crs_coordinates_are_pixels_and_the_answer_says_so(api: InProcess) -> None:
    kept = api("POST", "/predictions?threshold=0.2", one_page(counts(40, 50))).json
    found = api("GET", path(kept, "polygons.geojson")).json
    assert kept["image"]["coordinates"] == found["positions"] == "pixel"
    assert kept["image"]["bounds"] == [0, 0, 50, 40]
    assert kept["image"]["pixel_area_m2"] == pytest.approx(1.24**2)


def test_an_answer_too_long_for_lambda_is_a_link_to_the_same_bytes(
    api: InProcess, http: OverHttp
) -> None:
    noise = np.random.default_rng(5).integers(1, 255, (8, 700, 700), np.uint8)
    body = placed(noise)
    kept = api("POST", "/predictions", body).json
    reply = api("GET", path(kept, "source.tif"))
    assert reply.status == 307
    assert http("GET", reply.headers["Location"]).body == body


def test_older_images_of_eight_pages_give_the_same_masks(api: InProcess) -> None:
    from tests.tiffs import pages

    pixels = counts(160, 160, "float16", seed=9)
    together, apart = one_page_float16(pixels), pages(pixels)
    both = [api("POST", "/predictions?threshold=0.3", body).json for body in (together, apart)]
    assert both[0]["id"] != both[1]["id"]
    masks = [api("GET", path(kept, "masks.tif")).body for kept in both]
    assert masks[0] == masks[1]
    rows = [
        api("POST", "/segment_tiff?threshold=0.3&image=a", body).json for body in (together, apart)
    ]
    assert rows[0] == rows[1]


def one_page_float16(pixels: np.ndarray) -> bytes:
    import tifffile

    file = io.BytesIO()
    tifffile.imwrite(file, pixels, photometric="minisblack", planarconfig="separate")
    return file.getvalue()
