import json
import re
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from tesela import catalogue
from tesela.api.problems import PROBLEM_JSON

from tests.stack import InProcess, OverHttp

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def test_classes_are_the_catalogue(api: InProcess) -> None:
    reply = api("GET", "/classes")
    assert reply.json == json.loads(catalogue.PATH.read_text("utf-8"))
    assert "max-age" in reply.headers["Cache-Control"]


def test_the_model_says_what_it_was_trained_on(api: InProcess) -> None:
    model = api("GET", "/model").json
    assert model["trained_on"]
    assert model["classes"] == list(catalogue.KEYS)


def test_health_and_readiness_answer(api: InProcess) -> None:
    assert api("GET", "/health").json == {"status": "ok"}
    assert api("GET", "/ready").json == {"status": "ok"}


def test_openapi_3_1_describes_every_route_and_the_upload(api: InProcess) -> None:
    document = api("GET", "/openapi.json").json
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert {"/predictions", "/segment_tiff", "/predictions/{prediction_id}/masks.tif"} <= set(
        document["paths"]
    )
    for path in ("/predictions", "/segment_tiff"):
        assert "image/tiff" in document["paths"][path]["post"]["requestBody"]["content"]


def test_the_description_fits_what_is_answered(api: InProcess, town: bytes) -> None:
    document = api("GET", "/openapi.json").json
    store = {"$schema": DIALECT, "components": document["components"]}
    for name, answer in (
        ("PredictionDocument", api("POST", "/predictions", town)),
        ("HistoryDocument", api("GET", "/predictions?limit=2")),
        ("Problem", api("GET", "/predictions?limit=0")),
    ):
        schema = store | {"$ref": f"#/components/schemas/{name}"}
        Draft202012Validator(schema).validate(answer.json)
    described = document["paths"]["/predictions/{prediction_id}/overlay.png"]["get"]["responses"]
    assert set(described) == {"200", "206", "304", "307", "400", "404", "416", "503"}
    assert "image/png" in described["200"]["content"]


def test_docs_need_no_other_server(http: OverHttp) -> None:
    page = http("GET", "/docs").body.decode()
    assert "swagger" in page.lower()
    assert 'src="http' not in page
    assert "An 8-band TIFF" in page  # our description, not the bare one of the routes


def test_docs_lead_to_the_description_and_ask_for_no_icon(http: OverHttp) -> None:
    page = http("GET", "/docs").body.decode()
    (address,) = re.findall(r"\n  ui\.specActions\.updateUrl\((.*?)\);", page)
    assert http("GET", json.loads(address)).json["openapi"].startswith("3.1")
    assert '<link rel="icon" href="data:,">' in page  # else browsers ask for one, and get a 404
    assert "<title>Tesela API</title>" in page


def test_docs_begin_with_predicting_and_end_with_what_the_service_is(api: InProcess) -> None:
    document = api("GET", "/openapi.json").json
    tags = [tag["name"] for tag in document["tags"]]
    assert (tags[0], tags[-1]) == ("Predict", "About")
    used = {tag for operation in operations(document) for tag in operation["tags"]}
    assert used == set(tags)
    first = next(each for each in operations(document) if each["tags"] == tags[:1])
    assert first["operationId"] == "create_prediction"
    deleting = document["paths"]["/predictions/{prediction_id}"]["delete"]["tags"]
    assert tags.index(deleting[0]) > 0


VERBS = {
    "compare",
    "label",
    "check",
    "complete",
    "create",
    "delete",
    "get",
    "list",
    "order",
    "prepare",
    "replace",
    "segment",
}


def operations(document: Any) -> list[Any]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_operations_are_named_by_a_verb_and_a_noun_once_each(api: InProcess) -> None:
    names = [each["operationId"] for each in operations(api("GET", "/openapi.json").json)]
    assert len(set(names)) == len(names)
    assert {name.split("_")[0] for name in names} <= VERBS
    assert all(re.fullmatch("[a-z]+(_[a-z]+)+", name) for name in names)


def test_every_answer_that_is_text_has_an_example_that_fits_its_schema(api: InProcess) -> None:
    document = api("GET", "/openapi.json").json
    store = {"$schema": DIALECT, "components": {"schemas": document["components"]["schemas"]}}
    examples, binary = document["components"]["examples"], set()
    for operation in operations(document):
        for status, answer in operation["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                if content["schema"].get("format") == "binary":
                    binary.add(media_type.split("/")[0])
                    continue
                (reference,) = content["examples"].values()
                value = examples[reference["$ref"].rpartition("/")[2]]["value"]
                Draft202012Validator(store | content["schema"]).validate(value)
                if media_type == PROBLEM_JSON:
                    assert value["status"] == int(status)
    assert binary == {"application", "image", "text"}  # files, and ranges of any file
    assert len(examples) > 20
