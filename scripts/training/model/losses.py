"""Loss for classes that overlap, are rare, and are not known everywhere.

Labels are 1 (present), 0 (absent) or `UNKNOWN`: what a source does not tell must not be learnt as
absent, so such pixels count in no term.
"""

from collections.abc import Callable

import keras
from keras import ops

from scripts.training.data.scenes import UNKNOWN

Loss = Callable[[keras.KerasTensor, keras.KerasTensor], keras.KerasTensor]


def known_loss(jaccard: float = 1.0) -> Loss:
    """Binary cross-entropy plus so much soft Jaccard, of (batch, H, W, classes), where known."""

    def loss(labels: keras.KerasTensor, scores: keras.KerasTensor) -> keras.KerasTensor:
        entropy = cross_entropy(labels, scores)
        return entropy + jaccard * soft_jaccard(labels, scores) if jaccard else entropy

    return loss


def cross_entropy(labels: keras.KerasTensor, scores: keras.KerasTensor) -> keras.KerasTensor:
    """Mean of -log(probability of the truth) over known labels."""
    truth, known = _split(labels)
    # The truth is 0 or 1, so that this is its probability; to choose by `where` takes longer.
    surprise = -ops.log(ops.abs(1 - truth - scores) + 1e-6)
    return ops.sum(surprise * known) / (ops.sum(known) + 1e-6)


def soft_jaccard(labels: keras.KerasTensor, scores: keras.KerasTensor) -> keras.KerasTensor:
    """One minus intersection over union, by class over the batch, mean over classes present in it.

    The union is |scores| + |truth| - intersection, the sums taken over known labels (Iglovikov et
    al. 2017, the Dstl competition). A class absent from the batch is left to the cross-entropy.
    """
    truth, known = _split(labels)
    axes = (0, 1, 2)
    area, both = ops.sum(truth, axes), ops.sum(truth * scores, axes)
    union = area + ops.sum(scores * known, axes) - both
    present = ops.cast(area > 0, scores.dtype)
    return ops.sum(present * (1 - both / (union + 1e-6))) / (ops.sum(present) + 1e-6)


def _split(labels: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    known = ops.cast(labels != UNKNOWN, "float32")
    return ops.cast(labels, "float32") * known, known
