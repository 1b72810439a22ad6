from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import shapely
from rasterio.transform import Affine
from scipy.ndimage import label
from tesela.catalogue import BANDS, KEYS
from tesela.core.masks import Thresholds
from tesela.core.model import Model, load
from tesela.core.pipeline import delineate, segment
from tesela.errors import InvalidOptionError, UnsuitableImageError

from tests.core.fakes import HIGH, LOW, model, red_is_road_blue_is_water
from tests.core.ordinary import document, ground
from tests.tiffs import chunky_page, counts, one_page, pages, placed

ROAD, WATER = KEYS.index("roads"), KEYS.index("waterways")
RED, BLUE = BANDS.index("red"), BANDS.index("blue")
HALF: Thresholds = dict.fromkeys(KEYS, 0.5)


def scene(height: int, width: int) -> np.ndarray:
    """Counts in which blobs are red and the rest is blue; every band has the same spread."""
    rng = np.random.default_rng(2)
    pixels = rng.integers(200, 400, (8, height, width), np.uint16)
    y, x = np.mgrid[:height, :width]
    blobs = np.sin(x / 17) + np.sin(y / 13 + x / 40) > 0.3
    pixels[RED][blobs] += 500
    pixels[BLUE][~blobs] += 500
    return pixels


def is_red(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(pixels[RED] > pixels[BLUE])


def test_a_tiled_image_has_the_truth_of_every_pixel() -> None:
    pixels = scene(300, 400)
    result = segment(placed(pixels, compress="deflate"), model(tile_px=96), HALF)
    truth = is_red(pixels)
    assert result.scores.shape == (10, 300, 400)
    assert np.array_equal(result.scores[ROAD], np.where(truth, HIGH, LOW))
    for number, mask in ((ROAD, truth), (WATER, ~truth)):
        layer, summary = result.layers[number], result.classes[number]
        labels, _ = label(mask)
        sizes = np.bincount(labels.ravel())[1:]
        kept = sizes[sizes >= 30 / result.image.grid.pixel_area_m2]  # m2, the catalogue's least
        assert len(layer.polygons) == summary.polygons == kept.size
        assert layer.mask.sum() == kept.sum()
        assert summary.area_m2 == pytest.approx(kept.sum() * 1.5376, rel=2e-3)
        assert summary.mean_score == 0.75
    others = [n for n in range(10) if n not in (ROAD, WATER)]
    assert all(not result.layers[n].mask.any() for n in others)
    assert result.warnings == ()


def test_objects_do_not_end_where_tiles_do() -> None:
    """A road across the whole image is one polygon."""
    pixels = scene(100, 400)
    pixels[RED], pixels[BLUE] = 300, 900
    pixels[RED, 40:50], pixels[BLUE, 40:50] = 900, 300
    result = segment(placed(pixels), model(tile_px=64), HALF)
    (road,) = result.layers[ROAD].polygons
    assert shapely.Polygon(road.rings[0], road.rings[1:]).equals(shapely.box(0, 40, 400, 50))


def test_nodata_belongs_to_no_class_and_is_no_area() -> None:
    pixels = scene(64, 80)
    pixels[:, :16] = 0
    result = segment(placed(pixels, nodata=0), model(), dict.fromkeys(KEYS, 0.01))
    assert not result.scores[:, :16].any()
    assert not any(layer.mask[:16].any() for layer in result.layers)
    assert result.classes[WATER].area_percent == 100  # of the valid pixels


def test_eight_float16_pages_are_segmented_as_their_eight_bands() -> None:
    pixels = (scene(160, 160) / 1024).astype(np.float16)
    paged, chunky = (segment(write(pixels), model(), HALF) for write in (pages, chunky_page))
    assert np.array_equal(paged.scores, chunky.scores)
    assert paged.classes == chunky.classes
    assert paged.image.dtype == "float16"


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_another_scale_has_the_same_masks_and_a_warning(dtype: str) -> None:
    pixels = scene(64, 80) // 4 * 4
    gain = {"uint8": 1 / 4, "float32": 1 / 1024}[dtype]
    whole = segment(placed(pixels), model(), HALF)
    scaled = segment(placed((pixels * gain).astype(dtype)), model(), HALF)
    assert np.array_equal(scaled.scores, whole.scores)
    assert [warning.code for warning in scaled.warnings] == ["value-scale"]


def test_lower_thresholds_need_no_model() -> None:
    result = segment(placed(scene(64, 80)), model(), HALF)
    areas = result.image.grid.pixel_areas
    low = delineate(result.scores, {**HALF, "roads": 0.25}, areas)
    assert low[ROAD].mask.all()
    assert np.array_equal(low[WATER].mask, result.layers[WATER].mask)
    assert not delineate(result.scores, {**HALF, "roads": 0.76}, areas)[ROAD].mask.any()


def test_every_part_is_timed_once_and_in_order() -> None:
    parts = []

    @contextmanager
    def step(name: str) -> Iterator[None]:
        parts.append(name)
        yield

    segment(placed(scene(64, 80)), model(), HALF, step)
    assert parts == ["decode", "infer", "polygons"]


def test_what_decode_refuses_never_reaches_the_model() -> None:
    def predict_tile(tile: np.ndarray) -> np.ndarray:
        raise AssertionError

    with pytest.raises(UnsuitableImageError, match="8 bands are needed"):
        segment(one_page(counts()[:3]), model(predict_tile), HALF)


@pytest.mark.parametrize("gsd_m", [0.01, 0.05, 0.31, 30.0, 1000.0])
def test_any_pixel_size_is_answered(gsd_m: float) -> None:
    """Of small pixels no object reaches the least area of 30 m2; of 1 km pixels each does."""
    body = placed(scene(16, 20), transform=Affine(gsd_m, 0, 443_000, 0, -gsd_m, 690_000))
    result = segment(body, model(), HALF)
    found = sum(summary.polygons for summary in result.classes)
    assert (found == 0) == (gsd_m < 0.5)
    assert "pixel-size" in {warning.code for warning in result.warnings}


def test_pixels_of_less_than_a_millimetre_are_refused() -> None:
    body = placed(scene(16, 20), transform=Affine(1e-4, 0, 443_000, 0, -1e-4, 690_000))
    with pytest.raises(UnsuitableImageError) as caught:
        segment(body, model(), HALF)
    assert caught.value.code == "pixel-too-small"
    assert caught.value.values == {"pixel_m": pytest.approx(1e-4, rel=0.01), "limit_m": 1e-3}


def test_pixels_over_ten_thousand_times_as_long_as_wide_are_refused() -> None:
    body = placed(scene(16, 20), transform=Affine(0.01, 0, 443_000, 0, -1000, 690_000))
    with pytest.raises(UnsuitableImageError, match=r"1e\+03 m by 0.01 m") as caught:
        segment(body, model(), HALF)
    assert caught.value.code == "pixel-too-long"


def test_a_fine_image_is_predicted_at_the_models_pixel_size_and_answered_on_its_own() -> None:
    coarse = scene(60, 80)
    fine = coarse.repeat(4, axis=1).repeat(4, axis=2)
    shapes = []

    def predict_tile(tile: np.ndarray) -> np.ndarray:
        shapes.append(tile.shape)
        return red_is_road_blue_is_water(tile)

    place = Affine(0.31, 0, 443_000, 0, -0.31, 690_000)
    result = segment(placed(fine, transform=place), model(predict_tile, tile_px=96), HALF)
    assert len(shapes) == 1  # 60 x 80 px are one tile, 240 x 320 px would be six
    assert result.scores.shape == (10, 240, 320)
    assert result.gsd_m == pytest.approx(1.24, rel=1e-3)
    truth = is_red(fine)
    found = result.layers[ROAD].mask
    assert (found & truth).sum() / (found | truth).sum() > 0.9
    assert result.warnings == ()


def test_without_a_crs_the_caller_states_the_pixel_size_and_areas_follow() -> None:
    pixels = scene(120, 160)
    body = one_page(pixels)
    assumed, stated = segment(body, model(), HALF), segment(body, model(), HALF, gsd_m=0.62)
    assert (assumed.gsd_m, stated.gsd_m) == (1.24, 1.24)
    whole = [
        sum(summary.area_m2 for summary in result.classes) / (120 * 160)
        for result in (assumed, stated)
    ]
    assert whole[0] == pytest.approx(1.24**2, rel=0.1)
    assert whole[1] == pytest.approx(0.62**2, rel=0.1)


def test_a_pixel_size_is_not_stated_where_the_crs_gives_one() -> None:
    with pytest.raises(InvalidOptionError, match=r"gives pixels of 1.24 x 1.24 m") as caught:
        segment(placed(scene(64, 80)), model(), HALF, gsd_m=0.5)
    assert caught.value.values["parameter"] == "gsd"


def test_a_coarse_image_is_enlarged_as_far_as_a_limit() -> None:
    place = Affine(2.48, 0, 443_000, 0, -2.48, 690_000)
    result = segment(placed(scene(100, 120), transform=place), model(), HALF)
    assert result.gsd_m == pytest.approx(1.24, rel=1e-3)
    assert result.scores.shape == (10, 100, 120)
    far = Affine(30, 0, 443_000, 0, -30, 690_000)
    capped = segment(placed(scene(100, 120), transform=far), model(), HALF)
    assert capped.gsd_m == pytest.approx(7.5, rel=1e-3)
    assert [warning.code for warning in capped.warnings] == ["pixel-size"]


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("fill", [-3.4028235e38, 3.4028235e38, np.nan, np.inf])
def test_no_fill_value_disturbs_the_rest(fill: float, declared: bool) -> None:
    pixels = scene(64, 80).astype(np.float32)
    clean = segment(placed(pixels), model(), HALF)
    pixels[:, 20:25, 30:33] = fill
    result = segment(placed(pixels, nodata=fill if declared else None), model(), HALF)
    seen = result.image.valid
    assert seen.sum() == seen.size - 15
    assert np.array_equal(result.scores[:, seen], clean.scores[:, seen])


@pytest.mark.parametrize("value", [1e29, -1e29, 1e-38])
def test_extreme_values_are_answered(value: float) -> None:
    """Nobody said that they are nodata; the answer may be poor, but there is one."""
    pixels = counts(dtype="float32")
    pixels[:, 3, 4:9] = value
    assert segment(placed(pixels), model(), HALF).scores.shape == (10, 24, 32)


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load(Path(__file__).parents[2] / "lambda_image" / "model")


def test_the_shipped_model_says_the_same_of_eight_pages_as_of_eight_bands(shipped: Model) -> None:
    pixels = (scene(160, 160) / 1024).astype(np.float16)
    first, second = (
        segment(write(pixels), shipped, shipped.thresholds) for write in (pages, chunky_page)
    )
    assert first.scores.std() > 0
    assert np.array_equal(first.scores, second.scores)
    assert first.classes == second.classes


@pytest.mark.parametrize("dtype", ["float32", "uint16"])
def test_the_shipped_model_answers_an_image_of_noise(shipped: Model, dtype: str) -> None:
    result = segment(placed(counts(170, 30, dtype)), shipped, shipped.thresholds)
    assert result.scores.shape == (10, 170, 30)


def test_an_image_unlike_the_training_has_low_confidence_and_the_reasons() -> None:
    learnt = model(confidence=document())
    usual = ground(100).astype(np.uint16)
    answers = {
        "usual": segment(placed(usual), learnt, HALF),
        "reversed": segment(placed(usual[::-1]), learnt, HALF),
        "named": segment(placed(usual[::-1]), learnt, HALF, band_order=tuple(range(8, 0, -1))),
        "noise": segment(placed(counts(96, 96)), learnt, HALF),
        "older model": segment(placed(usual), model(), HALF),
    }
    levels = {name: answer.confidence.level for name, answer in answers.items()}
    expected = ["high", "low", "high", "low", "unknown"]
    assert levels == dict(zip(answers, expected, strict=True))
    assert answers["usual"].confidence == answers["named"].confidence
