"""The older project's network, to be beaten on the same work; never served.

DS4A2021Team66: SegNet-like, no skips, batch normalisation or padding tricks; ten channels through
ReLU and then softmax, trained with binary cross-entropy, on images stretched each by itself.
"""

import keras
from keras import layers

RATE = 1e-4


def build(bands: int, classes: int) -> keras.Model:
    """Build it for any height and width that 4 divides."""
    inputs = keras.Input((None, None, bands))
    features = layers.MaxPooling2D()(_convolutions(inputs, 64, 64))
    features = layers.Dropout(0.25)(features)
    features = layers.MaxPooling2D()(_convolutions(features, 128, 128, 128))
    features = layers.Dropout(0.5)(features)
    features = layers.UpSampling2D()(_convolutions(features, 256, 256, 256))
    features = layers.Dropout(0.5)(features)
    features = layers.UpSampling2D()(_convolutions(features, 128, 128, 128))
    features = layers.Dropout(0.25)(_convolutions(features, 64, 64))
    channels = layers.Conv2D(classes, 1, activation="relu", dtype="float32")(features)
    return keras.Model(inputs, layers.Softmax(dtype="float32")(channels), name="segnet")


def _convolutions(features: keras.KerasTensor, *widths: int) -> keras.KerasTensor:
    for width in widths:
        features = layers.Conv2D(width, 3, padding="same", activation="relu")(features)
    return features
