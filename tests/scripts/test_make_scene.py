import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from tesela.catalogue import BANDS, KEYS

from scripts.make_scene import (
    SAMPLE_CRS,
    SAMPLES,
    SAMPLES_DIR,
    Scene,
    make_scene,
    write_large,
    write_tiff,
)
from scripts.scenes.canvas import Canvas
from scripts.scenes.kinds import KINDS
from scripts.scenes.sensor import coverage


@pytest.fixture(scope="module")
def scenes() -> dict[str, Scene]:
    return {kind: make_scene(kind, seed) for kind, seed in SAMPLES.items()}


def index(pixels: np.ndarray, plus: str, minus: str) -> np.ndarray:
    """Normalised difference of two bands."""
    a, b = (pixels[BANDS.index(name)].astype(float) for name in (plus, minus))
    return np.asarray((a - b) / (a + b))


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_committed_samples_are_what_their_seeds_give(
    kind: str, scenes: dict[str, Scene]
) -> None:
    with rasterio.open(SAMPLES_DIR / f"{kind}.tif") as file:
        committed = file.read()
        assert file.crs == SAMPLE_CRS
        assert (file.transform.a, file.transform.e) == (1.24, -1.24)
    # One count: another processor may round a sum of floats the other way.
    assert np.abs(committed.astype(int) - scenes[kind].pixels).max() <= 1


def test_all_four_samples_fit_in_two_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES_DIR.glob("*.tif")) < 2_000_000


def test_the_same_seed_gives_the_same_scene_and_another_seed_another() -> None:
    first, again, other = (make_scene("town", seed, 64, 48) for seed in (1, 1, 2))
    assert np.array_equal(first.pixels, again.pixels)
    assert np.array_equal(first.truth, again.truth)
    assert not np.array_equal(first.pixels, other.pixels)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_has_the_size_asked_for_in_11_bit_counts(kind: str) -> None:
    scene = make_scene(kind, 5, width=70, height=33)
    assert scene.pixels.shape == (8, 33, 70)
    assert scene.truth.shape == (10, 33, 70)
    assert scene.pixels.dtype == np.uint16
    assert 1 <= scene.pixels.min() <= scene.pixels.max() <= 2047


def test_the_four_samples_together_hold_all_ten_classes(scenes: dict[str, Scene]) -> None:
    present = np.logical_or.reduce([scene.truth.any(axis=(1, 2)) for scene in scenes.values()])
    assert [key for key, there in zip(KEYS, present, strict=True) if not there] == []


def test_trees_are_green_and_water_is_wet(scenes: dict[str, Scene]) -> None:
    river = scenes["river"]
    trees = river.truth[KEYS.index("trees")]
    water = river.truth[KEYS.index("waterways")] | river.truth[KEYS.index("standing_water")]
    ndvi = index(river.pixels, "NIR1", "red")
    ndwi = index(river.pixels, "green", "NIR1")
    assert np.median(ndvi[trees]) > 0.3
    assert np.median(ndvi[water]) < 0
    assert np.median(ndwi[water]) > 0
    assert np.median(ndwi[trees]) < 0


def test_roads_are_duller_than_the_vehicles_on_them(scenes: dict[str, Scene]) -> None:
    roads, small = (scenes["roads"].truth[KEYS.index(key)] for key in ("roads", "small_vehicles"))
    spread = [scenes["roads"].pixels[4][mask].std() for mask in (roads & ~small, small)]
    assert (roads & small).any()
    assert spread[0] < spread[1]


def test_a_pixel_belongs_to_a_class_that_covers_half_of_its_nine_cells() -> None:
    canvas = Canvas(3, 1, np.random.default_rng(0))
    canvas.truth[0, :2, :2] = True  # 4 cells of the first pixel
    canvas.truth[0, :, 3:5] = True  # 6 cells of the second
    assert coverage(canvas)[0].tolist() == [[False, True, False]]


@pytest.mark.parametrize("crs", [None, "EPSG:32618"])
def test_a_written_scene_reads_back_unchanged_with_or_without_a_place(
    tmp_path: Path, crs: str | None
) -> None:
    scene = make_scene("roads", 3, 40, 32)
    write_tiff(scene, tmp_path / "x.tif", crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(tmp_path / "x.tif") as file:
            assert np.array_equal(file.read(), scene.pixels)
            assert (file.crs is None) == (crs is None)
            assert file.descriptions == BANDS


def test_a_large_scene_is_patches_side_by_side_each_turned_or_mirrored(tmp_path: Path) -> None:
    write_large(tmp_path / "x.tif", km2=0.6, seed=3, patch_px=40)  # 625 px: more than one tile
    with rasterio.open(tmp_path / "x.tif") as file:
        assert file.shape == (625, 625)
        assert (file.crs, file.block_shapes[0]) == (SAMPLE_CRS, (512, 512))
        pixels = file.read()
    patches = [make_scene(kind, 3, 40, 40).pixels for kind in KINDS]
    ways = {
        np.rot90(each, turn, axes=(1, 2)).tobytes()
        for patch in patches
        for each in (patch, patch[:, :, ::-1])
        for turn in range(4)
    }
    assert len(ways) == 32
    for row in (0, 480, 520):  # the patch at 480 lies over the seam of the tiles at 512
        for column in (0, 480, 520):
            assert pixels[:, row : row + 40, column : column + 40].tobytes() in ways
