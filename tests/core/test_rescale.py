from itertools import pairwise

import numpy as np
import pytest
from rasterio import Affine
from rasterio.crs import CRS
from rasterio.warp import Resampling, reproject
from scipy import ndimage
from tesela.core.image import Grid, Image
from tesela.core.rescale import Rescaling, at_model_scale, model_size, resize, resize_scores

UTM = CRS.from_epsg(32618)
BANDS = np.random.default_rng(4).integers(0, 2000, (3, 37, 53)).astype(np.float32)


def by_gdal(bands: np.ndarray, height: int, width: int) -> np.ndarray:
    """GDAL's weighted average on a grid that covers the same ground."""
    scale = Affine.scale(bands.shape[2] / width, bands.shape[1] / height)
    result = np.zeros((len(bands), height, width), np.float64)
    reproject(
        bands.astype(np.float64),
        result,
        src_transform=Affine.identity(),
        src_crs="EPSG:32618",
        dst_transform=scale,
        dst_crs="EPSG:32618",
        resampling=Resampling.average,
    )
    return result


@pytest.mark.parametrize("size", [(18, 26), (9, 13), (37, 26), (11, 53), (1, 1), (36, 52)])
def test_shrinking_takes_the_mean_of_the_ground_as_gdal_does(size: tuple[int, int]) -> None:
    assert np.allclose(resize(BANDS, *size), by_gdal(BANDS, *size), rtol=1e-4, atol=0.5)


def test_shrinking_by_a_whole_number_is_the_mean_of_blocks() -> None:
    blocks = BANDS[:, :36, :52].reshape(3, 9, 4, 13, 4).mean(axis=(2, 4))
    assert np.allclose(resize(BANDS[:, :36, :52], 9, 13), blocks, rtol=1e-5)


@pytest.mark.parametrize("factor", [2, 3])
def test_enlarging_interpolates_between_pixel_centres_as_scipy_does(factor: int) -> None:
    height, width = (factor * side for side in BANDS.shape[1:])
    expected = [
        ndimage.zoom(band, factor, order=1, mode="nearest", grid_mode=True) for band in BANDS
    ]
    assert np.allclose(resize(BANDS, height, width), expected, rtol=1e-4)


def test_one_axis_may_shrink_while_the_other_grows() -> None:
    ramp = np.tile(np.arange(8, dtype=np.float32), (1, 6, 1))
    result = resize(ramp, 12, 4)
    assert result.shape == (1, 12, 4)
    assert np.allclose(result, np.array([0.5, 2.5, 4.5, 6.5]))


def test_the_same_size_changes_nothing() -> None:
    assert np.array_equal(resize(BANDS, 37, 53), BANDS)


def test_whole_numbers_of_any_type_come_back_as_float32() -> None:
    assert resize(BANDS.astype(np.uint16), 10, 10).dtype == np.float32


def test_shrinking_keeps_the_mean_and_there_and_back_keeps_a_plane() -> None:
    assert resize(BANDS, 5, 7).mean() == pytest.approx(BANDS.mean(), rel=1e-5)
    rows, columns = np.indices((40, 60), dtype=np.float32)
    plane = (rows + 2 * columns)[None]
    back = resize(resize(plane, 13, 20), 40, 60)
    inner = np.s_[:, 4:-4, 4:-4]
    assert np.abs(back - plane)[inner].max() < 0.6


def test_values_grow_where_the_ground_grows() -> None:
    step = np.repeat([0.0, 1.0], 5)[None, None].astype(np.float32)
    row = resize(step, 1, 23)[0, 0]
    assert all(left <= right for left, right in pairwise(row))


