"""The U-Net: eight normalised bands in, ten independent probabilities out.

After Ronneberger et al. 2015, in the form of keras.io's segmentation example: a loop over a filter
list down, and over the same list up. The first convolution halves the resolution and the last one,
transposed, gives it back: most of a U-Net's time goes into its full-size layers, which see little
but texture. Only operations that int8 TFLite fuses: convolution with folded batch normalisation and
ReLU, maximum pooling, bilinear resizing, concatenation, sigmoid.
"""

from itertools import pairwise

import keras
from keras import layers

FILTERS = (32, 64, 128, 256)
PRIOR = -3.9  # rare classes start rare (a probability of 2 %), which saves the first epoch


def build(bands: int, classes: int, filters: tuple[int, ...] = FILTERS) -> keras.Model:
    """Build a network for any height and width that 2 ** len(filters) divides."""
    inputs = keras.Input((None, None, bands))
    features, skips = _convolution(inputs, filters[0], kernel=4, stride=2), []
    for width, wider in pairwise(filters):
        features = _convolution(features, width)
        skips.append(features)
        features = _convolution(layers.MaxPooling2D()(features), wider)
    features = _convolution(features, filters[-1])
    for width, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        features = layers.UpSampling2D(interpolation="bilinear")(features)
        features = layers.Concatenate()([_convolution(features, width), skip])
        features = _convolution(features, width)
    scores = layers.Conv2DTranspose(
        classes,
        2,
        strides=2,
        activation="sigmoid",
        bias_initializer=keras.initializers.Constant(PRIOR),
        dtype="float32",  # whatever the rest is trained in
        name="scores",
    )(features)
    return keras.Model(inputs, scores, name="unet")


def _convolution(
    features: keras.KerasTensor, width: int, kernel: int = 3, stride: int = 1
) -> keras.KerasTensor:
    features = layers.Conv2D(width, kernel, stride, padding="same", use_bias=False)(features)
    features = layers.BatchNormalization(momentum=0.97)(features)
    return layers.ReLU()(features)
