"""Models to be judged side by side, each through the serving code's tiling and blending."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from tensorflow.lite.python import schema_py_generated as schema
from tesela.catalogue import KEYS
from tesela.core.masks import SCORE_UNIT
from tesela.core.model import Model, load
from tesela.core.normalise import Normalisation, normalise
from tesela.core.tiles import Scores
from tqdm import tqdm

from scripts.training.data.scenes import Normaliser, TrainingScene
from scripts.training.data.windows import normaliser, whole
from scripts.training.model import build, with_served_head
from scripts.training.model.platt import Scaling, fold
from scripts.training.recipe import Recipe
from scripts.training.runs import WEIGHTS
from scripts.training.scoring.histograms import ScoreHistograms, count, total

TILE_PX = 160


@dataclass(frozen=True)
class Predictor:
    """A model with the normalisation that it was trained with."""

    model: Model
    normalise: Normaliser

    def scores(self, scene: TrainingScene) -> Scores:
        """Scores of a scene as the service would give them, statistics from the whole image."""
        return self.model.predict(whole(scene, self.normalise))

    def histograms(
        self, scenes: Iterable[TrainingScene], what: str = ""
    ) -> dict[str, ScoreHistograms]:
        """Predict scenes and hold them against the truth; by name."""
        return {
            scene.name: count(self.scores(scene), scene.labels)
            for scene in tqdm(list(scenes), what, unit="scene")
        }

    def histograms_in_chips(self, scenes: Iterable[TrainingScene]) -> dict[str, ScoreHistograms]:
        """The same where each window of a tile's size is an upload of its own."""
        return {
            scene.name: total(
                count(self.scores(chip), chip.labels) for chip in cut(scene, self.model.tile_px)
            )
            for scene in tqdm(list(scenes), "in chips", unit="scene")
        }


def served(folder: Path) -> Predictor:
    """The int8 file of a model folder, run as the service runs it."""
    model = load(folder, threads=os.cpu_count() or 1)
    return Predictor(model, partial(normalise, how=model.normalisation))


def trained(run: Path, calibration: Path | None = None) -> Predictor:
    """The float network of a run, scaled as a calibration says."""
    network, normaliser = network_of(run), normaliser_of(run)
    if calibration and calibration.exists():
        fold(network, scalings(calibration))
    model = Model({"tile_px": TILE_PX}, Normalisation(), {}, FloatPredictor(network))
    return Predictor(model, normaliser)


def scalings(calibration: Path) -> list[Scaling]:
    """What `calibrate` found for each class."""
    classes = json.loads(calibration.read_text("utf-8"))["classes"]
    return [Scaling(classes[key]["slope"], classes[key]["offset"]) for key in KEYS]


def cut(scene: TrainingScene, side: int) -> Iterable[TrainingScene]:
    """Cut a scene into square chips, to be judged each alone; what is left over is not."""
    _, height, width = scene.pixels.shape
    for row in range(0, max(1, height - side + 1), side):
        for column in range(0, max(1, width - side + 1), side):
            window = (slice(row, row + side), slice(column, column + side))
            name = f"{scene.name}_{row}_{column}"
            pixels, labels = scene.pixels[:, *window], scene.labels[:, *window]
            yield replace(scene, name=name, pixels=pixels, labels=labels)


class FloatPredictor:
    """Scores of a tile as a float network gives them, in the bytes that serving blends."""

    def __init__(self, trained: keras.Model) -> None:
        # A graph takes a fraction of the time of single operations; it is traced once per tile size.
        self._trained = tf.function(partial(trained, training=False))

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Normalised (8, size, size) to (10, size, size)."""
        scores = self._trained(tile.transpose(1, 2, 0)[None])
        return score_bytes(np.asarray(scores)[0].transpose(2, 0, 1))


def score_bytes(probability: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bytes as an int8 sigmoid rounds them."""
    return np.clip(np.rint(probability * SCORE_UNIT), 0, 255).astype(np.uint8)


