"""The TFLite interpreter, LiteRT's or tflite-runtime's, behind one function."""

from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tesela.errors import ModelError

# LiteRT runs int8 in XNNPACK's kernels, five times faster than TFLite's built-in ones, which
# tflite-runtime has and `litert-builtin` uses: those two agree to the bit. XNNPACK rounds otherwise.
Runtime = Literal["litert", "litert-builtin", "tflite-runtime"]

_MODULES: dict[Runtime, str] = {
    "litert": "ai_edge_litert.interpreter",
    "litert-builtin": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
_SIGMOID = (1 / 256, -128)  # what TFLite fixes for an int8 sigmoid: score byte = value + 128


class TilePredictor(Protocol):
    """Scores of one tile: normalised (8, size, size) float32 in, (10, size, size) uint8 out."""

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Scores of a tile."""
        ...


class Int8Interpreter:
    """A full-integer model, NHWC (1, size, size, 8) to (1, size, size, 10), for one thread at a time."""

    def __init__(self, path: Path, runtime: Runtime = "litert", threads: int = 1) -> None:
        """Load the weights.

        Raises:
            ModelError: The runtime is not installed, or the file is not such a model.
        """
        try:
            self._model = _interpreter(runtime, str(path), threads)
            self._model.allocate_tensors()
            (source,), (target,) = self._model.get_input_details(), self._model.get_output_details()
        except (ImportError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"{runtime} cannot load {path.name}: {error}",
                "model-not-loadable",
                runtime=runtime,
                file=path.name,
            ) from error
        if source["dtype"] is not np.int8 or target["quantization"] != _SIGMOID:
            raise ModelError(
                f"{path.name} is not int8 with a sigmoid output: {target['quantization']}",
                "model-not-int8",
                file=path.name,
            )
        self._input, self._output = source["index"], target["index"]
        self._scale, self._zero_point = source["quantization"]

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Quantise, run, and shift int8 to bytes without ever leaving integers."""
        self._model.set_tensor(self._input, self.quantise(tile)[None])
        self._model.invoke()
        scores: NDArray[np.int8] = self._model.get_tensor(self._output)[0]
        return (scores.view(np.uint8) ^ np.uint8(0x80)).transpose(2, 0, 1)

    def quantise(self, tile: NDArray[np.float32]) -> NDArray[np.int8]:
        """The bytes (size, size, 8) that the network reads of a tile (8, size, size)."""
        values = tile / self._scale
        values += self._zero_point
        np.rint(values, out=values)
        np.clip(values, -128, 127, out=values)
        # Bytes are turned to bands last, not floats, which are four times as many bytes.
        quantised: NDArray[np.int8] = values.astype(np.int8)
        return quantised.transpose(1, 2, 0)


def _interpreter(runtime: Runtime, path: str, threads: int) -> Any:
    module = import_module(_MODULES[runtime])
    options = {}
    if runtime == "litert-builtin":
        plain = module.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        options["experimental_op_resolver_type"] = plain
    return module.Interpreter(model_path=path, num_threads=threads, **options)
