"""How many multiplications a second the network reaches, beside a plain product of int8 matrices."""

import time
from dataclasses import dataclass
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from tesela.core.interpreter import Runtime, _interpreter

from scripts.benchmark.engines.convert import WEIGHTS
from scripts.benchmark.engines.peers import converted

_ROUNDS = 40


@dataclass(frozen=True)
class Work:
    """A TFLite file: multiplications with addition of one run, and its median time on one thread."""

    name: str
    macs: int
    run_ms: float

    @property
    def gmacs_per_s(self) -> float:
        """10^9 multiplications with addition in a second."""
        return self.macs / self.run_ms / 1e6


def measure() -> list[Work]:
    """The plain product, the served network and the older project's, in turn in one process.

    Raises:
        SkippedError: The benchmark's own environment is not here.
    """
    files = converted()
    paths = {
        "Product of matrices of 1024 x 1024": files / "product.tflite",
        "Served network": WEIGHTS,
        "Older project's network": files / "older.tflite",
    }
    runners = {name: _loaded(path, "litert") for name, path in paths.items()}
    spent: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(_ROUNDS):
        for name, runner in runners.items():
            began = time.perf_counter()
            runner.invoke()
            spent[name].append((time.perf_counter() - began) * 1000)
    return [Work(name, macs(path), median(spent[name])) for name, path in paths.items()]


def macs(path: Path) -> int:
    """Multiplications with addition of a file's convolutions and matrix products."""
    interpreter = _loaded(path, "litert-builtin")  # a delegate would hide its operators
    shapes = {item["index"]: item["shape"] for item in interpreter.get_tensor_details()}
    return sum(_macs_of(operator, shapes) for operator in interpreter._get_ops_details())


def _macs_of(operator: dict[str, Any], shapes: dict[int, Any]) -> int:
    """Those of one operator: each number of its output is a sum over a window of its weights."""
    output = prod(int(side) for side in shapes[operator["outputs"][0]])
    if operator["op_name"] in ("CONV_2D", "FULLY_CONNECTED"):  # weights (out, [rows, columns,] in)
        return output * prod(int(side) for side in shapes[operator["inputs"][1]][1:])
    if operator["op_name"] == "DEPTHWISE_CONV_2D":  # weights (1, rows, columns, out)
        return output * prod(int(side) for side in shapes[operator["inputs"][1]][1:3])
    if operator["op_name"] == "TRANSPOSE_CONV":  # each number of the input meets the whole kernel
        _, kernel, source = (shapes[index] for index in operator["inputs"][:3])
        return prod(int(side) for side in source[:-1]) * prod(int(side) for side in kernel)
    return 0


def _loaded(path: Path, runtime: Runtime) -> Any:
    interpreter = _interpreter(runtime, str(path), 1)
    interpreter.allocate_tensors()
    (source,) = interpreter.get_input_details()
    noise = np.random.default_rng(0).integers(-128, 128, source["shape"], np.int8)
    interpreter.set_tensor(source["index"], noise)
    interpreter.invoke()
    return interpreter
