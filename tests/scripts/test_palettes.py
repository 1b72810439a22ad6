import re
from pathlib import Path

import numpy as np
import pytest

from scripts.palettes import SIGHTS, SURFACES, contrast, lab, linear, table

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("colour", "expected"),  # of Lindbloom's calculator
    [
        ("#FFFFFF", (100, 0, 0)),
        ("#000000", (0, 0, 0)),
        ("#FF0000", (53.24, 80.09, 67.20)),
        ("#0000FF", (32.30, 79.19, -107.86)),
    ],
)
def test_lab_is_that_of_the_standard(colour: str, expected: tuple[float, ...]) -> None:
    assert lab(linear(colour)) == pytest.approx(expected, abs=0.02)


def test_grey_is_grey_in_every_sight() -> None:
    for sight, matrix in SIGHTS.items():
        assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-5), sight


def test_two_colours_that_were_mistaken_for_each_other_are_seen_to_be_alike() -> None:
    one, other = (lab(SIGHTS["deuteranopia"] @ linear(each)) for each in ("#CC79A7", "#999999"))
    assert np.linalg.norm(one - other) == pytest.approx(7.1, abs=0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)  # WCAG's own example


def test_surfaces_are_those_of_the_page() -> None:
    styles = (ROOT / "dashboard_static/styles.css").read_text("utf-8")
    assert re.findall("--surface: (#[0-9a-f]{6})", styles)[:2] == [
        each.lower() for each in SURFACES.values()
    ]


def test_the_readme_has_the_table() -> None:
    assert table() in (ROOT / "README.md").read_text("utf-8"), "put in what make palettes prints"
