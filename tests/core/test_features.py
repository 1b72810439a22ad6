import numpy as np
import pytest
from tesela.core.features import agreement, reordered, spectra, texture

from tests.core.ordinary import ground, shown

FIRST = np.full(10, 128)


def test_spectra_are_means_log_spreads_and_z_of_correlations() -> None:
    pixels = np.zeros((8, 2, 2), np.float32)
    pixels[0] = [[0, 1], [0, 1]]
    pixels[1] = [[0, 0], [2, 2]]
    pixels[2] = [[0, 2], [0, 2]]
    pixels[3] = [[1, 0], [1, 0]]
    found = spectra(pixels, np.ones((2, 2), bool))
    assert found[:4] == pytest.approx([0.5, 1, 1, 0.5])
    assert np.exp(found[8:12]) == pytest.approx([0.5, 1, 1, 0.5], abs=2e-4)
    assert np.exp(found[12:16]) == pytest.approx([0.01] * 4)  # no contrast
    z = found[16:23]  # of band 0 with bands 1 to 7
    assert z[0] == pytest.approx(0)
    assert z[1] == pytest.approx(np.arctanh(0.999))
    assert z[2] == pytest.approx(-np.arctanh(0.999))
    assert z[3:] == pytest.approx([0] * 4)


def test_spectra_leave_invalid_pixels_out() -> None:
    pixels, valid = shown(ground(1))
    spoilt = pixels.copy()
    spoilt[:, :10] = 9
    valid[:10] = False
    assert spectra(spoilt, valid) == pytest.approx(spectra(pixels[:, 10:], valid[10:]), abs=0.1)


def test_an_image_without_valid_pixels_has_features_all_the_same() -> None:
    pixels, valid = np.zeros((8, 20, 20), np.float32), np.zeros((20, 20), bool)
    assert np.isfinite(spectra(pixels, valid)).all()
    assert np.isfinite(texture(pixels, valid)).all()


def test_reordered_spectra_are_those_of_the_reordered_image() -> None:
    pixels, valid = shown(ground(1))
    orders = np.array([[7, 6, 5, 4, 3, 2, 1, 0], [0, 4, 2, 3, 1, 5, 6, 7]])
    found = reordered(spectra(pixels, valid), orders)
    for order, row in zip(orders, found, strict=True):
        assert row == pytest.approx(spectra(pixels[order], valid), abs=1e-5)


def test_texture_is_half_the_squared_difference_over_the_variance() -> None:
    rows, columns = np.mgrid[:32, :32]
    board = ((rows + columns) % 2).astype(np.float32)
    found = texture(np.repeat(board[None], 8, axis=0), np.ones((32, 32), bool))
    # Neighbours always differ by 1: a half, of a variance of a quarter; at even distances they are alike.
    assert found == pytest.approx(2 * [np.log(2), *[np.log(1e-4)] * 3], abs=1e-3)


def test_texture_takes_no_difference_to_an_invalid_pixel() -> None:
    pixels, valid = shown(ground(1, 64))
    spoilt = pixels.copy()
    spoilt[:, :, :24] = 9
    valid[:, :24] = False
    inside = texture(np.ascontiguousarray(pixels[:, :, 24:]), valid[:, 24:])
    assert texture(spoilt, valid) == pytest.approx(inside, abs=1e-6)


def test_scores_that_are_sure_agree_with_their_masks() -> None:
    scores = np.zeros((10, 20, 20), np.uint8)
    scores[3, :, :10] = 255
    assert agreement(scores, FIRST) == pytest.approx((255 / 256, 255 / 256))


def test_agreement_is_the_expected_intersection_over_the_expected_union() -> None:
    scores = np.zeros((10, 10, 10), np.uint8)
    scores[0, :5], scores[0, 5:] = (
        192,
        64,
    )  # called with .75; the rest is expected to hold a quarter
    scores[1, :, :2] = 128  # called with .5
    first, second = 0.75 * 50 / (50 + 0.25 * 50), 0.5
    together = (0.75 * 50 + 0.5 * 20) / (50 + 0.25 * 50 + 20)
    assert agreement(scores, FIRST) == pytest.approx((together, (first + second) / 2))


def test_a_class_that_hardly_occurs_does_not_count_in_the_mean() -> None:
    scores = np.zeros((10, 20, 20), np.uint8)
    scores[3, :, :10] = 255
    scores[9, 0, 0] = 128
    assert agreement(scores, FIRST)[1] == pytest.approx(255 / 256)


def test_large_images_are_sampled_alike() -> None:
    scores = np.random.default_rng(0).integers(0, 256, (10, 96, 96), np.uint8)
    large = scores.repeat(8, axis=1).repeat(8, axis=2)
    assert agreement(large, FIRST) == pytest.approx(agreement(scores, FIRST), abs=0.01)


def test_a_scene_without_any_expected_class_has_no_agreement() -> None:
    assert agreement(np.zeros((10, 20, 20), np.uint8), FIRST) == (0, 0)
