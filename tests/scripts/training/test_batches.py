import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.core.normalise import Normalisation

from scripts.training import batches
from scripts.training.scene import UNKNOWN, TrainingScene

HOW = Normalisation()


@pytest.fixture
def made(scene: TrainingScene) -> batches.Batches:
    return batches.Batches([scene], batch=6, steps=2, how=HOW, seed=1)


def test_a_batch_holds_windows_and_labels_of_one_size(made: batches.Batches):
    pixels, labels = made[0]
    assert pixels.shape == (6, 128, 128, 8)
    assert labels.shape == (6, 128, 128, 10)
    assert HOW.low <= pixels.min() <= pixels.max() <= HOW.high
    assert set(np.unique(labels)) <= {0, 1, UNKNOWN}


def test_bright_pixels_are_where_the_label_is(made: batches.Batches):
    pixels, labels = made[1]
    building = labels[..., 0] == 1
    assert building.any()
    assert np.median(pixels[building]) > 0.8
    assert np.median(pixels[labels[..., 0] == 0]) < 0.3


def test_a_batch_depends_on_seed_epoch_and_number_alone(made: batches.Batches):
    first = made[0][0]
    assert np.array_equal(made[0][0], first)
    assert not np.array_equal(made[1][0], first)
    made.on_epoch_end()
    assert not np.array_equal(made[0][0], first)
    made.start_at(0)
    assert np.array_equal(made[0][0], first)


def test_another_run_with_the_same_seed_draws_the_same_batches(scene: TrainingScene):
    runs = [batches.Batches([scene], batch=2, steps=2, how=HOW, seed=seed) for seed in (5, 5, 6)]
    (pixels, labels), again, other = (run[1] for run in runs)
    assert np.array_equal(pixels, again[0])
    assert np.array_equal(labels, again[1])
    assert not np.array_equal(pixels, other[0])


def test_a_scene_narrower_than_a_crop_is_filled_up_with_unknown(scene: TrainingScene):
    narrow = TrainingScene("vegas/x", "train", scene.pixels[:, :, 30:92], scene.labels[:, :, 30:92])
    pixels, labels = batches.cut(narrow, [], 128, HOW, np.random.default_rng(0))
    assert pixels.shape == (8, 128, 128)
    assert (labels[:, :, 62:] == UNKNOWN).all()


def test_what_is_shown_to_the_network_has_the_size_of_a_tile(scene: TrainingScene):
    rng = np.random.default_rng(0)
    assert batches.shown(scene, 160, HOW, rng).shape == (8, 160, 160)
    assert batches.shown(scene, 256, HOW, rng).shape == (8, 256, 256)
