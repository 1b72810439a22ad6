import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import tesela.core.model
import tesela.prediction
from tesela.catalogue import CLASSES
from tesela.core.caveat import Caveat
from tesela.core.confidence import Confidence
from tesela.prediction import CODEC, prediction_id

from tests.core.fakes import model as fake_model
from tests.edges.test_postgres import prediction


def test_warnings_survive_the_manifest() -> None:
    kept = prediction()
    assert CODEC.validate_json(CODEC.dump_json(kept)) == kept


def test_warnings_of_older_manifests_are_sentences_without_a_code() -> None:
    document = json.loads(CODEC.dump_json(prediction())) | {"warnings": ["The image has no CRS."]}
    read = CODEC.validate_json(json.dumps(document))
    assert read.warnings == (Caveat("uncoded", {}, "The image has no CRS."),)


def test_confidence_survives_the_manifest_and_older_ones_have_none() -> None:
    reasons = (Caveat("unfamiliar-colours", {"distance": 3.1}, "The bands differ."),)
    kept = replace(prediction(), confidence=Confidence("low", 0.21, reasons))
    document = json.loads(CODEC.dump_json(kept))
    assert CODEC.validate_python(document) == kept
    del document["confidence"]
    assert CODEC.validate_python(document).confidence is None


PARTS: dict[str, Any] = {
    "image_sha256": "ab" * 32,
    "recipe": fake_model().recipe,
    "thresholds": {"roads": 0.5},
    "band_order": None,
}


def test_the_same_image_model_and_options_have_the_same_id() -> None:
    again = {**PARTS, "recipe": fake_model().recipe, "thresholds": {"roads": 0.5}}
    assert prediction_id(**PARTS) == prediction_id(**again)


@pytest.mark.parametrize(
    "change",
    [
        {"image_sha256": "cd" * 32},
        {"thresholds": {"roads": 0.6}},
        {"band_order": (1, 2, 3, 4, 5, 6, 8, 7)},
        {"recipe": fake_model(sha256="1" * 64).recipe},
        {"recipe": fake_model(tile_px=64).recipe},
        {"recipe": fake_model(normalisation={"own_share": 0.4}).recipe},
        {"recipe": fake_model(radiometry={"low": [0], "high": [1]}).recipe},
        {"recipe": fake_model(of_tomorrow=1).recipe},
        {"recipe": fake_model(confidence={"order_ratio": 2}).recipe},
        {"recipe": replace(fake_model(), runtime="tflite-runtime").recipe},
    ],
    ids=str,
)
def test_whatever_a_result_depends_on_changes_the_id(change: dict[str, Any]) -> None:
    assert prediction_id(**PARTS) != prediction_id(**PARTS | change)


def test_overlap_least_areas_and_the_code_s_revision_change_the_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def current() -> UUID:
        return prediction_id(**PARTS | {"recipe": fake_model().recipe})

    ids = {current()}
    monkeypatch.setattr(tesela.core.model, "_OVERLAP", 0.5)
    ids.add(current())
    larger = replace(CLASSES[0], least_area_m2=99)
    monkeypatch.setattr(tesela.prediction, "CLASSES", (larger, *CLASSES[1:]))
    ids.add(current())
    monkeypatch.setattr(tesela.prediction, "REVISION", tesela.prediction.REVISION + 1)
    ids.add(current())
    assert len(ids) == 4


def test_what_only_describes_a_model_leaves_the_id() -> None:
    described = fake_model(name="other", trained_on="more", scores={"roads": 1}, version="9")
    assert prediction_id(**PARTS | {"recipe": described.recipe}) == prediction_id(**PARTS)
