from itertools import pairwise

import numpy as np
import pytest
from rasterio import Affine
from rasterio.warp import Resampling, reproject
from scipy import ndimage
from tesela.core.rescale import resize

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
