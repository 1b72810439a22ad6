"""The older project's network, to be beaten on the same work; never served.

DS4A2021Team66: SegNet-like, no skips, batch normalisation or padding tricks; ten channels through
ReLU and then softmax, trained with binary cross-entropy, on images stretched each by itself.
"""

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

RATE = 1e-4
PERCENT = (2, 98)


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


def stretch(pixels: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Each band (8, H, W) of an image from its 2nd to its 98th percentile to 0 to 1, clipped."""
    low, high = np.percentile(pixels[:, valid], PERCENT, axis=1)[:, :, None, None]
    return np.clip((pixels - low) / np.maximum(high - low, 1e-6), 0, 1) * valid


def _convolutions(features: keras.KerasTensor, *widths: int) -> keras.KerasTensor:
    for width in widths:
        features = layers.Conv2D(width, 3, padding="same", activation="relu")(features)
    return features
