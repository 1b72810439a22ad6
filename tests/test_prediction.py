import json

from tesela.core.caveat import Caveat
from tesela.prediction import CODEC

from tests.edges.test_postgres import prediction


def test_warnings_survive_the_manifest() -> None:
    kept = prediction()
    assert CODEC.validate_json(CODEC.dump_json(kept)) == kept


def test_warnings_of_older_manifests_are_sentences_without_a_code() -> None:
    document = json.loads(CODEC.dump_json(prediction())) | {"warnings": ["The image has no CRS."]}
    read = CODEC.validate_json(json.dumps(document))
    assert read.warnings == (Caveat("uncoded", {}, "The image has no CRS."),)
