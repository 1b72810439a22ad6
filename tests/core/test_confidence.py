import copy
from typing import Any

import numpy as np
import pytest
from tesela.catalogue import KEYS
from tesela.core.bands import IN_ORDER
from tesela.core.confidence import Confidence, Reference, assess

from tests.core.ordinary import SIDE, document, enlarged, ground, shown

HALF = dict.fromkeys(KEYS, 0.5)
SEEDS = range(100, 110)
BLUE_AND_RED = [0, 4, 2, 3, 1, 5, 6, 7]


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    return document()


@pytest.fixture(scope="module")
def reference(numbers: dict[str, Any]) -> Reference:
    return Reference.read(numbers)


def judged(
    pixels: np.ndarray,
    reference: Reference | None,
    score: int = 230,
    order: tuple[int, ...] = IN_ORDER,
) -> Confidence:
    """Confidence in an image of which half scores that much for roads."""
    scores = np.zeros((10, SIDE, SIDE), np.uint8)
    scores[2, :, : SIDE // 2] = score
    return assess(*shown(pixels), scores, reference, thresholds=HALF, order=order)


def codes(confidence: Confidence) -> list[str]:
    return [reason.code for reason in confidence.reasons]


def test_a_model_without_numbers_says_so() -> None:
    confidence = judged(ground(100), None)
    assert (confidence.level, confidence.expected_jaccard) == ("unknown", None)
    assert codes(confidence) == ["no-reference"]


@pytest.mark.parametrize("seed", SEEDS)
def test_ordinary_ground_is_no_cause_for_doubt(reference: Reference, seed: int) -> None:
    confidence = judged(ground(seed), reference)
    assert (confidence.level, confidence.reasons) == ("high", ())
    assert confidence.expected_jaccard == pytest.approx(230 / 256, abs=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_the_scale_of_the_counts_changes_nothing(reference: Reference, dtype: type) -> None:
    pixels = ground(100)
    stretched = (pixels - pixels.min()) / np.ptp(pixels) * 255
    assert judged(stretched.astype(dtype).astype(np.float32), reference).level == "high"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("order", [list(range(7, -1, -1)), BLUE_AND_RED], ids=["reversed", "bgr"])
def test_bands_in_another_order_are_noticed_and_the_right_order_is_proposed(
    reference: Reference, seed: int, order: list[int]
) -> None:
    confidence = judged(ground(seed)[order], reference)
    assert confidence.level == "low"
    assert "band-order-unlikely" in codes(confidence)
    (reason,) = [one for one in confidence.reasons if one.code == "band-order-unlikely"]
    assert reason.values == {"order": [band + 1 for band in order]}  # both undo themselves


def test_the_proposed_order_is_of_the_file_s_own_bands(reference: Reference) -> None:
    """The caller said that the file's bands come backwards, and they do, but for blue and red."""
    backwards = tuple(range(8, 0, -1))
    confidence = judged(ground(100)[BLUE_AND_RED], reference, order=backwards)
    (reason,) = [one for one in confidence.reasons if one.code == "band-order-unlikely"]
    assert reason.values == {"order": [8, 4, 6, 5, 7, 3, 2, 1]}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_enlarged_image_is_noticed(reference: Reference, seed: int) -> None:
    confidence = judged(enlarged(ground(seed)), reference)
    assert confidence.level == "low"
    assert "objects-too-large" in codes(confidence)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rng, pixels: rng.random(pixels.shape).astype(np.float32),
        lambda rng, pixels: pixels.mean() + rng.standard_normal(pixels.shape).astype(np.float32),
        lambda rng, pixels: rng.permuted(pixels.reshape(8, -1), axis=1).reshape(pixels.shape),
        lambda rng, pixels: np.repeat(pixels[:1], 8, axis=0),
    ],
    ids=["noise", "blank but for noise", "shuffled", "one band eight times"],
)
def test_what_is_no_ground_is_noticed(reference: Reference, spoil: Any) -> None:
    confidence = judged(spoil(np.random.default_rng(0), ground(100)), reference)
    assert confidence.level == "low"
    assert {"unfamiliar-colours", "unfamiliar-texture"} & set(codes(confidence))


def test_a_constant_image_has_nothing_to_see(reference: Reference) -> None:
    confidence = judged(np.full((8, SIDE, SIDE), 700, np.float32), reference)
    assert confidence.level == "low"
    assert "no-contrast" in codes(confidence)


@pytest.mark.parametrize(
    ("distance", "level", "reasons"),
    [
        (1.0, "high", []),
        (2.0, "medium", ["unfamiliar-colours"]),
        (3, "low", ["unfamiliar-colours"]),
    ],
)
def test_the_farther_the_colours_the_lower_the_level(
    numbers: dict[str, Any], distance: float, level: str, reasons: list[str]
) -> None:
    """Limits are set so that the image's own distance has that share of them."""
    own = float(Reference.read(numbers).spectra.distance(_spectra(100)))
    changed = copy.deepcopy(numbers)
    changed["spectra"] |= {"medium": own * 1.5 / distance, "low": own * 2.5 / distance}
    confidence = judged(ground(100), Reference.read(changed))
    assert (confidence.level, codes(confidence)) == (level, reasons)


@pytest.mark.parametrize(("score", "level"), [(128, "high"), (90, "medium"), (40, "low")])
def test_undecided_scores_lower_the_level(reference: Reference, score: int, level: str) -> None:
    thresholds = dict.fromkeys(KEYS, 0.1)
    scores = np.full((10, SIDE, SIDE), score, np.uint8)
    pixels = shown(ground(100))
    confidence = assess(*pixels, scores, reference, thresholds=thresholds, order=IN_ORDER)
    assert confidence.level == level
    assert confidence.expected_jaccard == pytest.approx(score / 256, abs=1e-3)
    assert codes(confidence) == ([] if level == "high" else ["undecided-scores"])


def _spectra(seed: int) -> np.ndarray:
    from tesela.core.features import spectra

    return spectra(*shown(ground(seed)))


@pytest.mark.parametrize(
    "changes",
    [
        {"spectra": {}},
        {"texture": None},
        {"order_ratio": "wide"},
        {"scales": [{"factor": 3}]},
        {"jaccard": {"intercept": 0, "weights": "1 2", "medium": 0, "low": 0}},
        {"jaccard": {"intercept": 0, "weights": "0 1 0 nan", "medium": 0, "low": 0}},
    ],
)
def test_numbers_that_are_not_all_there_are_refused(
    numbers: dict[str, Any], changes: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"its confidence|could not convert"):
        Reference.read(numbers | changes)
