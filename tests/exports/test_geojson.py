import json

import numpy as np
import pytest
import shapely
from tesela.catalogue import CLASSES
from tesela.core.image import Grid
from tesela.exports.geojson import feature_collection

from tests.core.layers import draw
from tests.exports.drawings import GROUND, drawing_of

LAYERS = draw(20, 30, roads=np.s_[2:5, 3:9], trees=np.s_[10:12, 10:12])


def test_one_feature_per_object_with_its_class() -> None:
    collection = feature_collection(drawing_of(LAYERS, Grid(30, 20)))
    assert collection["type"] == "FeatureCollection"
    road, tree = collection["features"]
    assert (road["id"], tree["id"]) == ("roads-2-3", "trees-10-10")
    assert road["properties"] == {
        "id": "roads-2-3",
        "class": "roads",
        "number": 3,
        "name_en": "Roads",
        "name_es": "Vías",
        "colour": "#CC0000",
        "area_m2": 27.68,  # 18 px of 1.5376 m2
        "score": 0.75,
    }
    assert tree["properties"]["class"] == "trees"
    assert tree["properties"]["area_m2"] == 6.15


def test_every_class_carries_its_own_names_and_colour() -> None:
    everywhere = {entry.key: np.s_[0:4, 0:4] for entry in CLASSES}
    features = feature_collection(drawing_of(draw(20, 30, **everywhere)))["features"]
    for entry, feature in zip(CLASSES, features, strict=True):
        about = feature["properties"]
        assert (about["class"], about["number"]) == (entry.key, entry.number)
        assert (about["name_en"], about["name_es"]) == (entry.name["en"], entry.name["es"])
        assert about["colour"] == entry.corine["colour"]


@pytest.mark.parametrize(("grid", "said"), [(GROUND, "lonlat"), (Grid(30, 20), "pixel")])
def test_it_says_what_its_positions_are(grid: Grid, said: str) -> None:
    collection = feature_collection(drawing_of(LAYERS, grid))
    assert collection["positions"] == said
    assert collection["bbox"] == grid.bounds


def test_it_holds_no_member_that_rfc_7946_keeps_for_other_objects() -> None:
    """RFC 7946, 7.1: a FeatureCollection must not contain these."""
    assert not {"coordinates", "geometries", "geometry", "properties"} & set(
        feature_collection(drawing_of(LAYERS, GROUND))
    )


def test_shapely_reads_it_and_the_areas_agree() -> None:
    collection = json.loads(json.dumps(feature_collection(drawing_of(LAYERS, Grid(30, 20)))))
    for feature in collection["features"]:
        polygon = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert polygon.is_valid
        assert feature["properties"]["area_m2"] == round(polygon.area * 1.24**2, 2)


def test_on_the_ground_features_lie_inside_the_bbox() -> None:
    collection = feature_collection(drawing_of(LAYERS, GROUND))
    box = shapely.box(*collection["bbox"]).buffer(1e-7)  # coordinates are rounded
    for feature in collection["features"]:
        assert box.contains(shapely.from_geojson(json.dumps(feature["geometry"])))


def test_nothing_found_is_an_empty_collection() -> None:
    assert feature_collection(drawing_of(draw(20, 30)))["features"] == []
