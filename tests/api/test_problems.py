import json
import math

import pytest
from tesela import errors
from tesela.api.problems import STATUSES, problem_document, problem_of, status_of

from tests.api.test_access import request
from tests.stack import InProcess


class OfTomorrowError(errors.ImageTooLargeError):
    """A class that nobody gave a status."""


def test_an_error_without_a_status_of_its_own_has_that_of_its_base() -> None:
    assert status_of(OfTomorrowError) == 413
    assert status_of(type("OtherError", (errors.TeselaError,), {})) == 500
    assert problem_of(OfTomorrowError("Too large.")).status == 413


def test_every_class_of_error_has_a_status_and_a_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert len(kinds) > 10
    assert set(STATUSES) <= set(kinds)
    assert [kind for kind in kinds if status_of(kind) == 500] == [errors.TeselaError]
    assert errors.ImageTooLargeError("x").code == "image-too-large"
    assert errors.ImageTooLargeError("x", "too-wide", width=9).values == {"width": 9}


def test_values_are_json_whatever_they_are() -> None:
    error = errors.CorruptImageError(
        "x", a=math.nan, b=(1, {"c": math.inf}), d=OSError("e"), f=None
    )
    document = json.loads(problem_document(request("GET", "/"), problem_of(error)))
    assert document["values"] == {"a": "nan", "b": [1, {"c": "inf"}], "d": "e", "f": None}
    assert document["code"] == "corrupt-image"


@pytest.mark.parametrize(
    ("query", "parameter", "value", "limit"),
    [
        ("limit=0", "limit", "0", 1),
        ("limit=x", "limit", "x", None),
        ("class=roofs", "class", "roofs", "buildings, structures, "),
        ("cursor=zz", "cursor", "zz", None),
        (f"cursor={'z' * 5000}", "cursor", "z" * 100, 200),
    ],
)
def test_a_wrong_parameter_is_reported_with_its_name_value_and_limit(
    api: InProcess, query: str, parameter: str, value: str, limit: object
) -> None:
    problem = api("GET", f"/predictions?{query}").json
    assert problem["code"] == "invalid-option"
    assert problem["values"]["parameter"] == parameter
    assert problem["values"]["value"] == value
    assert str(problem["values"]["limit"]).startswith(str(limit))
    assert problem["detail"].startswith(f"{parameter}: ")
    assert len(problem["detail"]) < 300
