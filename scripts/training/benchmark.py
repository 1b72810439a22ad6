"""Time one tile of the served model, of another file and of the older project's network, in turn.

    python -m scripts.training.benchmark --model lambda_image/model --today build/model-before

On one thread, all as int8 TFLite in the runtime that serves, which is kind to the older network: its
project ran it in floats. It has new weights: they do not change its time. Processors that multiply
matrices of int8 (AMX) gain more on its wide layers, and find ours 5 times as fast rather than 14.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import BANDS, KEYS
from tesela.core.interpreter import Int8Interpreter, TilePredictor
from tesela.core.model import load

from scripts.training.model import segnet
from scripts.training.quantise import TILE_PX, convert

ROUNDS = 40


def main() -> None:
    """Print every median, and how many times the served model's it is."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "baseline.tflite"
        path.write_bytes(convert(segnet.build(len(BANDS), len(KEYS)), TILE_PX, _noise))
        before = {"today": load(options.today).predict_tile} if options.today else {}
        served = load(options.model).predict_tile
        spent = race({"served": served} | before | {"older": Int8Interpreter(path)})
    for name, milliseconds in spent.items():
        print(f"{name:6} {milliseconds:7.1f} ms a tile  {milliseconds / spent['served']:5.2f}")


def race(runners: dict[str, TilePredictor]) -> dict[str, float]:
    """Median milliseconds of each, called in turn so that a busy machine slows all alike."""
    tile = next(_noise())[0][0].transpose(2, 0, 1)
    spent: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(ROUNDS):
        for name, run in runners.items():
            began = time.perf_counter()
            run(tile)
            spent[name].append(1000 * (time.perf_counter() - began))
    return {name: float(np.median(times)) for name, times in spent.items()}


def _noise() -> Iterator[list[NDArray[np.float32]]]:
    rng = np.random.default_rng(0)
    for _ in range(4):
        yield [rng.uniform(-0.5, 3, (1, TILE_PX, TILE_PX, len(BANDS))).astype(np.float32)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=Path("lambda_image/model"))
    parser.add_argument("--today", type=Path, help="folder of the model that it is to replace")
    return parser.parse_args()


if __name__ == "__main__":
    main()
