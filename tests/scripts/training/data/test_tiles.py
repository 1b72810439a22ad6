from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

import rasterio
from tesela.catalogue import KEYS

from scripts.training.data import tiles
from scripts.training.data.scenes import UNKNOWN
from scripts.training.tile_sets import ANY, SETS, TileSet

X = UNKNOWN


def write(path: Path, bands: np.ndarray, driver: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    count, height, width = bands.shape
    profile = {"driver": driver, "count": count, "height": height, "width": width, "dtype": "uint8"}
    with rasterio.open(path, "w", **profile) as file:
        file.write(bands)


def tile(folder: Path, name: str, mask: np.ndarray, *, infrared: bool = False) -> None:
    rng = np.random.default_rng(0)
    colour = rng.integers(40, 200, (3, *mask.shape)).astype(np.uint8)
    write(folder / "set" / "images" / f"{name}.jpg", colour, "JPEG")
    write(folder / "set" / "masks" / f"{name}.png", mask[None].astype(np.uint8), "PNG")
    if infrared:
        write(folder / "set" / "nir" / f"{name}.jpg", colour[:1], "JPEG")


def read(folder: Path, made: TileSet) -> list[tuple[str, dict[str, np.ndarray]]]:
    return [
        (one.name, dict(zip(KEYS, one.labels, strict=True)))
        for one in tiles.read_set(folder / "set", made)
    ]


BUILDINGS = TileSet(
    folder="set",
    title="a set",
    gsd_m=0.6,
    present={1: "buildings"},
    absent={ANY: ("buildings",)},
    terms="open",
    licence="CC BY 4.0",
    share=0.1,
)


def test_a_set_of_one_class_says_of_the_others_what_a_roof_excludes(tmp_path: Path) -> None:
    tile(tmp_path, "a", np.array([[0, 1, X]] * 4))
    ((name, labels),) = read(tmp_path, BUILDINGS)
    assert name == "set/a"
    assert labels["buildings"][0].tolist() == [0, 1, X]
    assert labels["roads"][0].tolist() == [X, 0, X]
    assert labels["trees"][0].tolist() == [X, X, X]


def test_values_are_present_absent_or_unknown_by_the_row_of_the_set(tmp_path: Path) -> None:
    absent = {0: ("trees",), 2: ("trees", "crops")}
    made = replace(BUILDINGS, present={1: "trees"}, absent=absent)
    tile(tmp_path, "a", np.array([[0, 1, 2, 3, X]] * 4))
    ((_, labels),) = read(tmp_path, made)
    assert labels["trees"][0].tolist() == [0, 1, 0, X, X]
    assert labels["crops"][0].tolist() == [X, X, 0, X, X]


def test_a_tile_whose_vehicles_were_not_all_drawn_says_nothing_where_none_is(
    tmp_path: Path,
) -> None:
    made = replace(
        BUILDINGS,
        present={2: "small_vehicles"},
        absent={0: ("small_vehicles",)},
        zero_unknown=("P7",),
    )
    for name in ("P7_1", "P8_1"):
        tile(tmp_path, name, np.array([[0, 2]] * 4))
    (_, first), (_, second) = read(tmp_path, made)
    assert first["small_vehicles"][0].tolist() == [X, 1]
    assert second["small_vehicles"][0].tolist() == [0, 1]


def test_what_is_finer_than_training_needs_is_averaged(tmp_path: Path) -> None:
    tile(tmp_path, "a", np.repeat([[1], [0]], 20, axis=1).repeat(10, axis=0))
    (one,) = tiles.read_set(tmp_path / "set", replace(BUILDINGS, gsd_m=0.3))
    assert (one.gsd_m, one.pixels.shape) == (0.6, (8, 10, 10))
    assert one.labels[0].tolist() == [[1] * 10] * 5 + [[0] * 10] * 5


def test_colour_leaves_infrared_blank_and_infrared_fills_all_bands(tmp_path: Path) -> None:
    tile(tmp_path, "a", np.zeros((16, 16)), infrared=True)
    (rgb,) = tiles.read_set(tmp_path / "set", BUILDINGS)
    (four,) = tiles.read_set(tmp_path / "set", replace(BUILDINGS, infrared=True))
    assert [n for n in range(8) if rgb.known[n]] == [1, 2, 4]
    assert [n for n in range(8) if rgb.shown[n]] == [0, 1, 2, 3, 4]
    assert not rgb.pixels[5:].any()
    assert [n for n in range(8) if four.known[n]] == [1, 2, 4, 6]
    assert all(four.shown)
    assert rgb.pixels.dtype == np.uint8


def test_of_a_large_tile_the_best_labelled_part_is_read(tmp_path: Path) -> None:
    mask = np.full((32, 32), X)
    mask[16:, 16:] = 0
    tile(tmp_path, "a", mask)
    ((_, labels),) = read(tmp_path, replace(BUILDINGS, side_px=16))
    assert labels["buildings"].shape == (16, 16)
    assert not labels["buildings"].any()


def test_the_place_is_in_the_name_where_a_set_shows_several(tmp_path: Path) -> None:
    tile(tmp_path, "cairo_1", np.zeros((8, 8)))
    (one,) = tiles.read_set(tmp_path / "set", replace(BUILDINGS, terrain_parts=1))
    (other,) = tiles.read_set(tmp_path / "set", BUILDINGS)
    assert (one.terrain, other.terrain) == ("set_cairo", "set")


def test_every_row_names_classes_of_the_catalogue_and_each_folder_once() -> None:
    assert len({one.folder for one in SETS}) == len(SETS)
    for one in SETS:
        named = [*one.present.values(), *(key for keys in one.absent.values() for key in keys)]
        assert set(named) <= set(KEYS)
        assert not any(one.present[v] in one.absent.get(v, ()) for v in one.present)


def test_a_set_is_read_by_the_name_of_its_folder(tmp_path: Path) -> None:
    tile(tmp_path, "a", np.array([[0, 1]] * 4))
    (tmp_path / "set").rename(tmp_path / "kampala_oam")
    (one,) = tiles.scenes(tmp_path / "kampala_oam")
    assert (one.name, one.gsd_m) == ("kampala_oam/a", 0.597)


def test_tiles_that_the_row_names_and_hardly_labelled_ones_are_not_read(tmp_path: Path) -> None:
    for name in ("bad_1", "good_1"):
        tile(tmp_path, name, np.zeros((8, 8)))
    tile(tmp_path, "empty_1", np.full((8, 8), X))
    assert [name for name, _ in read(tmp_path, replace(BUILDINGS, skipped=("bad",)))] == [
        "set/good_1"
    ]


def test_the_surroundings_of_a_mosaic_become_nodata_and_dark_ground_does_not() -> None:
    colour = np.full((3, 2, 4), 100, np.uint8)
    colour[:, :, 0], colour[:, :, 1], colour[:, :, 2] = 5, 252, 3
    mask = np.array([[X, X, 0, X]] * 2, np.uint8)
    assert tiles._without_fill(colour, mask)[0, 0].tolist() == [0, 0, 3, 100]
