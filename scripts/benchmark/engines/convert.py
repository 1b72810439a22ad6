"""Make the files that other engines read: `.venv-bench/bin/python -m scripts.benchmark.engines.convert FOLDER`.

Runs in the benchmark's own environment, which has TensorFlow and tf2onnx. What is there already is
kept; the folder's name contains the hash of the served weights.

    int8.onnx, float.onnx    the served weights, quantised as they are and with weights as floats
    older.tflite             the older project's network, int8, with new weights: they do not change its time
    product.tflite           a product of int8 matrices, 1024 x 1024 by 1024 x 1024
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[3]
WEIGHTS = ROOT / "lambda_image/model/unet_int8.tflite"
SIDE = 1024  # of the matrices
_TILE_PX, _BANDS, _CLASSES = 160, 8, 10


def main() -> None:
    """Write what is missing into the folder that the argument names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    for name, write in _FILES.items():
        if not (folder / name).exists():
            partial = folder / f"partial-{name}"
            write(partial)
            partial.replace(folder / name)


def _write_int8(path: Path) -> None:
    _to_onnx(path)


def _write_float(path: Path) -> None:
    _to_onnx(path, "--dequantize")


def _to_onnx(path: Path, *options: str) -> None:
    command = [sys.executable, "-m", "tf2onnx.convert", "--tflite", str(WEIGHTS), "--opset", "18"]
    subprocess.run([*command, "--output", str(path), *options], check=True, capture_output=True)


def _write_older(path: Path) -> None:
    from scripts.training.model import segnet

    path.write_bytes(_quantised(segnet.build(_BANDS, _CLASSES), (1, _TILE_PX, _TILE_PX, _BANDS)))


def _write_product(path: Path) -> None:
    import keras

    matrix = keras.Sequential(
        [keras.Input((SIDE,), SIDE), keras.layers.Dense(SIDE, use_bias=False)]
    )
    path.write_bytes(_quantised(matrix, (SIDE, SIDE)))


def _quantised(model: Any, shape: tuple[int, ...]) -> bytes:
    """An int8 file, its ranges taken from noise."""
    import keras
    import tensorflow as tf

    def noise() -> Iterator[list[NDArray[np.float32]]]:
        rng = np.random.default_rng(0)
        yield [rng.uniform(-0.5, 3, shape).astype(np.float32)]

    signature = [keras.InputSpec(shape=shape, dtype="float32")]
    with TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", input_signature=signature, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = noise
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        converted: bytes = converter.convert()
    return converted


_FILES = {
    "int8.onnx": _write_int8,
    "float.onnx": _write_float,
    "older.tflite": _write_older,
    "product.tflite": _write_product,
}

if __name__ == "__main__":
    main()
