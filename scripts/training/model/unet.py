"""The U-Net: eight normalised bands in, ten independent probabilities out.

After Ronneberger et al. 2015, in the form of keras.io's segmentation example: a loop over a filter
list down, and over the same list up. The first convolution halves the resolution and the last one,
transposed, gives it back: most of a U-Net's time goes into its full-size layers, which see little
but texture. What ships has a smoothed head. Only operations that int8 TFLite fuses: convolution with folded batch normalisation and
ReLU, maximum pooling, bilinear resizing, concatenation, sigmoid.
"""

from collections.abc import Sequence
from itertools import pairwise

import keras
import numpy as np
from keras import layers

FILTERS = (32, 64, 128, 256)
BINOMIAL = np.outer((1, 2, 1), (1, 2, 1)) / 16
PRIOR = -3.9  # rare classes start rare (a probability of 2 %), which saves the first epoch


class BatchNormalization(layers.BatchNormalization):
    """Keras's, trained by one operation of TensorFlow: Keras's many take a third of a step."""

    def call(
        self, inputs: keras.KerasTensor, training: bool = False, mask: None = None
    ) -> keras.KerasTensor:
        """Normalise (batch, H, W, features); while training by the batch, whose moments move ours."""
        if not (training and self.trainable) or keras.backend.backend() != "tensorflow":
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf

        gamma, beta = (keras.ops.convert_to_tensor(one) for one in (self.gamma, self.beta))
        normalised, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=self.epsilon
        )
        for moving, seen in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + seen * (1 - self.momentum))
        return normalised


def build(bands: int, classes: int, filters: Sequence[int] = FILTERS, head: int = 2) -> keras.Model:
    """Build a network for any height and width that 2 ** len(filters) divides.

    `head` is the side of the last kernel: 2 while it is trained, 4 once it is smoothed.
    """
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
        head,
        strides=2,
        padding="same",
        activation="sigmoid",
        bias_initializer=keras.initializers.Constant(PRIOR),
        dtype="float32",  # whatever the rest is trained in
        name="scores",
    )(features)
    return keras.Model(inputs, scores, name="unet")


def smooth_head(trained: keras.Model, served: keras.Model) -> keras.Model:
    """Fill `served` with the weights of `trained`, less the chequered pattern of its last layer.

    Each of the four pixels that a feature becomes has weights of its own, which never agree quite
    (Odena et al. 2016). A binomial filter of three pixels removes just what alternates; it is folded
    into the last kernel, which has a side of 2 in `trained` and of 4 in `served`.
    """
    for target, source in zip(served.layers[:-1], trained.layers[:-1], strict=True):
        target.set_weights(source.get_weights())
    kernel, bias = trained.layers[-1].get_weights()  # (2, 2, classes, features)
    folded = np.zeros((4, 4, *kernel.shape[2:]), np.float32)
    for (row, column), weight in np.ndenumerate(BINOMIAL):
        folded[row : row + 2, column : column + 2] += weight * kernel
    served.layers[-1].set_weights([folded, bias])
    return served


def _convolution(
    features: keras.KerasTensor, width: int, kernel: int = 3, stride: int = 1
) -> keras.KerasTensor:
    features = layers.Conv2D(width, kernel, stride, padding="same", use_bias=False)(features)
    return layers.ReLU()(BatchNormalization(momentum=0.97)(features))
