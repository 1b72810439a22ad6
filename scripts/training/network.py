"""The U-Net: eight normalised bands in, ten independent probabilities out.

After Ronneberger et al. 2015, in the form of keras.io's segmentation example: a loop over a filter
list down, and over the same list up. Only operations that int8 TFLite fuses: convolution with folded
batch normalisation and ReLU, maximum pooling, bilinear resizing, concatenation, sigmoid.
"""

import keras
from keras import layers

FILTERS = (16, 32, 64, 128, 256)  # 1.6 GMAC for 160 x 160: 10 ms on one core as int8


def build(bands: int, classes: int, filters: tuple[int, ...] = FILTERS) -> keras.Model:
    """Build a network for any height and width that 2 ** (len(filters) - 1) divides."""
    inputs = keras.Input((None, None, bands))
    features, skips = inputs, []
    for width in filters[:-1]:
        features = _block(features, width)
        skips.append(features)
        features = layers.MaxPooling2D()(features)
    features = _block(features, filters[-1])
    for width, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        features = layers.UpSampling2D(interpolation="bilinear")(features)
        features = layers.Concatenate()([_convolution(features, width), skip])
        features = _block(features, width)
    # Rare classes start rare (a probability of 2 %), which saves the first epoch.
    start = keras.initializers.Constant(-3.9)
    scores = layers.Conv2D(classes, 1, activation="sigmoid", bias_initializer=start)(features)
    return keras.Model(inputs, scores, name="unet")


def _block(features: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return _convolution(_convolution(features, width), width)


def _convolution(features: keras.KerasTensor, width: int) -> keras.KerasTensor:
    features = layers.Conv2D(width, 3, padding="same", use_bias=False)(features)
    features = layers.BatchNormalization(momentum=0.97)(features)
    return layers.ReLU()(features)
