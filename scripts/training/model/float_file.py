"""An int8 file computed in floats, which shows what int8 arithmetic costs.

The weights are those of the file; the float network that they were rounded from is not needed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from scripts.training.model.float_model import score_bytes

DELEGATE = "DELEGATE"  # repeats the operations before it for one processor's kernels
INT8 = np.array((-128, 127))
OPERATIONS = {  # those of `network`; each of what it is given and the result's size
    "CONV_2D": lambda size, pixels, kernel, bias: _convolution(size, pixels, kernel) + bias,
    "MAX_POOL_2D": lambda _, pixels: tf.nn.max_pool2d(pixels, 2, 2, "SAME"),
    "RESIZE_BILINEAR": lambda size, pixels: tf.image.resize(pixels, size, "bilinear"),
    "CONCATENATION": lambda _, *parts: tf.concat(parts, -1),
    "LOGISTIC": lambda _, logits: tf.sigmoid(logits),
    "DEPTH_TO_SPACE": lambda _, scores: tf.nn.depth_to_space(scores, 2),
}


class FloatFile:
    """Scores of a tile, in the bytes that serving blends, by the operations of a file in order."""

    def __init__(self, path: Path) -> None:
        file = Interpreter(str(path))
        file.allocate_tensors()
        self._about = {one["index"]: one for one in file.get_tensor_details()}
        every = file._get_ops_details()  # there is no public way
        self._steps = [one for one in every if one["op_name"] != DELEGATE]
        self._constants = {
            place: self._in_floats(place, file.get_tensor(place))
            for one in self._steps
            if one["op_name"] == "CONV_2D"
            for place in one["inputs"][1:]
        }

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Normalised (8, size, size) to (10, size, size)."""
        known: dict[int, Any] = dict(self._constants)
        known[self._steps[0]["inputs"][0]] = tile.transpose(1, 2, 0)[None]
        for one in self._steps:
            known[one["outputs"][0]] = result = self._result(one, known)
        return score_bytes(result.numpy()[0].transpose(2, 0, 1))

    def _result(self, one: Mapping[str, Any], known: Mapping[int, Any]) -> tf.Tensor:
        place = one["outputs"][0]
        given = [known[place] for place in one["inputs"] if place in known]
        result = OPERATIONS[one["op_name"]](self._about[place]["shape"][1:3], *given)
        # A fused ReLU is not told, but its int8 holds nothing under 0.
        return tf.clip_by_value(result, *self._in_floats(place, INT8))

    def _in_floats(self, place: int, array: NDArray[Any]) -> NDArray[np.float32]:
        told = self._about[place]["quantization_parameters"]
        shape = [1] * array.ndim
        shape[told["quantized_dimension"]] = -1
        levels = array.astype(np.float32) - told["zero_points"].reshape(shape)
        return levels * told["scales"].reshape(shape)


def _convolution(
    size: NDArray[np.int32], pixels: tf.Tensor, kernel: NDArray[np.float32]
) -> tf.Tensor:
    stride = pixels.shape[1] // size[0]
    return tf.nn.conv2d(pixels, kernel.transpose(1, 2, 3, 0), stride, "SAME")
