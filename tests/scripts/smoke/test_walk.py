"""The smoke test passes on the running stack, and fails where an answer is wrong."""

import json
from http import HTTPStatus
from typing import Any

import pytest
import requests

from scripts.smoke.api import Api, SmokeError
from scripts.smoke.walk import compare_forms, new_scene, walk
from tests.stack import OverHttp

# The image, the document of its prediction, and its exports by name.
Forms = tuple[bytes, dict[str, Any], dict[str, bytes]]


@pytest.fixture(scope="module")
def prediction(http: OverHttp) -> Forms:
    image = new_scene()
    document = http("POST", "/predictions", image).json
    forms = {form: http("GET", url).body for form, url in document["links"].items()}
    scores = requests.get(document["links"]["scores"], stream=True, timeout=60).raw.read()
    return image, document, forms | {"scores": scores}


def test_it_passes_on_the_running_stack_and_leaves_nothing(http: OverHttp) -> None:
    before = http("GET", "/predictions").json["items"]
    steps: list[str] = []
    walk(Api(http.url), steps.append)
    assert steps[-1] == "deleted, and gone"
    assert http("GET", "/predictions").json["items"] == before


def test_an_api_that_is_not_there_is_one_line() -> None:
    with pytest.raises(SmokeError, match=r"GET http://127.0.0.1:9/ready: .*refused"):
        walk(Api("http://127.0.0.1:9"), print)


def test_an_unexpected_status_is_told_with_the_answer(http: OverHttp) -> None:
    with pytest.raises(SmokeError, match=r"GET /nowhere answered 404, not 200: .*Not Found"):
        Api(http.url).expect(HTTPStatus.OK, "GET", "/nowhere")


def test_forms_of_one_prediction_agree(prediction: Forms) -> None:
    compare_forms(*prediction)


@pytest.mark.parametrize("form", ["table.csv", "dataframe.json"])
def test_an_area_that_differs_is_found(prediction: Forms, form: str) -> None:
    image, document, forms = prediction
    entry = max(document["classes"], key=lambda entry: entry["area_m2"])
    wrong = forms[form].replace(str(entry["area_m2"]).encode(), b"1.0")
    with pytest.raises(SmokeError, match=rf"{form}: m2 of {entry['key']} 1.0, not"):
        compare_forms(image, document, forms | {form: wrong})


def test_a_polygon_that_is_missing_is_found(prediction: Forms) -> None:
    image, document, forms = prediction
    collection = json.loads(forms["polygons.geojson"])
    collection["features"].pop()
    shorter = forms | {"polygons.geojson": json.dumps(collection).encode()}
    with pytest.raises(SmokeError, match=r"polygons.geojson: m2 of"):
        compare_forms(image, document, shorter)


def test_an_image_that_came_back_otherwise_is_found(prediction: Forms) -> None:
    image, document, forms = prediction
    with pytest.raises(SmokeError, match=r"source.tif"):
        compare_forms(image + b"\0", document, forms)
