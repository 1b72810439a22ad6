import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tesela.core.normalise import Normalisation, normalise, radiometry

HOW = Normalisation()
EVERYWHERE = np.ones((20, 20), bool)


def picture(seed: int = 0) -> np.ndarray:
    """Eight bands of 20 x 20 counts that vary by ever more."""
    rng = np.random.default_rng(seed)
    return (
        rng.integers(0, 1000, (8, 20, 20)) * np.linspace(0.2, 1, 8)[:, None, None] + 200
    ).astype(np.float32)


@settings(deadline=None)
@given(gain=st.floats(1e-4, 1e4), seed=st.integers(0, 50))
def test_a_gain_of_the_whole_image_changes_nothing(gain: float, seed: int) -> None:
    pixels = picture(seed)
    scaled = (pixels * gain).astype(np.float32)
    expected = normalise(pixels, EVERYWHERE, HOW)
    assert np.allclose(normalise(scaled, EVERYWHERE, HOW), expected, atol=2e-3)


@settings(deadline=None)
@given(offsets=st.lists(st.floats(-500, 2000), min_size=8, max_size=8))
def test_an_offset_of_a_band_changes_nothing(offsets: list[float]) -> None:
    pixels = picture()
    moved = pixels + np.array(offsets, np.float32)[:, None, None]
    expected = normalise(pixels, EVERYWHERE, HOW)
    assert np.allclose(normalise(moved, EVERYWHERE, HOW), expected, atol=2e-3)


@pytest.mark.parametrize("scale", [1e-44, 1e-41, 1e-38, 1e-30, 1e25])
def test_numbers_of_any_size_stay_finite(scale: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        result = normalise((picture() * scale).astype(np.float32), EVERYWHERE, HOW)
    assert np.isfinite(result).all()


def test_a_wrong_gain_of_one_band_counts_by_its_square_root_at_most() -> None:
    pixels = picture()
    louder = pixels.copy()
    louder[3] *= 4
    before, after = (
        radiometry(normalise(p, EVERYWHERE, HOW), EVERYWHERE) for p in (pixels, louder)
    )
    assert 1.3 < after[3] / before[3] < 2


def test_the_dark_level_becomes_0_and_equal_bands_reach_1() -> None:
    ramp = np.arange(400, dtype=np.float32).reshape(20, 20)
    result = normalise(np.stack([ramp] * 8), EVERYWHERE, HOW)
    # 2 % of 399 is the value 8, 98 % the value 391.
    assert result[0, 0, 8] == 0
    assert result[0, 19, 11] == pytest.approx(1)


def test_invalid_pixels_become_0_and_have_no_say() -> None:
    pixels, valid = picture(), EVERYWHERE.copy()
    valid[:5] = False
    spoilt = pixels.copy()
    spoilt[:, :5] = 1e6
    spoilt[0, 0, 0] = np.nan
    result = normalise(spoilt, valid, HOW)
    assert (result[:, :5] == 0).all()
    assert np.array_equal(result[:, 5:], normalise(pixels, valid, HOW)[:, 5:])


@pytest.mark.parametrize("level", [0.0, 0.1, 1500.0])
def test_a_band_that_does_not_vary_becomes_0_and_the_others_stay_finite(level: float) -> None:
    pixels = picture()
    pixels[2] = level
    result = normalise(pixels, EVERYWHERE, HOW)
    assert (result[2] == 0).all()
    assert np.isfinite(result).all()
    assert result[1].std() > 0


def test_a_missing_band_does_not_make_the_others_louder() -> None:
    pixels = np.repeat(picture()[:1], 8, axis=0)  # eight bands that vary alike
    without = pixels.copy()
    without[5:] = 0
    assert normalise(without, EVERYWHERE, HOW)[:5] == pytest.approx(
        normalise(pixels, EVERYWHERE, HOW)[:5]
    )


def test_a_constant_image_and_one_without_a_valid_pixel_become_0() -> None:
    flat = np.full((8, 20, 20), 7, np.float32)
    assert (normalise(flat, EVERYWHERE, HOW) == 0).all()
    nothing = normalise(picture(), ~EVERYWHERE, HOW)
    assert (nothing == 0).all()
    assert (radiometry(nothing, ~EVERYWHERE) == 0).all()


def test_results_stay_between_the_limits() -> None:
    pixels = picture()
    pixels[:, 0, 0], pixels[:, 0, 1] = 1e7, -1e7
    result = normalise(pixels, EVERYWHERE, HOW)
    assert result.min() == np.float32(HOW.low)
    assert result.max() == np.float32(HOW.high)


def test_the_input_is_left_as_it_was() -> None:
    pixels = picture()
    normalise(pixels, EVERYWHERE, HOW)
    assert np.array_equal(pixels, picture())


def test_a_large_image_is_judged_by_a_sample_of_it() -> None:
    pixels = np.random.default_rng(1).normal(500, 90, (8, 400, 400)).astype(np.float32)
    valid = np.ones((400, 400), bool)
    result = normalise(pixels, valid, HOW)
    # The exact percentiles of a normal distribution: 2.054 deviations either side.
    assert np.allclose(result.mean(axis=(1, 2)), 0.5, atol=0.03)
    assert np.allclose(radiometry(result, valid), 1 / (2 * 2.054), atol=0.01)


@pytest.mark.parametrize("side", [1000, 1024])
@pytest.mark.parametrize("period", [4, 64, 256])
@pytest.mark.parametrize("axis", ["columns", "rows"])
def test_what_repeats_in_the_image_moves_it_by_its_share_alone(
    side: int, period: int, axis: str
) -> None:
    """Every `period`-th column or row is 900 brighter; exact percentiles are those of all pixels."""
    plane = np.random.default_rng(1).normal(500, 90, (side, side)).astype(np.float32)
    striped = plane if axis == "columns" else plane.T
    striped[:, ::period] += 900
    expected = np.percentile(plane, 50)
    valid = np.ones((side, side), bool)
    dark, bright = np.percentile(plane, [2, 98])
    result = normalise(plane[None], valid, HOW)
    middle = (expected - dark) / (bright - dark)
    assert np.median(result[0]) == pytest.approx(middle, abs=0.03)


def test_the_sample_of_an_image_is_always_the_same() -> None:
    pixels = np.random.default_rng(1).normal(500, 90, (8, 400, 400)).astype(np.float32)
    valid = np.ones((400, 400), bool)
    assert np.array_equal(normalise(pixels, valid, HOW), normalise(pixels, valid, HOW))
