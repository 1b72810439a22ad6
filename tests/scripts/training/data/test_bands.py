import pytest

pytest.importorskip("skimage", reason="the training extra is not installed")

from pathlib import Path

import numpy as np

from scripts.training.data import bands
from scripts.training.data.bands import Errors, errors, explained, published, report, withheld
from scripts.training.data.scenes import TrainingScene, unknown
from tests.core.ordinary import ground


def test_the_table_follows_from_pixels_by_a_known_rule() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(0, 1, (2, 5000))
    pixels = np.stack([one, 2 * one, other, *[one] * 5], axis=1)
    table = bands.fit(pixels, np.zeros(5000, int))
    correlations = np.array(table["correlations"])
    assert correlations[0, 1] == pytest.approx(1)
    assert abs(correlations[0, 2]) < 0.05
    spreads = np.array(table["log_spreads"])
    assert spreads[1] - spreads[0] == pytest.approx(np.log(2), abs=1e-3)


def test_an_estimate_with_another_offset_has_no_error_and_one_with_another_gain_has_some() -> None:
    truth = np.array([1.0, 2, 3, 4], np.float32)
    assert errors(truth + 7, truth) == pytest.approx((1, 0), abs=1e-6)
    assert errors(1.5 * truth, truth) == pytest.approx((1, 0.5), abs=1e-6)
    assert errors(np.array([1.0, -1, -1, 1]), truth) == pytest.approx((0, np.sqrt(1.8)), abs=1e-6)


def test_every_band_that_is_not_given_is_estimated_and_reported() -> None:
    scene = TrainingScene("us3d/a", "train", ground(1, 32), unknown(32, 32))
    found = list(withheld([scene]))
    assert [one.band for one in found] == [0, 3, 5, 6, 7, 0, 3, 5, 7]
    assert all(0 <= one.r2 <= 1 and one.rmse >= 0 for one in found)
    lines = report([*found, *(Errors("us3d/b", e.given, e.band, 0.5, 0.1) for e in found)])
    assert sum(line.startswith("us3d/a") for line in lines) == 2
    assert "used nowhere" in "".join(lines)


def test_what_the_given_bands_explain_is_the_multiple_correlation() -> None:
    correlations = np.eye(8)
    correlations[0, 1] = correlations[1, 0] = 0.6
    correlations[0, 2] = correlations[2, 0] = 0.8 - 1e-9
    assert explained(correlations, 0, (1,)) == pytest.approx(0.6)
    assert explained(correlations, 0, (1, 2)) == pytest.approx(1)


def test_a_published_table_is_read_by_the_names_of_its_bands(tmp_path: Path) -> None:
    names = ["P", "coastal", "blue", "green", "yellow", "red", "rededge", "nir1", "nir2"]
    rows = [",".join(["", *names])]
    rows += [",".join([name, *(str(i * 10 + j) for j in range(9))]) for i, name in enumerate(names)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows))
    found = published(path)
    assert (found[0, 0], found[0, 7], found[7, 0]) == (11, 18, 81)
