from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

import scipy.io
import tifffile

from scripts.training.data import hyperspectral, roads, worldview
from scripts.training.data.scenes import UNKNOWN, UNLABELLED, TrainingScene
from tests.scripts.training.data.test_tiles import write

TREES, ROADS = 4, 2
rng = np.random.default_rng(0)


def image(path: Path, shape: tuple[int, ...], dtype: type = np.uint16) -> np.ndarray:
    values: np.ndarray = rng.integers(50, 1500, shape).astype(dtype)
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, values, photometric="minisblack", planarconfig="contig")
    return values


def labels(path: Path, side: int) -> np.ndarray:
    values = rng.choice(np.array([0, 1, UNKNOWN], np.uint8), (10, side, side))
    tifffile.imwrite(path, values)
    return values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of chips, each 8 to 16 px wide."""
    ms = rng.integers(50, 1500, (8, 12, 8)).astype(np.uint16)
    scipy.io.savemat(tmp_path / "imgWV2.mat", {"I_MS": ms})
    tifffile.imwrite(tmp_path / "imgWV2_labels.tif", np.zeros((10, 8, 12), np.uint8))
    image(tmp_path / "vegas_img2144_ps8_uint8.tif", (8, 12, 8), np.uint8)
    drawn = np.tile(np.array([0, 1, 2, 3], np.uint8).repeat(3), (8, 1))
    tifffile.imwrite(tmp_path / "vegas_img2144_ps8_labels_1bld_2road_3tree.tif", drawn)
    for name in ("JAX_004_010", "OMA_124_043"):
        image(tmp_path / "us3d" / f"{name}_MSI.tif", (16, 16, 8))
        labels(tmp_path / "us3d" / f"{name}_labels.tif", 16)
    for name in ("ucsd_d3", "wpafb_d2", "wpafb_d1"):
        image(tmp_path / "core3d" / f"{name}.tif", (16, 16, 8), np.float32)
    for name in ("ucsd_d3", "wpafb_d2"):
        labels(tmp_path / "core3d" / f"{name}_labels.tif", 16)
    values = image(tmp_path / "rotterdam4" / "ms1.tif", (8, 8, 4), np.float64)
    values[:, 4:] = 0
    blocks = values.repeat(2, 0).repeat(2, 1)
    grey: dict[str, Any] = {"photometric": "minisblack", "planarconfig": "contig"}
    tifffile.imwrite(tmp_path / "rotterdam4" / "ms1.tif", blocks, **grey)
    tifffile.imwrite(tmp_path / "rotterdam4" / "ms1_labels.tif", np.zeros((10, 16, 16), np.uint8))
    image(tmp_path / "SN5_Moscow_MS_chip996.tif", (10, 10, 8))
    scipy.io.savemat(tmp_path / "zpnn_WV3_example_new.mat", {"I_MS_LR": ms})
    return tmp_path


def by_name(folder: Path) -> dict[str, TrainingScene]:
    readers = {
        "": (worldview.imgwv2, worldview.vegas, worldview.moscow, worldview.zpnn),
        "us3d": (worldview.us3d,),
        "core3d": (worldview.core3d,),
        "rotterdam4": (worldview.rotterdam,),
    }
    made = (reader(folder / below) for below, several in readers.items() for reader in several)
    return {scene.name: scene for scenes in made for scene in scenes}


def test_western_halves_are_learnt_and_eastern_halves_are_the_test(folder: Path) -> None:
    scenes = by_name(folder)
    for source in ("vegas", "imgwv2"):
        assert (scenes[f"{source}/west"].part, scenes[f"{source}/east"].part) == ("train", "test")
    whole = scipy.io.loadmat(folder / "imgWV2.mat")["I_MS"].transpose(2, 0, 1)
    halves = [scenes[f"imgwv2/{side}"].pixels for side in ("west", "east")]
    assert np.array_equal(np.concatenate(halves, axis=2), whole)


def test_vegas_knows_three_classes_and_nothing_of_the_others(folder: Path) -> None:
    east = by_name(folder)["vegas/east"]
    assert east.gsd_m == 0.6
    assert east.labels[ROADS, 0].tolist() == [1, 1, 0]  # half a pixel is enough
    assert east.labels[TREES, 0].tolist() == [0, 1, 1]
    assert (east.labels[[1, 3, 5, 6, 7, 8, 9]] == UNKNOWN).all()


def test_leafless_trees_are_unknown(folder: Path) -> None:
    scenes = by_name(folder)
    assert (scenes["us3d/OMA_124_043"].labels[TREES] == UNKNOWN).all()
    assert not (scenes["us3d/JAX_004_010"].labels[TREES] == UNKNOWN).all()


def test_fine_chips_are_averaged_to_the_finest_size_that_is_trained(folder: Path) -> None:
    one = by_name(folder)["us3d/JAX_004_010"]
    fine = tifffile.imread(folder / "us3d" / "JAX_004_010_MSI.tif").transpose(2, 0, 1)
    assert (one.gsd_m, one.pixels.shape) == (0.6, (8, 8, 8))
    assert np.allclose(one.pixels, fine.reshape(8, 8, 2, 8, 2).mean(axis=(2, 4)), rtol=1e-3)


def test_rotterdam_is_read_at_its_true_size_and_knows_nothing_where_it_is_empty(
    folder: Path,
) -> None:
    one = by_name(folder)["rotterdam/ms1"]
    values = tifffile.imread(folder / "rotterdam4" / "ms1.tif")[::2, ::2]
    assert (one.gsd_m, one.pixels.shape) == (2.0, (8, 8, 8))
    assert np.array_equal(one.pixels[[1, 2, 4, 6]], values.transpose(2, 0, 1))  # B, G, R, NIR
    assert [n for n in range(8) if one.known[n]] == [1, 2, 4, 6]
    assert (one.labels[:, :, 4:] == UNKNOWN).all()
    assert not one.pixels[:, :, 4:].any()
    assert np.isfinite(one.pixels).all()


def test_chips_without_labels_serve_the_teacher_alone(folder: Path) -> None:
    names = {name for name, one in by_name(folder).items() if one.part == UNLABELLED}
    assert names == {"core3d/wpafb_d1", "moscow/996", "zpnn/new"}


def test_the_two_chips_of_one_town_are_one_terrain(folder: Path) -> None:
    scenes = by_name(folder)
    assert scenes["core3d/wpafb_d1"].terrain == scenes["core3d/wpafb_d2"].terrain
    assert scenes["core3d/ucsd_d3"].terrain != scenes["core3d/wpafb_d2"].terrain


def test_bands_that_a_spectrometer_lacks_are_estimated(tmp_path: Path) -> None:
    for name in hyperspectral.SCENES:
        pixels = rng.uniform(0.02, 0.5, (8, 40, 40)).astype(np.float32)
        if name == "pavia_centre":
            pixels[[0, 7]] = np.nan
        tifffile.imwrite(tmp_path / f"{name}.tif", pixels)
        tifffile.imwrite(tmp_path / f"{name}_labels.tif", np.zeros((10, 40, 40), np.uint8))
    scenes = {one.place: one for one in hyperspectral.scenes(tmp_path)}
    pavia = scenes["pavia_centre"]
    assert [n for n in range(8) if not pavia.known[n]] == [0, 7]
    assert np.isfinite(pavia.pixels).all()
    assert all(scenes["muufl"].known)
    assert (scenes["muufl"].labels[:, 14:37, 22:38] == UNKNOWN).all()
    assert not scenes["muufl"].labels[:, 37:].any()


def test_ground_beside_a_road_drawn_too_thin_is_unknown(tmp_path: Path) -> None:
    mask = np.zeros((1, 40, 40), np.uint8)
    mask[0, 20] = 255
    for place in ("vegas", "japan"):
        write(tmp_path / place / "images" / "1.png", np.full((3, 40, 40), 90, np.uint8), "PNG")
        write(tmp_path / place / "masks" / "1.png", mask, "PNG")
    vegas, japan = roads.scenes(tmp_path)
    column = vegas.labels[ROADS, :, 5]
    assert column[20] == 1
    assert np.flatnonzero(column == UNKNOWN).tolist() == [*range(13, 20), *range(21, 28)]  # 6 m
    assert not (japan.labels[ROADS] == UNKNOWN).any()
    assert vegas.labels[0, 20, 5] == 0  # a road is no roof
