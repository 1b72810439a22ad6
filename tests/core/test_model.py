import hashlib
import json
from dataclasses import replace
from pathlib import Path
from threading import Barrier, get_ident
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tesela.catalogue import CLASSES, KEYS
from tesela.core.image import Grid, Image
from tesela.core.interpreter import TilePredictor
from tesela.core.model import load
from tesela.core.tiles import Scores
from tesela.errors import ModelError

from tests.core.fakes import card, model, red_is_road_blue_is_water
from tests.tiffs import counts

WEIGHTS = b"no weights"
SHIPPED = Path(__file__).parents[2] / "lambda_image" / "model"


def folder_with(path: Path, **changes: Any) -> Path:
    """A folder with weights and a card that fits them, but for the changes; None takes one away."""
    content = card() | {"sha256": hashlib.sha256(WEIGHTS).hexdigest()} | changes
    (path / "model.tflite").write_bytes(WEIGHTS)
    (path / "model.json").write_text(
        json.dumps({key: value for key, value in content.items() if value is not None})
    )
    return path


def test_an_empty_folder_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        load(tmp_path)


def test_a_card_that_is_no_json_is_refused(tmp_path: Path) -> None:
    folder_with(tmp_path).joinpath("model.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        load(tmp_path)


def test_a_card_of_missing_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        load(folder_with(tmp_path, file="other.tflite"))


@pytest.mark.parametrize(
    "entry", ["name", "file", "sha256", "tile_px", "classes", "bands", "thresholds", "radiometry"]
)
def test_a_card_that_lacks_an_entry_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ModelError, match=f"cannot be read: it lacks {entry}"):
        load(folder_with(tmp_path, **{entry: None}))


def test_a_card_with_half_of_the_numbers_for_confidence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: its confidence lacks or misspells"):
        load(folder_with(tmp_path, confidence={"order_ratio": 1}))


def test_an_older_card_has_no_numbers_for_confidence() -> None:
    assert model().reference is None


def test_altered_weights_are_refused_with_both_hashes(tmp_path: Path) -> None:
    folder_with(tmp_path).joinpath("model.tflite").write_bytes(WEIGHTS + b"!")
    found = hashlib.sha256(WEIGHTS + b"!").hexdigest()
    promised = hashlib.sha256(WEIGHTS).hexdigest()
    with pytest.raises(ModelError, match=f"{found}; model.json promises {promised}"):
        load(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [{"classes": list(reversed(KEYS))}, {"classes": list(KEYS[:9])}, {"bands": ["red"] * 8}],
    ids=["classes in another order", "nine classes", "other bands"],
)
def test_a_model_for_other_classes_or_bands_is_refused(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(ModelError, match="other classes or bands"):
        load(folder_with(tmp_path, **changes))


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"litert cannot load model\.tflite"):
        load(folder_with(tmp_path))


def test_the_shipped_model_loads_and_its_thresholds_go_before_the_catalogues(
    tmp_path: Path,
) -> None:
    for file in SHIPPED.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    content = json.loads((SHIPPED / "model.json").read_text())
    own = {"thresholds": {"roads": 0.123}}
    (tmp_path / "model.json").write_text(json.dumps(content | own))
    loaded = load(tmp_path)
    defaults = {entry.key: entry.threshold for entry in CLASSES}
    assert loaded.thresholds == defaults | {"roads": 0.123}
    assert loaded.tile_px == content["tile_px"]
    assert loaded.normalisation.dark_percent == content["normalisation"]["dark_percent"]


# ---- predict: split, predict, blend


def truth(pixels: np.ndarray) -> np.ndarray:
    """What the fake says of all pixels at once."""
    return red_is_road_blue_is_water(pixels)


def random_pixels(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).random((8, height, width), np.float32)


@pytest.mark.parametrize(
    ("height", "width"),
    [(48, 48), (40, 30), (16, 16), (48, 49), (49, 20), (130, 75), (16, 300)],
)
def test_tiles_of_any_image_make_the_scores_of_the_whole(height: int, width: int) -> None:
    pixels = random_pixels(height, width)
    scores = model(tile_px=48).predict(pixels)
    assert scores.dtype == np.uint8
    assert np.array_equal(scores, truth(pixels))


def test_the_model_is_shown_tiles_of_its_size_and_never_less() -> None:
    shapes = []

    def predict_tile(tile: np.ndarray) -> np.ndarray:
        shapes.append(tile.shape)
        return np.zeros((10, 48, 48), np.uint8)

    for height, width in [(16, 16), (48, 48), (20, 100), (100, 100)]:
        model(predict_tile, tile_px=48).predict(random_pixels(height, width))
    assert set(shapes) == {(8, 48, 48)}


def test_an_image_of_one_tile_goes_through_the_model_once() -> None:
    calls = []

    def predict_tile(tile: np.ndarray) -> np.ndarray:
        calls.append(tile)
        return np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((48, 48), np.uint8)

    scores = model(predict_tile, tile_px=48).predict(random_pixels(48, 48))
    assert len(calls) == 1
    assert scores[:, 0, 0].tolist() == list(range(10))


def test_the_scale_of_an_image_does_not_change_what_the_model_sees() -> None:
    pixels, valid = counts().astype(np.float32), np.ones((24, 32), bool)
    first, second = (
        model().normalise(Image(pixels * gain, valid, "uint16", Grid(32, 24))) for gain in (1, 1e-3)
    )
    assert np.allclose(first, second, atol=1e-4)


def test_tiles_are_predicted_on_as_many_threads_as_there_are_predictors() -> None:
    together = Barrier(2)
    own: list[set[int]] = [set(), set()]

    def predictor(number: int) -> TilePredictor:
        def predict(tile: NDArray[np.float32]) -> Scores:
            together.wait(10)  # breaks unless another tile is predicted at the same time
            own[number].add(get_ident())
            return red_is_road_blue_is_water(tile)

        return predict

    pixels = np.random.default_rng(0).random((8, 67, 67)).astype(np.float32)  # four tiles of 48 px
    alone = model()
    pair = replace(alone, tile_predictors=lambda: (predictor(0), predictor(1)))
    assert np.array_equal(pair.predict(pixels), alone.predict(pixels))
    assert all(own)


def test_the_shipped_model_answers_alike_on_any_number_of_threads() -> None:
    pixels = np.random.default_rng(0).random((8, 200, 170)).astype(np.float32)
    one, two = (load(SHIPPED, threads=threads).predict(pixels) for threads in (1, 2))
    assert np.array_equal(one, two)
