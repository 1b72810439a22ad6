"""A U-Net decoder on EfficientNet-Lite0, whose encoder starts from ImageNet weights.

The encoder (Tan and Le 2019; the Lite variant has ReLU6 and no squeeze-and-excitation, so that int8
costs it little) ends at 1/32 of the resolution, without its last stage and its classifier. Its stem is
widened from three bands to eight. As it halves the resolution at once, a second convolution of the
input, trained from scratch, feeds the decoder at 1/2 with what is a pixel or two wide: tracks and cars.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from scripts.training.model.pretrained import Weights
from scripts.training.model.unet import PRIOR, BatchNormalization


class Stage(NamedTuple):
    """Inverted residual blocks of one width; the first has the stride."""

    width: int
    blocks: int
    kernel: int
    stride: int
    expansion: int


STEM = 32
# After the table of Tan and Le (2019); strides 2, 4, 8, 16, 16, 32.
STAGES = (
    Stage(16, 1, 3, 1, 1),
    Stage(24, 2, 3, 2, 6),
    Stage(40, 2, 5, 2, 6),
    Stage(80, 3, 3, 2, 6),
    Stage(112, 3, 5, 1, 6),
    Stage(192, 4, 5, 2, 6),
)
DECODER = (128, 80, 64, 48)  # widths at 1/16, 1/8, 1/4 and 1/2
FINE = 32  # features of the input at 1/2, beside the encoder

# Which of ImageNet's channels (red, green, blue) each of the eight bands starts from.
_CHANNELS = (2, 2, 1, 1, 0, 0, None, None)
# ImageNet's pixels were (x - 127) / 128, from -1 to 1; ours reach from about 0 to about 1.
_GAIN = 2.0
_EPSILON = 1e-3


def build(bands: int, classes: int, decoder: Sequence[int] = DECODER, head: int = 2) -> keras.Model:
    """Build the network for any height and width that 32 divides.

    `head` is the side of the last kernel: 2 while it is trained, 4 once it is smoothed.
    """
    inputs = keras.Input((None, None, bands))
    fine = _convolution(inputs, FINE, "fine", kernel=4, stride=2)
    features, skips = _encoder(inputs)
    widths = dict(zip((16, 8, 4, 2), decoder, strict=True))
    for stride, width in widths.items():
        beside = [skips[stride], fine] if stride == 2 else [skips[stride]]
        features = _convolution(features, width, f"narrow_{stride}", kernel=1)
        features = layers.UpSampling2D(interpolation="bilinear")(features)
        features = layers.Concatenate()([features, *beside])
        features = _convolution(features, width, f"decode_{stride}")
    scores = layers.Conv2DTranspose(
        classes,
        head,
        strides=2,
        padding="same",
        activation="sigmoid",
        bias_initializer=keras.initializers.Constant(PRIOR),
        dtype="float32",
        name="scores",
    )(features)
    return keras.Model(inputs, scores, name="efficientnet")


def load_imagenet(network: keras.Model, weights: Weights) -> None:
    """Start the encoder from ImageNet's weights, its stem widened to the network's bands."""
    for layer in network.layers:
        convolution, norm = _pytorch_names(layer.name.removesuffix("_norm"))
        if layer.name.endswith("_norm") and norm:
            parts = ("weight", "bias", "running_mean", "running_var")
            layer.set_weights([weights[f"{norm}.{part}"] for part in parts])
        elif convolution:
            layer.set_weights([_kernel(layer, weights[f"{convolution}.weight"])])


def widened_stem(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kernel (h, w, 8, out) of eight bands from one (h, w, 3, out) of red, green and blue.

    Bands that share a channel share its weights, so that the sum over the visible bands stays; the
    near-infrared starts as a tenth of the mean of all channels, to be learnt.
    """
    shares = [_CHANNELS.count(channel) for channel in range(3)]
    start = 0.1 * kernel.mean(axis=2)
    bands = [
        start if channel is None else kernel[:, :, channel] / shares[channel]
        for channel in _CHANNELS
    ]
    return np.asarray(_GAIN * np.stack(bands, axis=2), np.float32)


def _encoder(inputs: keras.KerasTensor) -> tuple[keras.KerasTensor, dict[int, keras.KerasTensor]]:
    """The deepest features, and the last ones of each stride above."""
    features = _convolution(inputs, STEM, "stem", stride=2)
    stride, number, skips = 2, 0, {}
    for stage in STAGES:
        stride *= stage.stride
        for position in range(stage.blocks):
            step = stage.stride if position == 0 else 1
            features = _block(features, stage, step, f"block{number}")
            number += 1
        skips[stride] = features
    return features, skips


def _block(inputs: keras.KerasTensor, stage: Stage, stride: int, name: str) -> keras.KerasTensor:
    """An inverted residual: widen, filter each channel alone, narrow (Sandler et al. 2018)."""
    features, width = inputs, inputs.shape[-1]
    if stage.expansion > 1:
        features = _convolution(features, width * stage.expansion, f"{name}_expand", kernel=1)
    depthwise = layers.DepthwiseConv2D(
        stage.kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )
    features = _normalised(depthwise(features), depthwise.name, active=True)
    features = _convolution(features, stage.width, f"{name}_project", kernel=1, active=False)
    return layers.Add()([features, inputs]) if stride == 1 and width == stage.width else features


def _convolution(
    features: keras.KerasTensor,
    width: int,
    name: str,
    *,
    kernel: int = 3,
    stride: int = 1,
    active: bool = True,
) -> keras.KerasTensor:
    convolution = layers.Conv2D(width, kernel, stride, padding="same", use_bias=False, name=name)
    return _normalised(convolution(features), name, active)


def _normalised(features: keras.KerasTensor, name: str, active: bool) -> keras.KerasTensor:
    features = BatchNormalization(momentum=0.97, epsilon=_EPSILON, name=f"{name}_norm")(features)
    return layers.ReLU(6.0)(features) if active else features


def _pytorch_names(name: str) -> tuple[str, str]:
    """PyTorch's names of a convolution of the encoder and its normalisation; empty outside it."""
    if name == "stem":
        return "_conv_stem", "_bn0"
    matched = re.fullmatch(r"block(\d+)_(expand|depthwise|project)", name)
    if not matched:
        return "", ""
    number, kind = matched.groups()
    norm = ("expand", "depthwise", "project").index(kind)
    return f"_blocks.{number}._{kind}_conv", f"_blocks.{number}._bn{norm}"


def _kernel(layer: keras.layers.Layer, kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """PyTorch's (out, in, h, w) as Keras's (h, w, in, out), or (h, w, channels, 1) by channel."""
    if isinstance(layer, layers.DepthwiseConv2D):
        return kernel.transpose(2, 3, 0, 1)
    turned = kernel.transpose(2, 3, 1, 0)
    return widened_stem(turned) if layer.name == "stem" else turned
