"""Time one engine on tiles: `python -m scripts.benchmark.engines.run ENGINE WEIGHTS TILES.npy SCORES.npy`.

Runs in the environment that holds the engine, so it needs nothing but NumPy beside it. On one thread.
Prints the milliseconds of each run as JSON, and writes the scores of each tile.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROUNDS = 10
Bytes = NDArray[np.int8]
Predict = Callable[[Bytes], Bytes]  # (1, H, W, 8) to (1, H, W, 10)


def main() -> None:
    """Run each tile once to warm up, then in turn."""
    engine, weights, tiles, scores = sys.argv[1:]
    predict, shown = ENGINES[engine](Path(weights)), np.load(tiles)
    np.save(scores, np.concatenate([predict(tile[None]) for tile in shown]))
    print(json.dumps([_time_ms(predict, tile[None]) for _ in range(ROUNDS) for tile in shown]))


def _time_ms(predict: Predict, tile: Bytes) -> float:
    began = time.perf_counter()
    predict(tile)
    return (time.perf_counter() - began) * 1000


def _onnxruntime(weights: Path) -> Predict:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda tile: np.asarray(session.run(None, {name: tile})[0])


def _openvino(weights: Path) -> Predict:
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"}
    model = core.compile_model(core.read_model(weights), "CPU", settings)
    return lambda tile: np.array(model([tile])[0])


def _tflite(weights: Path) -> Predict:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(weights), num_threads=1)
    interpreter.allocate_tensors()
    shown = interpreter.get_input_details()[0]["index"]
    scored = interpreter.get_output_details()[0]["index"]

    def predict(tile: Bytes) -> Bytes:
        interpreter.set_tensor(shown, tile)
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(scored))

    return predict


ENGINES: dict[str, Callable[[Path], Predict]] = {
    "litert": _tflite,
    "onnxruntime": _onnxruntime,
    "openvino": _openvino,
}

if __name__ == "__main__":
    main()
