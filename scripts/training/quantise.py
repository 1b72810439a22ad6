"""Turn trained weights into the int8 file that is served.

    python -m scripts.training.quantise --run build/training --out lambda_image/model

Full-integer: int8 in and out, one scale per output channel, ranges from real training windows.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray
from tesela import __version__
from tesela.catalogue import BANDS, KEYS
from tesela.core.normalise import radiometry

from scripts.training.data.scenes import MODEL_GSD_M, Normaliser, TrainingScene, load_scenes
from scripts.training.data.windows import normaliser, shown
from scripts.training.model import build
from scripts.training.recipe import Recipe
from scripts.training.sources import source_of

TILE_PX = 160
GSD_M = 1.24
Samples = Callable[[], Iterator[list[NDArray[np.float32]]]]  # each (1, tile, tile, 8)

SAMPLES = 240  # windows from which the ranges of the activations are taken


def main() -> None:
    """Write `unet_int8.tflite` and a `model.json` that has no scores yet."""
    options = _options()
    scenes = load_scenes(options.scenes or options.run / "scenes", "train", MODEL_GSD_M)
    recipe = Recipe.read(options.run)
    model = build(recipe, head=4)
    model.load_weights(options.run / options.weights)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "unet_int8.tflite"
    normalised = normaliser(recipe)
    samples = partial(_samples, scenes, normalised, options)
    path.write_bytes(convert(subpixel(model), options.tile, samples))
    document = {
        "name": "unet_int8",
        "version": __version__,
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "tile_px": options.tile,
        "gsd_m": GSD_M,
        "bands": BANDS,
        "classes": KEYS,
        "normalisation": asdict(recipe.normalisation),
        "radiometry": bounds(scenes, normalised),
        "thresholds": {},
        "trained_on": "",
        "scores": None,
    }
    (options.out / "model.json").write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes")


def convert(model: keras.Model, tile_px: int, samples: Samples) -> bytes:
    """Convert a network to full-integer TFLite for one tile size.

    By way of a saved model with a fixed signature: converting from the Keras object leaves
    variables unfused.
    """
    signature = [keras.InputSpec(shape=(1, tile_px, tile_px, len(BANDS)), dtype="float32")]
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", input_signature=signature, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = samples
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        return converter.convert()


def _samples(
    scenes: list[TrainingScene], normalised: Normaliser, options: argparse.Namespace
) -> Iterator[list[NDArray[np.float32]]]:
    """Normalised tiles as serving sees them, from all sources in turn."""
    rng = np.random.default_rng(0)
    by_source: dict[str, list[TrainingScene]] = {}
    for one in scenes:
        by_source.setdefault(one.source, []).append(one)
    for number in range(options.samples):
        choices = list(by_source.values())[number % len(by_source)]
        pixels = shown(choices[rng.integers(len(choices))], options.tile, normalised, rng)
        yield [pixels.transpose(1, 2, 0)[None]]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, default=Path("build/training"))
    parser.add_argument("--scenes", type=Path, help="kept scenes, if not in the run's folder")
    parser.add_argument("--weights", default="calibrated.weights.h5", help="a file of the run")
    parser.add_argument("--out", type=Path, default=Path("build/model"))
    parser.add_argument("--tile", type=int, default=TILE_PX, help="side of a tile in pixels")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="windows shown to it")
    return parser.parse_args()


# For the first and the second pixel: place in the kernel of side 3, place in that of side 4.
TAPS = (((0, 3), (1, 1)), ((1, 2), (2, 0)))


class _DepthToSpace(layers.Layer):
    def call(self, features: tf.Tensor) -> tf.Tensor:
        return tf.nn.depth_to_space(features, 2)


def subpixel(network: keras.Model) -> keras.Model:
    """The same function of a network whose last layer is a transposed convolution of side 4."""
    head = network.layers[-1]
    kernel, bias = head.get_weights()  # (4, 4, classes, features)
    convolution = layers.Conv2D(4 * len(bias), 3, padding="same", activation=head.activation)
    scores = _DepthToSpace()(convolution(head.input))
    convolution.set_weights([folded(kernel), np.tile(bias, 4)])
    return keras.Model(network.input, scores)


def folded(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kernel (3, 3, features, 4 x classes) that does what (4, 4, classes, features) does."""
    _, _, classes, features = kernel.shape
    result = np.zeros((3, 3, features, 2, 2, classes), np.float32)
    for row, rows in enumerate(TAPS):
        for column, columns in enumerate(TAPS):
            for y, from_y in rows:
                for x, from_x in columns:
                    result[y, x, :, row, column] = kernel[from_y, from_x].T
    return result.reshape(3, 3, features, 4 * classes)


SIDES = (160, 400)  # pixels of the images supposed: a tile, half a scene
PERCENT = (0.5, 99.5)


def bounds(scenes: list[TrainingScene], normalised: Normaliser) -> dict[str, list[float]]:
    """Percentiles (8 of each) of every band's radiometry over windows of the training scenes."""
    rng = np.random.default_rng(0)
    seen = []
    for scene in scenes:
        source = source_of(scene.source)
        for side in SIDES * (6 if source.whole else 1) if source.real else ():
            window = shown(scene, side, normalised, rng)
            seen.append(radiometry(window, np.ones(window.shape[1:], bool)))
    low, high = np.percentile(seen, PERCENT, axis=0)
    return {"low": [round(float(v), 3) for v in low], "high": [round(float(v), 3) for v in high]}


if __name__ == "__main__":
    main()
