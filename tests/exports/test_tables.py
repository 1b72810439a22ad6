from csv import reader
from io import BytesIO, StringIO
from typing import Literal

import numpy as np
import pandas as pd
import pytest
import shapely
from tesela.catalogue import CLASSES, KEYS
from tesela.core.image import Grid
from tesela.exports.tables import (
    MAX_CELL,
    class_table,
    csv,
    dataframe_json,
    object_table,
    objects_csv,
    segment_tiff_rows,
    table_csv,
    wkt,
)

from tests.core.layers import draw
from tests.exports.drawings import GROUND, PIXELS, drawing_of

LAYERS = draw(20, 30, buildings=np.s_[2:5, 3:9], crops=np.s_[10:20, 10:20])


def table(grid: Grid) -> pd.DataFrame:
    return class_table(drawing_of(LAYERS, grid))


def test_a_row_a_class_in_the_catalogues_order() -> None:
    frame = table(Grid(30, 20))
    assert frame["class"].tolist() == list(KEYS)
    assert frame["number"].tolist() == list(range(1, 11))
    assert frame["name_es"].tolist() == [entry.name["es"] for entry in CLASSES]
    assert frame["corine_code"][0] == "111"
    assert frame["count"].tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert frame["area_m2"][0] == 27.68  # 18 px of 1.5376 m2
    assert frame["area_percent"][5] == pytest.approx(100 / 6, abs=1e-4)
    assert frame["mean_score"][0] == 0.75
    assert pd.isna(frame["mean_score"][1])


@pytest.mark.parametrize("grid", [GROUND, Grid(30, 20)], ids=["ground", "pixels"])
def test_pandas_reads_its_table_schema_back_unchanged(grid: Grid) -> None:
    frame = table(grid)
    text = dataframe_json(drawing_of(LAYERS, grid)).decode()
    again = pd.read_json(StringIO(text), orient="table")
    assert again.columns.tolist() == frame.columns.tolist()
    assert again["corine_code"][0] == "111"  # a code, no number
    pd.testing.assert_frame_equal(again, frame, check_dtype=False, check_index_type=False)


@pytest.mark.parametrize("grid", [GROUND, Grid(30, 20)], ids=["ground", "pixels"])
def test_wkt_is_a_valid_multipolygon(grid: Grid) -> None:
    for text in table(grid)["wkt"]:
        shape = shapely.from_wkt(text)
        assert shape.geom_type == "MultiPolygon"
        assert shape.is_valid


def test_wkt_keeps_seven_decimals_of_a_degree() -> None:
    west, south, east, north = shapely.from_wkt(wkt(LAYERS[0], GROUND)).bounds
    corners = GROUND.to_lonlat(np.array([[3.0, 5], [9, 2]]))
    assert [west, south, east, north] == pytest.approx(corners.ravel(), abs=1e-6)
    assert (west, north) != pytest.approx((round(west, 4), round(north, 4)), abs=1e-7)


def test_a_class_that_is_nowhere_is_an_empty_multipolygon() -> None:
    assert wkt(LAYERS[1], GROUND) == "MULTIPOLYGON EMPTY"


def test_the_older_clients_rows_are_ten_in_pixels() -> None:
    rows = segment_tiff_rows(LAYERS, "tile_7.tif")
    assert rows.columns.tolist() == ["image", "class", "poly", "Multi"]
    assert rows["image"].tolist() == ["tile_7.tif"] * 10
    assert rows["class"].tolist() == list(range(1, 11))
    assert rows["poly"].tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    shapes = shapely.from_wkt(rows["Multi"].to_list())
    assert shapes[0].equals(shapely.box(3, 2, 9, 5))
    assert shapes[5].equals(shapely.box(10, 10, 20, 20))
    assert rows["Multi"][1] == "MULTIPOLYGON EMPTY"


def test_csv_reads_back_too() -> None:
    frame = table(GROUND)
    text = table_csv(drawing_of(LAYERS)).decode()
    again = pd.read_csv(StringIO(text), dtype={"corine_code": str})
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)


def test_objects_have_ids_of_their_class_and_first_pixel() -> None:
    layers = draw(20, 30, roads=np.s_[2:5, 3:9], crops=np.s_[10:20, 10:20])
    assert object_table(drawing_of(layers))["id"].tolist() == ["roads-2-3", "crops-10-10"]


def test_a_spanish_spreadsheet_reads_the_numbers() -> None:
    text = table_csv(drawing_of(LAYERS, PIXELS), "es")
    assert text.startswith(b"\xef\xbb\xbfclass;number;")
    again = pd.read_csv(BytesIO(text), sep=";", decimal=",", encoding="utf-8-sig")
    plain = pd.read_csv(BytesIO(table_csv(drawing_of(LAYERS, PIXELS))))
    pd.testing.assert_frame_equal(again, plain)
    assert b";27,68;" in text


def test_an_english_spreadsheet_reads_commas_points_and_accents() -> None:
    text = objects_csv(drawing_of(LAYERS, PIXELS), "en")
    assert text.startswith(b"\xef\xbb\xbfid,class,")
    assert pd.read_csv(BytesIO(text), encoding="utf-8-sig")["area_m2"][0] == 27.68


@pytest.mark.parametrize(("locale", "kept"), [("en", [True, False]), ("es", [True, False])])
def test_spreadsheets_get_no_text_above_a_cell_of_excel(
    locale: Literal["en", "es"], kept: list[bool]
) -> None:
    frame = pd.DataFrame({"wkt": ["P" * MAX_CELL, "P" * (MAX_CELL + 1)]})
    separator = {"en": ",", "es": ";"}[locale]
    again = pd.read_csv(BytesIO(csv(frame, locale)), sep=separator, skip_blank_lines=False)
    assert again["wkt"].notna().tolist() == kept
    assert pd.read_csv(BytesIO(csv(frame)))["wkt"].notna().all()


@pytest.mark.parametrize("locale", [None, "en", "es"])
@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_no_text_starts_a_formula(start: str, locale: Literal["en", "es"] | None) -> None:
    rows = segment_tiff_rows(LAYERS, start)
    separator = ";" if locale == "es" else ","
    text = csv(rows, locale).decode("utf-8-sig")
    cells = [row[0] for row in list(reader(StringIO(text, newline=""), delimiter=separator))[1:]]
    assert cells == [f"'{start}".replace("\t", " ").replace("\r", " ")] * 10