@pytest.mark.parametrize(
    ("sides_px", "sides_m", "expected"),
    [
        ((2048, 2048), (1.24, 1.24), (2048, 2048)),
        ((500, 400), (0.8, 1.8), (500, 400)),  # the bounds are inclusive
        ((2048, 1000), (0.31, 0.31), (512, 250)),
        ((600, 600), (0.79, 0.79), (382, 382)),
        ((320, 320), (2.0, 2.0), (516, 516)),
        ((1000, 2000), (0.62, 2.48), (500, 2048)),  # to squares, as far as the limit allows
        ((2048, 2048), (5.0, 5.0), (2048, 2048)),  # it would be 8258 px
        ((1500, 750), (2.0, 2.0), (2048, 1024)),  # both sides grow alike
        ((100, 50), (30.0, 30.0), (400, 200)),  # not 2419 x 1210
        ((20, 400), (0.124, 0.124), (16, 40)),
        ((16, 16), (0.01, 0.01), (16, 16)),
    ],
)
def test_the_model_is_shown_so_many_pixels(
    sides_px: tuple[int, int], sides_m: tuple[float, float], expected: tuple[int, int]
) -> None:
    assert model_size(sides_px, sides_m) == expected


def image(pixels: np.ndarray, valid: np.ndarray, gsd_m: float) -> Image:
    grid = Grid(valid.shape[1], valid.shape[0], UTM, Affine(gsd_m, 0, 443_000, 0, -gsd_m, 690_000))
    return Image(pixels, valid, "uint16", grid)


def test_an_image_of_about_the_models_pixel_size_is_shown_as_it_is() -> None:
    made = image(BANDS, np.ones((37, 53), bool), 1.5)
    assert at_model_scale(made) is made


def test_a_fine_image_is_averaged_over_the_same_ground() -> None:
    pixels = np.random.default_rng(0).uniform(100, 900, (8, 80, 120)).astype(np.float32)
    made = image(pixels, np.ones((80, 120), bool), 0.31)
    shown = at_model_scale(made)
    assert shown.pixels.shape == (8, 20, 30)
    assert np.allclose(shown.pixels, pixels.reshape(8, 20, 4, 30, 4).mean(axis=(2, 4)), rtol=1e-5)
    assert shown.grid.bounds == pytest.approx(made.grid.bounds)
    assert shown.grid.pixel_size_m == pytest.approx((1.24, 1.24), rel=1e-3)


def test_what_is_invalid_has_no_part_in_the_mean() -> None:
    pixels = np.full((8, 64, 64), 300, np.float32)
    valid = np.ones((64, 64), bool)
    valid[:, 30:] = False
    pixels[:, :, 30:] = np.nan
    shown = at_model_scale(image(pixels, valid, 0.31))
    assert shown.valid[:, :8].all()  # the eighth is half valid
    assert not shown.valid[:, 8:].any()
    assert np.allclose(shown.pixels[:, shown.valid], 300)
    assert np.isfinite(shown.pixels).all()


def test_scores_return_to_the_grid_of_the_image() -> None:
    scores = np.zeros((10, 8, 8), np.uint8)
    scores[3, 2:6, 2:6] = 200
    back = resize_scores(scores, 32, 32)
    assert back.shape == (10, 32, 32)
    assert back.dtype == np.uint8
    assert (back[3] >= 100).sum() == pytest.approx(16 * 16, rel=0.05)
    assert not back[[0, 1, 2, 4]].any()
    assert resize_scores(scores, 8, 8) is scores
    assert resize_scores(back, 8, 8)[3, 3, 3] == 200


@pytest.mark.parametrize("size", [(18, 26), (40, 61), (18, 61), (37, 53), (74, 20)])
def test_a_part_is_made_of_what_it_needs_and_equal_to_that_of_the_whole(
    size: tuple[int, int],
) -> None:
    how, whole = Rescaling.between((37, 53), size), resize(BANDS, *size)
    for rows, columns in ((slice(0, 5), slice(9, 20)), (slice(7, 18), slice(3, 4))):
        down, across = how.needed((rows, columns))
        part = how.part(BANDS[:, down, across], (rows, columns))
        assert np.array_equal(part, whole[:, rows, columns])
        assert down.stop - down.start <= 37 / size[0] * (rows.stop - rows.start) + 3