def probabilities(network: keras.Model, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a network says of normalised pixels: (8, H, W) to (10, H, W)."""
    # Called, not `predict`: that traces for any size, which Keras's bilinear UpSampling2D refuses.
    scores = network(pixels.transpose(1, 2, 0)[None], training=False)
    return np.asarray(scores)[0].transpose(2, 0, 1)


def network_of(run: Path) -> keras.Model:
    """The network of a run, with its weights, as it would be served."""
    recipe = Recipe.read(run)
    trained = build(recipe)
    trained.load_weights(run / WEIGHTS)
    return with_served_head(trained, recipe)


def normaliser_of(run: Path) -> Normaliser:
    """The normalisation that a run was trained with."""
    return normaliser(Recipe.read(run))


DELEGATE = "DELEGATE"  # repeats the operations before it for one processor's kernels
INT8 = np.array((-128, 127))
OPERATIONS: dict[
    str, Callable[..., tf.Tensor]
] = {  # those of the networks; each of what it is given and the result's size
    "CONV_2D": lambda size, pixels, kernel, bias: _convolution(size, pixels, kernel) + bias,
    "DEPTHWISE_CONV_2D": lambda size, pixels, kernel, bias: (
        _convolution(size, pixels, kernel, tf.nn.depthwise_conv2d) + bias
    ),
    "ADD": lambda _, features, residual: features + residual,
    "MAX_POOL_2D": lambda _, pixels: tf.nn.max_pool2d(pixels, 2, 2, "SAME"),
    "RESIZE_BILINEAR": lambda size, pixels: tf.image.resize(pixels, size, "bilinear"),
    "CONCATENATION": lambda _, *parts: tf.concat(parts, -1),
    "LOGISTIC": lambda _, logits: tf.sigmoid(logits),
    "DEPTH_TO_SPACE": lambda _, scores: tf.nn.depth_to_space(scores, 2),
}
Activation = Callable[[tf.Tensor], tf.Tensor]
ACTIVATIONS: dict[int, Activation] = {
    schema.ActivationFunctionType.NONE: tf.identity,
    schema.ActivationFunctionType.RELU: tf.nn.relu,
    schema.ActivationFunctionType.RELU6: tf.nn.relu6,
}


class FloatFile:
    """Scores of a tile, in the bytes that serving blends, by the operations of a file in order."""

    def __init__(self, path: Path) -> None:
        file = Interpreter(str(path))
        file.allocate_tensors()
        self._about = {one["index"]: one for one in file.get_tensor_details()}
        every = file._get_ops_details()  # there is no public way
        self._steps = [one for one in every if one["op_name"] != DELEGATE]
        self._activations = _fused_activations(path)
        self._constants = {
            place: self._in_floats(place, file.get_tensor(place))
            for one in self._steps
            if one["op_name"].endswith("CONV_2D")
            for place in one["inputs"][1:]
        }

    def __call__(self, tile: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Normalised (8, size, size) to (10, size, size)."""
        known: dict[int, Any] = dict(self._constants)
        known[self._steps[0]["inputs"][0]] = tile.transpose(1, 2, 0)[None]
        for one, activation in zip(self._steps, self._activations, strict=True):
            known[one["outputs"][0]] = result = self._result(one, activation, known)
        return score_bytes(result.numpy()[0].transpose(2, 0, 1))

    def _result(
        self, one: Mapping[str, Any], activation: Activation, known: Mapping[int, Any]
    ) -> tf.Tensor:
        place = one["outputs"][0]
        given = [known[place] for place in one["inputs"] if place in known]
        result = OPERATIONS[one["op_name"]](self._about[place]["shape"][1:3], *given)
        return tf.clip_by_value(activation(result), *self._in_floats(place, INT8))

    def _in_floats(self, place: int, array: NDArray[Any]) -> NDArray[np.float32]:
        told = self._about[place]["quantization_parameters"]
        shape = [1] * array.ndim
        shape[told["quantized_dimension"]] = -1
        levels = array.astype(np.int32) - told["zero_points"].reshape(shape)
        return levels.astype(np.float32) * told["scales"].reshape(shape)


def _fused_activations(path: Path) -> list[Activation]:
    """What follows each operation of a file within it; the interpreter does not state that."""
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
    options = (one.builtinOptions for one in model.subgraphs[0].operators)
    return [ACTIVATIONS[getattr(one, "fusedActivationFunction", 0)] for one in options]


def _convolution(
    size: NDArray[np.int32],
    pixels: tf.Tensor,
    kernel: NDArray[np.float32],
    convolve: Callable[..., tf.Tensor] = tf.nn.conv2d,
) -> tf.Tensor:
    """TFLite has kernels as (out, h, w, in), or (1, h, w, channels) where each channel is alone."""
    stride = pixels.shape[1] // size[0]
    return convolve(pixels, kernel.transpose(1, 2, 3, 0), [1, stride, stride, 1], "SAME")
