import numpy as np
import pytest

pytest.importorskip("tqdm", reason="the training extra is not installed")

from tesela.catalogue import KEYS

from scripts.training import evaluate
from scripts.training.scene import TrainingScene
from scripts.training.tally import Tally


def tally(score: int, size: int = 40) -> Tally:
    """Half of an image is of every class and scores `score`; the other half scores 30."""
    labels = np.zeros((len(KEYS), size, size), np.uint8)
    labels[:, : size // 2] = 1
    scores = np.where(labels == 1, score, 30).astype(np.uint8)
    found = Tally()
    found.add(scores, labels)
    return found


def test_the_threshold_lies_between_absent_and_present():
    chosen = evaluate.tune({"dstl": tally(60)})
    assert all(30 / 256 < threshold <= 60 / 256 for threshold in chosen.values())


def test_every_source_that_holds_a_class_has_a_say_in_its_threshold():
    # Absent pixels score 30 in both; only a threshold up to 60 finds the class in the first too.
    chosen = evaluate.tune({"dstl": tally(60), "simulated": tally(200)})
    assert all(30 / 256 < threshold <= 60 / 256 for threshold in chosen.values())


def test_a_source_that_hardly_holds_a_class_has_none():
    chosen = evaluate.tune({"dstl": tally(20, size=8), "simulated": tally(200)})
    assert all(30 / 256 < threshold <= 200 / 256 for threshold in chosen.values())


def test_a_class_that_the_truth_hardly_holds_has_no_score():
    thresholds = dict.fromkeys(KEYS, 0.5)
    many, few = (evaluate.scores({"x": tally(200, size)}, thresholds)["x"] for size in (40, 8))
    assert many["classes"]["roads"] == {"iou": 1, "precision": 1, "recall": 1, "pixels": 800}
    assert many["mean_iou"] == 1
    assert few["classes"]["roads"] is None


def test_a_scene_is_cut_into_chips_of_an_upload(scene: TrainingScene):
    large = TrainingScene("dstl/x", "test", np.tile(scene.pixels, 2), np.tile(scene.labels, 2))
    chips = list(evaluate.cut(large))
    assert [chip.name for chip in chips] == ["dstl/x_0_0", "dstl/x_0_160"]
    assert chips[1].pixels.shape == (8, 160, 160)
    assert np.array_equal(chips[1].labels, large.labels[:, :160, 160:320])
