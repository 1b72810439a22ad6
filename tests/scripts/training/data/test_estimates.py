import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

import numpy as np

from scripts.training.data import bands, estimates
from scripts.training.data.estimates import BLUE, GREEN, NIR1, RED

SIZE = 40


@pytest.fixture
def ground() -> np.ndarray:
    """Eight bands (8, 40, 40) that vary with brightness and greenness, as land does."""
    rng = np.random.default_rng(1)
    bright, green = rng.normal(0, 1, (2, SIZE, SIZE))
    visible = np.linspace(1.0, 1.2, 5)[:, None, None] * bright
    visible = visible - np.linspace(0.1, 0.3, 5)[:, None, None] * green
    edge, infrared = 0.8 * bright + 0.6 * green, 0.5 * bright + 1.5 * green
    stacked = np.concatenate([visible, [edge, infrared, 1.05 * infrared]])
    return (200 + 30 * stacked).astype(np.float32)


def fitted(ground: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    flat = ground.reshape(8, -1).T.astype(float)
    table = bands.fit(flat, np.zeros(len(flat), int))
    known = np.array(table["correlations"]), np.array(table["log_spreads"])
    monkeypatch.setattr(estimates, "relations", lambda: known)
    estimates._weights.cache_clear()


def test_bands_that_follow_from_the_others_are_found_again(
    ground: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted(ground, monkeypatch)
    given = {n: ground[n] for n in (RED, GREEN, BLUE, NIR1)}
    estimated = estimates.fill(given)
    for number in range(8):
        assert np.corrcoef(estimated[number].ravel(), ground[number].ravel())[0, 1] > 0.98
        assert estimated[number].std() == pytest.approx(ground[number].std(), rel=0.25)
    estimates._weights.cache_clear()


def test_a_gain_and_an_offset_of_a_given_band_change_no_estimate_s_pattern(
    ground: np.ndarray,
) -> None:
    given = {n: ground[n] for n in (RED, GREEN, BLUE)}
    stretched = {**given, RED: 3 * given[RED] - 90, BLUE: 0.4 * given[BLUE] + 7}
    for number in (0, 3):
        once, again = estimates.fill(given)[number], estimates.fill(stretched)[number]
        assert np.corrcoef(once.ravel(), again.ravel())[0, 1] > 0.9999


def test_given_bands_stay_as_they_are(ground: np.ndarray) -> None:
    given = {n: ground[n] for n in (RED, GREEN, BLUE)}
    estimated = estimates.fill(given)
    assert all(np.array_equal(estimated[n], ground[n]) for n in given)


def test_infrared_is_not_made_up_from_colour(ground: np.ndarray) -> None:
    estimated = estimates.fill({n: ground[n] for n in (RED, GREEN, BLUE)})
    assert np.isfinite(estimated[:5]).all()
    assert np.isnan(estimated[5:]).all()


def test_unknown_pixels_stay_unknown_and_disturb_no_others(ground: np.ndarray) -> None:
    given = {n: ground[n].copy() for n in (RED, GREEN, BLUE, NIR1)}
    for band in given.values():
        band[:3] = np.nan
    estimated = estimates.fill(given)
    assert np.isnan(estimated[:, :3]).all()
    assert np.isfinite(estimated[:, 3:]).all()


def test_blank_bands_vary_as_much_as_they_do_beside_the_visible_ones(ground: np.ndarray) -> None:
    shown = tuple(number < 5 for number in range(8))
    pixels = ground.copy()
    pixels[5:] = 0
    varied = estimates.vary(pixels, shown)
    assert np.array_equal(varied[:5], ground[:5])
    ratios = varied[5:].std(axis=(1, 2)) / ground[[4, 2, 1]].mean(axis=0).std()
    _, sizes = estimates.relations()
    assert ratios == pytest.approx(np.exp(sizes[5:] - sizes[[4, 2, 1]].mean()), rel=1e-3)
