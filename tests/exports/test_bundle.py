import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from tesela.exports.bundle import bundle

from tests.core.layers import draw
from tests.exports.drawings import drawing_of

DRAWING = drawing_of(draw(20, 30, roads=np.s_[2:5, 3:9], trees=np.s_[10:12, 10:12]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(bundle(DRAWING, "ideam", "es"))) as file:
        assert file.testzip() is None
        file.extractall(tmp_path)
    return tmp_path


def test_every_layer_opens(folder: Path) -> None:
    assert len(gpd.read_file(folder / "polygons.gpkg", layer="polygons")) == 2
    assert len(gpd.read_file(folder / "polygons.geojson")) == 2
    with rasterio.open(folder / "classes.tif") as raster:
        assert raster.colormap(1)[3] == (240, 160, 136, 255)  # roads under IDEAM's names
    with rasterio.open(folder / "masks.tif") as raster:
        assert raster.count == 10


def test_qgis_finds_a_style_beside_each_layer_that_has_none_inside(folder: Path) -> None:
    for style in ("polygons.qml", "classes.qml"):
        root = ElementTree.parse(folder / style).getroot()
        assert len(list(root.iter("category"))) == len(list(root.iter("paletteEntry"))) == 10


def test_the_readme_names_every_file(folder: Path) -> None:
    text = (folder / "README.txt").read_text("utf-8")
    names = {path.name for path in folder.iterdir()} - {"README.txt"}
    assert len(names) == 9
    assert [name for name in names if name not in text] == []
    assert str(DRAWING.prediction.id) in text


def test_the_same_drawing_is_the_same_file() -> None:
    assert bundle(DRAWING) == bundle(DRAWING)
