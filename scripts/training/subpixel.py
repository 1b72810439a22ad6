"""The last layer as a convolution: what every TFLite runtime computes alike.

LiteRT and tflite-runtime round int8 transposed convolutions differently. A transposed convolution of
side 4 and stride 2 is a convolution of side 3 to four times the channels, one for each pixel of two by
two, and DEPTH_TO_SPACE, which only moves them (Shi et al. 2016).
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

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
