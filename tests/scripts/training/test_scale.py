import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.catalogue import KEYS

from scripts.training.scale import both, compared
from tests.core.fakes import HIGH, LOW, model

RED, BLUE = 4, 1
HALF = dict.fromkeys(KEYS, 0.5)


def test_an_image_is_served_as_it_came_and_at_the_model_s_pixel_size() -> None:
    """Roads are red: fine noise hides them, but for who averages it."""
    rng = np.random.default_rng(0)
    truth = np.zeros((96, 96), bool)
    truth[:, :48] = True
    pixels = rng.normal(500, 60, (8, 96, 96)).astype(np.float32)
    pixels[RED][truth] += 60
    pixels[BLUE][~truth] += 60
    labels = np.zeros((10, 96, 96), np.uint8)
    labels[KEYS.index("roads")] = truth
    labels[KEYS.index("waterways")] = ~truth
    found = both(model(), pixels, labels, 0.31)
    road = KEYS.index("roads")
    came, resampled = (found[name].at(road, 0.5).iou for name in ("as it came", "resampled"))
    assert came < 0.75
    assert resampled > 0.9
    assert found["resampled"].positives(road) == truth.sum()  # on the image's own grid
    lines = compared(found, HALF).splitlines()
    assert lines[0] == "| class | as it came | resampled |"
    assert lines[-1].startswith("| mean |")
    assert len(lines) == 2 + 2 + 1  # the two classes that the truth holds


def test_scores_are_what_the_model_gives() -> None:
    found = both(
        model(),
        np.random.default_rng(0).random((8, 48, 48), np.float32),
        np.ones((10, 48, 48), np.uint8),
        1.24,
    )
    counted = found["as it came"].counts[KEYS.index("roads"), 1]
    assert counted[[LOW, HIGH]].sum() == counted.sum() == 48 * 48
    assert np.array_equal(found["as it came"].counts, found["resampled"].counts)
