import numpy as np
import pytest
from tesela.core.interpreter import TilePredictor

pytest.importorskip("tensorflow", reason="the training extra is not installed")


from scripts.training.benchmark import ROUNDS, race


def test_all_are_called_as_often_and_in_turn() -> None:
    calls: list[str] = []

    def runner(name: str) -> TilePredictor:
        def run(tile: np.ndarray) -> np.ndarray:
            assert tile.shape == (8, 160, 160)
            calls.append(name)
            return tile

        return run

    spent = race({"a": runner("a"), "b": runner("b")})
    assert calls == ["a", "b"] * ROUNDS
    assert set(spent) == {"a", "b"}
    assert all(value >= 0 for value in spent.values())
