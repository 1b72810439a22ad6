import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

pytest.importorskip("skimage", reason="the training extra is not installed")

from tesela.catalogue import CLASSES

from scripts.make_scene import Scene
from scripts.training.data import kaggle
from scripts.training.data.errors import DataError
from scripts.training.data.kaggle import Grid
from scripts.training.data.scenes import UNKNOWN, UNLABELLED, TrainingScene
from tests.scripts.training.kaggle import HEIGHT, KINDS, WIDTH
from tests.tiffs import counts, one_page

POLYGONS, SIZES, FIRST = "train_wkt_v4.csv", "grid_sizes.csv", next(iter(KINDS))


@pytest.fixture
def folder(kaggle: tuple[Path, dict[str, Scene]], tmp_path: Path) -> Path:
    """A copy to spoil, with the first scene alone."""
    copy = tmp_path / "dstl"
    shutil.copytree(kaggle[0], copy)
    table = pd.read_csv(copy / POLYGONS)
    table[table["ImageId"] == FIRST].to_csv(copy / POLYGONS, index=False)
    return copy


def read(folder: Path) -> list[TrainingScene]:
    return list(kaggle.scenes(folder))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_pixels_and_all_ten_classes_come_back_as_they_were(
    kaggle: tuple[Path, dict[str, Scene]],
) -> None:
    folder, made = kaggle
    again = {one.place: one for one in read(folder)}
    assert again.keys() == made.keys()
    for name, scene in made.items():
        assert np.array_equal(again[name].pixels, scene.pixels)
        assert np.array_equal(again[name].labels, scene.truth)
    assert np.logical_or.reduce([one.labels.any(axis=(1, 2)) for one in again.values()]).all()


def test_the_split_is_the_one_by_scene(kaggle: tuple[Path, dict[str, Scene]]) -> None:
    parts = {one.name: one.part for one in read(kaggle[0])}
    assert parts == {
        "competition/6010_1_2": "train",
        "competition/6100_1_3": "train",
        "competition/6100_2_3": "train",
        "competition/6110_4_0": "train",
        "competition/6120_2_0": "test",
    }


def test_of_images_without_polygons_some_are_read_as_unlabelled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kaggle, "UNLABELLED_SCENES", 2)
    labelled, *others = read(folder)
    assert labelled.place == FIRST
    assert [one.place for one in others] == ["6100_1_3", "6100_2_3"]
    assert {one.part for one in others} == {UNLABELLED}
    assert all((one.labels == UNKNOWN).all() for one in others)


def test_class_types_are_the_catalogue_s_order() -> None:
    told = "buildings structures roads tracks trees crops waterways standing_water"
    expected = [*told.split(), "large_vehicles", "small_vehicles"]  # as the competition lists them
    assert [entry.key for entry in CLASSES] == expected
    assert [str(n) for n in range(1, 11)] == kaggle.CLASS_TYPES


def test_polygons_longer_than_the_csv_module_s_limit_are_read(folder: Path) -> None:
    square = "((0 0, 0.0001 0, 0.0001 -0.0001, 0 -0.0001, 0 0))"
    table = pd.read_csv(folder / POLYGONS)
    table.loc[table["ClassType"] == 1, "MultipolygonWKT"] = (
        f"MULTIPOLYGON ({', '.join([square] * 4000)})"
    )
    table.to_csv(folder / POLYGONS, index=False)
    assert (folder / POLYGONS).stat().st_size > 131_072
    one, *_ = read(folder)
    assert one.labels[0].sum() == 9 * 9


def test_folders_that_unpacking_adds_do_not_matter_and_tables_may_stay_zipped(folder: Path) -> None:
    before = read(folder)
    (folder / "deeper").mkdir()
    shutil.move(folder / "sixteen_band", folder / "deeper" / "sixteen_band")
    pd.read_csv(folder / POLYGONS).to_csv(folder / f"{POLYGONS}.zip", index=False)
    (folder / POLYGONS).unlink()
    after, *_ = read(folder)
    assert np.array_equal(after.labels, before[0].labels)


def test_what_no_row_tells_and_no_pixel_shows_is_unknown(folder: Path) -> None:
    table = pd.read_csv(folder / POLYGONS)
    table[table["ClassType"] != 3].to_csv(folder / POLYGONS, index=False)
    pixels = counts(HEIGHT, WIDTH)
    pixels[:, :7, :] = 0  # as where the sensor's strip ends
    (folder / "sixteen_band" / f"{FIRST}_M.tif").write_bytes(one_page(pixels))
    one, *_ = read(folder)
    assert (one.labels[2] == UNKNOWN).all()
    assert (one.labels[:, :7] == UNKNOWN).all()
    assert (one.labels[0, 7:] != UNKNOWN).all()


