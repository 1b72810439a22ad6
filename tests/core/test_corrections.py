from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from tesela.catalogue import KEYS
from tesela.core.corrections import UNKNOWN, Correction, check, labels, place
from tesela.errors import InvalidOptionError

X = UNKNOWN
FORM = TypeAdapter(list[Correction])


def box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def plane(corrections: list[Correction], key: str) -> list[list[int]]:
    known: list[list[int]] = labels(corrections, 4, 3)[KEYS.index(key)].tolist()
    return known


def test_what_is_right_or_missing_is_present_and_what_is_wrong_absent() -> None:
    right = Correction("right", "roads", [box(0, 0, 2, 1)])
    missing = Correction("missing", "trees", [box(2.4, 1.4, 4, 3)])
    wrong = Correction("wrong", "crops", [box(1, 1, 4, 2)], "tracks")
    known = [right, missing, wrong]
    assert plane(known, "roads") == [[1, 1, X, X], [X] * 4, [X] * 4]
    # The centres 2.5, 1.5 and so on lie inside.
    assert plane(known, "trees") == [[X] * 4, [X, X, 1, 1], [X, X, 1, 1]]
    assert plane(known, "crops") == [[X] * 4, [X, 0, 0, 0], [X] * 4]
    assert plane(known, "tracks") == [[X] * 4, [X, 1, 1, 1], [X] * 4]
    assert all(plane(known, key) == [[X] * 4] * 3 for key in KEYS[8:])


def test_the_later_of_two_corrections_of_a_pixel_counts() -> None:
    first = Correction("right", "roads", [box(0, 0, 4, 3)])
    then = Correction("wrong", "roads", [box(1, 1, 2, 2)])
    assert plane([first, then], "roads") == [[1] * 4, [1, 0, 1, 1], [1] * 4]
    assert plane([then, first], "roads") == [[1] * 4] * 3


def test_a_hole_is_not_part_of_it() -> None:
    ring = Correction("right", "roads", [box(0, 0, 4, 3), box(1, 1, 3, 2)])
    assert plane([ring], "roads") == [[1] * 4, [1, X, X, 1], [1] * 4]


@pytest.mark.parametrize(
    ("correction", "message"),
    [
        (Correction("right", "roads", [box(0, 0, 5, 3)]), "point 5, 0 lies outside .* 4 x 3 px"),
        (Correction("right", "roads", [box(0, 0, 4, 3.01)]), "4, 3.01 lies outside"),
        (Correction("right", "roads", [box(0, 0, 4, 3)[:-1]]), "not where it begins"),
        (Correction("right", "roads", [box(0.1, 0.1, 0.4, 0.4)]), "the centre of no pixel"),
        (Correction("right", "roads", [[(1, 1)] * 4]), "the centre of no pixel"),
        (Correction("right", "roads", [[(4, 3)] * 4]), "the centre of no pixel"),
        (Correction("right", "roads", [box(0, 0, 4, 3)], "trees"), "'trees' is for what is wrong"),
        (Correction("wrong", "roads", [box(0, 0, 4, 3)], "roads"), "another class than its own"),
        (Correction("right", "roads", [box(0, 0, 4, 3) * 30_000]), "150005 points; the limit is"),
    ],
)
def test_what_no_image_can_have_is_refused_by_name(correction: Correction, message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message) as refused:
        check([Correction("right", "crops", [box(0, 0, 1, 1)]), correction], 4, 3)
    assert str(refused.value.values["parameter"]).startswith("corrections")


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "perhaps"},
        {"class": "volcanoes"},
        {"class": None},
        {"instead": "roofs"},
        {"rings": []},
        {"rings": [[[0, 0], [1, 1], [0, 0]]]},
        {"rings": [[[0, 0, 0]] * 4]},
        {"rings": [[["0", 0]] * 4]} | {"score": 1},
        {"rings": [[[-1, 0]] * 4]},
        {"rings": [[[1e9, 0]] * 4]},
        {"rings": "Infinity"},
        {"land_cover": "roads"},
    ],
)
def test_another_form_than_a_correction_s_is_refused(change: dict[str, object]) -> None:
    sound = {"verdict": "wrong", "class": "roads", "instead": "tracks", "rings": [box(0, 0, 1, 1)]}
    assert FORM.validate_python([sound])[0].instead == "tracks"
    with pytest.raises(ValidationError):
        FORM.validate_python([sound | change])
    for number in ("NaN", "Infinity", "1e999"):
        with pytest.raises(ValidationError):
            FORM.validate_json(
                f'[{{"verdict":"right","class":"roads","rings":[[[0,0],[1,0],[1,{number}],[0,0]]]}}]'
            )


POINT = st.tuples(st.floats(0, 4, width=32), st.floats(0, 3, width=32))


@given(st.lists(POINT, min_size=3, max_size=7))
def test_any_ring_of_an_image_covers_pixels_whose_centres_lie_inside(
    points: list[tuple[float, float]],
) -> None:
    ring = [*points, points[0]]
    where = place(Correction("right", "roads", [ring]), 4, 3)
    drawn = np.zeros((3, 4), bool)
    drawn[where.rows, where.columns] = where.mask
    for row in range(3):
        for column in range(4):
            margin = _distance(ring, column + 0.5, row + 0.5)
            if margin > 0.01:  # a centre on the line itself may count or not
                inside = _crossings(ring, column + 0.5, row + 0.5) % 2 == 1
                assert drawn[row, column] == inside


def _crossings(ring: list[tuple[float, float]], x: float, y: float) -> int:
    """How often a ray to the right crosses the ring."""
    count = 0
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y):
            count += x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return count


def _distance(ring: list[tuple[float, float]], x: float, y: float) -> float:
    import shapely

    return float(shapely.LineString(ring).distance(shapely.Point(x, y)))
