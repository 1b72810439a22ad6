import numpy as np
import pytest
import shapely

pytest.importorskip("skimage", reason="the training extra is not installed")

from scripts.training.data.grid import Grid

# W * W / (W + 1) = 98.01 and H * H / (H + 1) = 48.02, so a pixel is 0.01 of these coordinates.
GRID = Grid(width=99, height=49, x_max=0.9801, y_min=-0.4802)


def burnt(wkt: str) -> np.ndarray:
    """The mask of a polygon whose coordinates are pixels."""
    return Grid(12, 10, 12 * 12 / 13, 10 * 10 / 11).burn(shapely.from_wkt(wkt))


def test_coordinates_become_pixels_by_the_rule_of_the_competition():
    mask = GRID.burn(shapely.box(0.10, -0.40, 0.90, -0.05))
    expected = np.zeros((49, 99), np.uint8)
    expected[5:40, 10:90] = 1  # without the rule, x would reach pixel 90.9
    assert np.array_equal(mask, expected)


@pytest.mark.parametrize(("x", "expected"), [(3.4, 1), (3.6, 0)])
def test_a_pixel_counts_when_its_centre_is_inside(x: float, expected: int):
    assert burnt(f"POLYGON (({x} 2, 4 2, 4 3, {x} 3, {x} 2))").sum() == expected


def test_holes_stay_open_and_nothing_marks_nothing():
    ring = burnt("POLYGON ((1 1, 6 1, 6 6, 1 6, 1 1), (2 2, 5 2, 5 5, 2 5, 2 2))")
    assert ring.sum() == 25 - 9
    assert not burnt("MULTIPOLYGON EMPTY").any()


@pytest.mark.parametrize(
    ("wkt", "pixels"),
    [
        ("POLYGON ((0 0, 0 4, 8 0, 8 4, 0 0))", 16),  # a bow tie: both of its halves
        ("MULTIPOLYGON (((0 0, 6 0, 6 4, 0 4, 0 0)), ((4 0, 8 0, 8 4, 4 4, 4 0)))", 32),  # overlap
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0, 2 9, 0 0))", 16),  # a spike
    ],
)
def test_invalid_polygons_are_mended_and_lose_no_ground(wkt: str, pixels: int):
    assert not shapely.from_wkt(wkt).is_valid
    assert burnt(wkt).sum() == pixels


def test_a_polygon_that_has_collapsed_to_a_line_marks_nothing():
    assert not burnt("POLYGON ((0 0, 4 4, 8 8, 0 0))").any()
