import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from tesela.catalogue import CLASSES
from tesela.core.image import Grid
from tesela.exports.geojson import feature_collection
from tesela.exports.geopackage import LAYER, geopackage

from tests.core.layers import draw
from tests.exports.drawings import GROUND, PIXELS, drawing_of

LAYERS = draw(20, 30, roads=np.s_[2:5, 3:9], trees=np.s_[10:12, 10:12])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "polygons.gpkg"
    path.write_bytes(geopackage(drawing_of(LAYERS), "ideam", "es"))
    return path


def test_gdal_reads_the_layer_with_its_crs_and_bounds(file: Path) -> None:
    assert pyogrio.list_layers(file)[0].tolist() == [LAYER, "MultiPolygon"]
    about = pyogrio.read_info(file, layer=LAYER)
    assert (about["crs"], about["features"]) == ("EPSG:4326", 2)
    assert about["total_bounds"] == pytest.approx(GROUND.bounds)


def test_geopandas_reads_the_objects_of_the_geojson(file: Path) -> None:
    drawing = drawing_of(LAYERS)
    expected = gpd.GeoDataFrame.from_features(feature_collection(drawing), crs=4326)
    frame = gpd.read_file(file, layer=LAYER)
    assert frame["id"].tolist() == expected["id"].tolist()
    for column in ("class", "number", "name_en", "name_es", "area_m2", "score"):
        assert frame[column].tolist() == expected[column].tolist()
    assert frame.geometry.geom_equals_exact(expected.geometry.apply(multi), 0).all()


def multi(polygon: shapely.Polygon) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([polygon])


def test_it_opens_in_colour_as_the_default_style(file: Path) -> None:
    with sqlite3.connect(file) as database:
        name, default, style = database.execute(
            "SELECT f_table_name, useAsDefault, styleQML FROM layer_styles"
        ).fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert (name, default) == (LAYER, 1)
    for entry in CLASSES:
        assert entry.name["es"] in style
        assert entry.ideam["colour"] in style


def test_without_a_crs_positions_are_pixels_of_no_system(tmp_path: Path) -> None:
    path = tmp_path / "pixels.gpkg"
    path.write_bytes(geopackage(drawing_of(LAYERS, PIXELS)))
    frame = gpd.read_file(path, layer=LAYER)
    assert frame.crs is None or not frame.crs.is_geographic
    assert frame.total_bounds.tolist() == [3, 2, 12, 12]


def test_nothing_found_is_an_empty_layer(tmp_path: Path) -> None:
    path = tmp_path / "empty.gpkg"
    path.write_bytes(geopackage(drawing_of(draw(20, 30), Grid(30, 20))))
    assert len(gpd.read_file(path, layer=LAYER)) == 0


def test_the_same_drawing_is_the_same_file() -> None:
    assert geopackage(drawing_of(LAYERS)) == geopackage(drawing_of(LAYERS))