@pytest.mark.parametrize("name", [POLYGONS, SIZES, f"sixteen_band/{FIRST}_M.tif"])
def test_a_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DataError, match=Path(name).name):
        read(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (SIZES, "Ymin", "Zmin", "grid_sizes.csv lacks the column Ymin; it has .*Zmin"),
        (POLYGONS, "ClassType", "Class", "train_wkt_v4.csv lacks the column ClassType"),
        (SIZES, FIRST, "6999_9_9", f"grid_sizes.csv has no row for the scene {FIRST}"),
        (SIZES, "0.0023", "wide", f"grid_sizes.csv, scene {FIRST}: .*wide"),
        (SIZES, "-0.0021", "0.0021", f"grid_sizes.csv, scene {FIRST}: .* Ymin 0.0021 under"),
        (POLYGONS, f"{FIRST},10,", f"{FIRST},11,", f"scene {FIRST}, ClassType 11: .* 1 to 10"),
        (POLYGONS, "MULTIPOLYGON (((", "MULTIPOLYGON ((", f"scene {FIRST}, ClassType 1: "),
    ],
)
def test_a_scene_column_or_value_that_is_wrong_is_named(
    folder: Path, name: str, old: str, new: str, told: str
) -> None:
    change(folder / name, old, new)
    with pytest.raises(DataError, match=told):
        read(folder)


def test_an_image_of_other_bands_is_named(folder: Path) -> None:
    path = folder / "sixteen_band" / f"{FIRST}_M.tif"
    path.write_bytes(one_page(counts(HEIGHT, WIDTH)[:3]))
    with pytest.raises(DataError, match=f"{FIRST}_M.tif: .*8 bands are needed"):
        read(folder)


@pytest.mark.parametrize(("name", "body"), [(SIZES, b""), (f"{SIZES}.zip", b"<html>")])
def test_a_table_that_cannot_be_read_is_named(folder: Path, name: str, body: bytes) -> None:
    (folder / SIZES).unlink()
    (folder / name).write_bytes(body)
    with pytest.raises(DataError, match=f"{name} is no table"):
        read(folder)


# W * W / (W + 1) = 98.01 and H * H / (H + 1) = 48.02, so a pixel is 0.01 of these coordinates.
GRID = Grid(width=99, height=49, x_max=0.9801, y_min=-0.4802)


def burnt(wkt: str) -> np.ndarray:
    """The mask of a polygon whose coordinates are pixels."""
    return np.asarray(Grid(12, 10, 12 * 12 / 13, 10 * 10 / 11).burn(shapely.from_wkt(wkt)))


def test_coordinates_become_pixels_by_the_rule_of_the_competition() -> None:
    mask = GRID.burn(shapely.box(0.10, -0.40, 0.90, -0.05))
    expected = np.zeros((49, 99), np.uint8)
    expected[5:40, 10:90] = 1  # without the rule, x would reach pixel 90.9
    assert np.array_equal(mask, expected)


@pytest.mark.parametrize(("x", "expected"), [(3.4, 1), (3.6, 0)])
def test_a_pixel_counts_when_its_centre_is_inside(x: float, expected: int) -> None:
    assert burnt(f"POLYGON (({x} 2, 4 2, 4 3, {x} 3, {x} 2))").sum() == expected


def test_holes_stay_open_and_nothing_marks_nothing() -> None:
    ring = burnt("POLYGON ((1 1, 6 1, 6 6, 1 6, 1 1), (2 2, 5 2, 5 5, 2 5, 2 2))")
    assert ring.sum() == 25 - 9
    assert not burnt("MULTIPOLYGON EMPTY").any()


@pytest.mark.parametrize(
    ("wkt", "pixels"),
    [
        ("POLYGON ((0 0, 0 4, 8 0, 8 4, 0 0))", 16),  # a bow tie: both of its halves
        ("MULTIPOLYGON (((0 0, 6 0, 6 4, 0 4, 0 0)), ((4 0, 8 0, 8 4, 4 4, 4 0)))", 32),  # overlap
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0, 2 9, 0 0))", 16),  # a spike
    ],
)
def test_invalid_polygons_are_mended_and_lose_no_ground(wkt: str, pixels: int) -> None:
    assert not shapely.from_wkt(wkt).is_valid
    assert burnt(wkt).sum() == pixels


def test_a_polygon_that_has_collapsed_to_a_line_marks_nothing() -> None:
    assert not burnt("POLYGON ((0 0, 4 4, 8 8, 0 0))").any()
