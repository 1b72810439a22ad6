"""The served weights in other engines, on the samples: time of a tile, and how far masks agree."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from tesela.core.decode import decode
from tesela.core.interpreter import Int8Interpreter
from tesela.core.masks import threshold
from tesela.core.model import Model, load

from scripts.benchmark.engines.convert import ROOT, WEIGHTS
from scripts.benchmark.report import SkippedError

PYTHON = ROOT / ".venv-bench/bin/python"
_FILES = ROOT / "build/benchmark"

# Engine, weights, the file made of them, and whose environment it runs in.
_PEERS = (
    ("LiteRT", "litert", "int8", WEIGHTS.name),
    ("OpenVINO", "openvino", "int8", WEIGHTS.name),
    ("OpenVINO", "openvino", "int8 by ONNX", "int8.onnx"),
    ("OpenVINO", "openvino", "float", "float.onnx"),
    ("ONNX Runtime", "onnxruntime", "int8", "int8.onnx"),
    ("ONNX Runtime", "onnxruntime", "float", "float.onnx"),
)


@dataclass(frozen=True)
class Peer:
    """An engine's median time of a tile, and its masks of all samples."""

    name: str
    weights: str
    tile_ms: float
    masks: NDArray[np.bool_]

    def jaccard(self, other: "Peer") -> float:
        """Jaccard index of all masks together; 1 where they are identical."""
        return float((self.masks & other.masks).sum() / (self.masks | other.masks).sum())


def measure() -> Iterator[Peer | str]:
    """Each engine on the same tiles; for one that fails, the reason why it is skipped.

    Raises:
        SkippedError: The benchmark's own environment is not here.
    """
    files, model = converted(), load(ROOT / "lambda_image/model")
    with TemporaryDirectory() as folder:
        tiles = Path(folder) / "tiles.npy"
        np.save(tiles, _tiles(model))
        for name, engine, weights, file in _PEERS:
            path = WEIGHTS if file == WEIGHTS.name else files / file
            python = Path(sys.executable) if engine == "litert" else PYTHON
            command = [str(python), "-m", "scripts.benchmark.engines.run", engine, str(path)]
            try:
                times_ms, scores = _run([*command, str(tiles), f"{folder}/scores.npy"])
            except subprocess.CalledProcessError as error:
                yield f"{name}, {weights}: skipped, {error.stderr.strip().splitlines()[-1]}"
                continue
            yield Peer(name, weights, median(times_ms), _masks(scores, model))


def converted() -> Path:
    """The folder of the files that other engines read, made first where it is not there.

    Raises:
        SkippedError: The benchmark's own environment is not here.
    """
    if not (ROOT / ".venv-bench/ready").exists():
        raise SkippedError("`make .venv-bench/ready` could not install the peers' packages")
    folder = _FILES / str(json.loads((WEIGHTS.parent / "model.json").read_text())["sha256"])[:16]
    command = [str(PYTHON), "-m", "scripts.benchmark.engines.convert", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return folder


def _run(command: Sequence[str]) -> tuple[list[float], NDArray[np.int8]]:
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return json.loads(printed), np.load(command[-1])


def _tiles(model: Model) -> NDArray[np.int8]:
    """The samples as bytes (n, H, W, 8), as the interpreter is given them."""
    interpreter = Int8Interpreter(WEIGHTS)
    samples = sorted((ROOT / "dashboard_static/samples").glob("*.tif"))
    normalised = [model.normalise(decode(path.read_bytes())) for path in samples]
    return np.stack([interpreter.quantise(pixels) for pixels in normalised])


def _masks(scores: NDArray[np.int8], model: Model) -> NDArray[np.bool_]:
    shifted = (scores.view(np.uint8) ^ np.uint8(0x80)).transpose(0, 3, 1, 2)
    return np.stack([threshold(each, model.thresholds) for each in shifted])
