"""Loss for classes that overlap, are rare, and are not known everywhere.

Labels are 1 (present), 0 (absent) or `UNKNOWN`: what a source does not say must not be learnt as
absent, so such pixels count in no term but the teacher's.
"""

from collections.abc import Callable

import keras
from keras import ops

from scripts.training.data.scenes import TEACHER_UNIT, UNKNOWN

Loss = Callable[[keras.KerasTensor, keras.KerasTensor], keras.KerasTensor]


def known_loss(jaccard: float = 1.0, teacher: float = 0.0) -> Loss:
    """Binary cross-entropy plus weighted soft Jaccard, of (batch, H, W, classes), where known.

    With a teacher, its predictions follow the labels in the last axis, and it is imitated, with its
    weight, where labels are unknown.
    """

    def loss(targets: keras.KerasTensor, scores: keras.KerasTensor) -> keras.KerasTensor:
        classes = scores.shape[-1]
        labels = targets[..., :classes]
        result = cross_entropy(labels, scores)
        if jaccard:
            result += jaccard * soft_jaccard(labels, scores)
        if teacher:
            result += teacher * imitation(labels, targets[..., classes:], scores)
        return result

    return loss


def imitation(
    labels: keras.KerasTensor, teacher: keras.KerasTensor, scores: keras.KerasTensor
) -> keras.KerasTensor:
    """Cross-entropy with a teacher's probabilities (bytes of `TEACHER_UNIT`) where labels are unknown."""
    taught = ops.cast(ops.logical_and(labels == UNKNOWN, teacher != UNKNOWN), "float32")
    truth = ops.cast(teacher, "float32") / TEACHER_UNIT
    surprise = -truth * ops.log(scores + 1e-6) - (1 - truth) * ops.log(1 - scores + 1e-6)
    return ops.sum(surprise * taught) / (ops.sum(taught) + 1e-6)


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
