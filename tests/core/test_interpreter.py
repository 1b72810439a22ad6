import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tesela.core.interpreter import Int8Interpreter
from tesela.core.model import load
from tesela.errors import ModelError

from tests.tiffs import counts

MODEL = Path(__file__).parents[2] / "lambda_image" / "model"
PATH = Path("model.tflite")
NHWC = (1, 2, 3, 8)


class FakeInterpreter:
    """Has the interface of TFLite's; answers with bytes -128, -127, ... in NHWC order."""

    inputs: Any = ({"index": 4, "dtype": np.int8, "quantization": (0.5, 3)},)
    outputs: Any = ({"index": 7, "dtype": np.int8, "quantization": (1 / 256, -128)},)
    made: list["FakeInterpreter"]

    def __init__(self, model_path: str, num_threads: int) -> None:
        self.arguments = model_path, num_threads
        self.given: Any = None
        self.invoked = 0
        type(self).made.append(self)

    def allocate_tensors(self) -> None: ...

    def get_input_details(self) -> Any:
        return self.inputs

    def get_output_details(self) -> Any:
        return self.outputs

    def set_tensor(self, index: int, value: np.ndarray) -> None:
        assert index == 4
        self.given = value

    def invoke(self) -> None:
        self.invoked += 1

    def get_tensor(self, index: int) -> np.ndarray:
        assert index == 7
        return (np.arange(2 * 3 * 10) - 128).astype(np.int8).reshape(1, 2, 3, 10)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeInterpreter]:
    """The other runtime's module, which is not installed beside LiteRT."""

    class Fake(FakeInterpreter):
        made = []  # noqa: RUF012

    module = SimpleNamespace(Interpreter=Fake)
    monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", module)
    return Fake


def test_a_tile_is_quantised_by_scale_and_zero_point(fake: type[FakeInterpreter]) -> None:
    predict = Int8Interpreter(PATH, "tflite-runtime", threads=3)
    tile = np.zeros((8, 2, 3), np.float32)
    tile[0, 0, 0] = 1.0  # / 0.5 + 3 = 5
    tile[1, 0, 0] = -0.5  # 2
    tile[2, 1, 2] = 0.7  # 4.4: 4
    tile[3, 0, 0] = 1000  # over int8: 127
    tile[4, 0, 0] = -1000  # -128
    predict(tile)
    (made,) = fake.made
    assert made.arguments == ("model.tflite", 3)
    assert made.given.dtype == np.int8
    assert made.given.shape == NHWC
    assert made.given[0, 0, 0].tolist() == [5, 2, 3, 127, -128, 3, 3, 3]
    assert made.given[0, 1, 2].tolist() == [3, 3, 4, 3, 3, 3, 3, 3]
    assert made.invoked == 1


def test_int8_scores_become_bytes_with_classes_first(fake: type[FakeInterpreter]) -> None:
    scores = Int8Interpreter(PATH, "tflite-runtime")(np.zeros((8, 2, 3), np.float32))
    assert scores.dtype == np.uint8
    assert scores.shape == (10, 2, 3)
    assert scores[:, 0, 0].tolist() == list(range(10))  # -128 is 0
    assert scores[9, 1, 2] == 59


def test_scores_reach_from_0_to_255(
    fake: type[FakeInterpreter], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = np.array([-128, -1, 0, 127], np.int8).reshape(1, 1, 1, 4)
    monkeypatch.setattr(fake, "get_tensor", lambda self, index: answer)
    scores = Int8Interpreter(PATH, "tflite-runtime")(np.zeros((8, 2, 3), np.float32))
    assert scores.ravel().tolist() == [0, 127, 128, 255]


@pytest.mark.parametrize(
    ("side", "details"),
    [
        ("inputs", ({"index": 4, "dtype": np.float32, "quantization": (0.0, 0)},)),
        ("outputs", ({"index": 7, "dtype": np.int8, "quantization": (0.1, 0)},)),
        ("inputs", FakeInterpreter.inputs * 2),
        ("outputs", ()),
    ],
    ids=["float input", "no sigmoid", "two inputs", "no output"],
)
def test_another_kind_of_model_is_refused(
    fake: type[FakeInterpreter], side: str, details: Any
) -> None:
    setattr(fake, side, details)
    with pytest.raises(ModelError, match=r"model\.tflite"):
        Int8Interpreter(PATH, "tflite-runtime")


def test_a_runtime_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", None)
    with pytest.raises(ModelError, match="tflite-runtime cannot load"):
        Int8Interpreter(PATH, "tflite-runtime")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.tflite"
    path.write_bytes(b"TFL3 but not really")
    with pytest.raises(ModelError, match=r"litert cannot load weights\.tflite"):
        Int8Interpreter(path)


# ---- the weights that are shipped


def test_the_shipped_weights_are_small_and_answer_in_bytes() -> None:
    model = load(MODEL)
    assert (MODEL / model.card["file"]).stat().st_size < 10_000_000
    tile = np.zeros((8, model.tile_px, model.tile_px), np.float32)
    scores = model.predict_tile(tile)
    assert scores.shape == (10, model.tile_px, model.tile_px)
    assert scores.dtype == np.uint8


def test_threads_and_repetition_change_nothing() -> None:
    size = load(MODEL).tile_px
    tile = counts(size, size, "float32")
    first, again, threaded = (
        load(MODEL, threads=threads).predict_tile(tile) for threads in (1, 1, 2)
    )
    assert first.std() > 0
    assert np.array_equal(first, again)
    assert np.array_equal(first, threaded)


def test_scores_are_kept_when_the_next_tile_is_predicted() -> None:
    model = load(MODEL)
    first = model.predict_tile(counts(model.tile_px, model.tile_px, "float32"))
    copy = first.copy()
    model.predict_tile(np.zeros((8, model.tile_px, model.tile_px), np.float32))
    assert np.array_equal(first, copy)
