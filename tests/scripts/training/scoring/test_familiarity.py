from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tesela.core.confidence import Reference
from tesela.core.normalise import Normalisation, normalise

from scripts.training.data.scenes import TrainingScene, save_scenes, unknown
from scripts.training.scoring.familiarity import (
    Familiarity,
    Windows,
    discriminant,
    fitted,
    quantile,
    reference_scenes,
    terrain,
    windows,
)
from scripts.training.scoring.faults import FAULTS, SCALES
from tests.core.ordinary import ground

NORMALISE = partial(normalise, how=Normalisation())


def scene(name: str, seed: int = 1, side: int = 64) -> TrainingScene:
    return TrainingScene(
        name, "train", ground(seed, side).astype(np.float16), unknown(side, side), terrain=name
    )


def made(values: list[list[float]], terrains: str) -> Windows:
    rows = np.array(values)
    return Windows(rows, np.zeros((len(rows), 0)), np.array(list(terrains)))


def test_each_terrain_counts_alike() -> None:
    weights = made([[0.0], [0.0], [3.0]], "aab").weights
    assert weights == pytest.approx([0.25, 0.25, 0.5])


def test_a_distribution_is_the_weighted_mean_and_covariance_drawn_to_its_diagonal() -> None:
    values = np.array([[0.0, 0], [2, 2], [0, 2], [2, 2]])
    weights = np.array([0.4, 0.4, 0.1, 0.1])
    found = fitted(values, weights)
    mean = weights @ values
    covariance = np.cov(values.T, aweights=weights, ddof=0)
    shrunk = 0.7 * covariance + 0.3 * np.diag(np.diag(covariance))
    away = np.array([3.0, -1])
    squared = (away - mean) @ np.linalg.inv(shrunk) @ (away - mean)
    assert float(found.distance(away)) == pytest.approx(np.sqrt(squared / 2), rel=1e-4)


def test_a_discriminant_is_nought_half_way_and_positive_at_the_other_kind() -> None:
    ordinary, other = made([[0.0], [1], [2]], "abc"), made([[4.0], [5], [6]], "abc")
    weights, offset = discriminant(ordinary, other)
    assert weights[0] * 3 + offset == pytest.approx(0, abs=1e-9)
    assert weights[0] * 5 + offset > 0


def test_a_quantile_is_of_the_weight() -> None:
    values, weights = np.array([3.0, 1, 2]), np.array([0.2, 0.7, 0.1])
    assert [quantile(values, weights, share) for share in (0.5, 0.75, 1)] == [1, 2, 3]


def test_terrain_is_left_out_of_what_it_is_compared_with() -> None:
    rows = [[float(v)] for v in (0, 1, 2, 3, 4, 5, 6, 100)]
    familiarity = Familiarity(made(rows, "abcdefgh"))
    alone, _ = familiarity.without("h")
    assert alone.mean == pytest.approx([3])
    with_it, _ = familiarity.without("none of them")
    assert alone.distance(np.array([100.0])) > 5 * with_it.distance(np.array([100.0]))


def test_too_little_terrain_says_nothing() -> None:
    assert not Familiarity(made([[0.0]] * 7, "abcdefg"))
    assert Familiarity(made([[0.0]] * 8, "abcdefgh"))


def test_scenes_with_all_bands_that_are_learnt_are_the_reference(tmp_path: Path) -> None:
    every = (True,) * 8
    scenes = [
        scene("us3d/JAX"),
        replace(scene("moscow/996"), part="unlabelled"),
        replace(scene("vegas/east"), part="test"),
        replace(scene("hyperspectral/pavia"), shown=(False, *every[1:])),
        scene("zpnn/new", side=32),
        scene("boston_massgis/1"),
    ]
    save_scenes(iter(scenes), tmp_path)
    names = {one.name for one in reference_scenes(tmp_path)}
    assert names == {"us3d/JAX", "moscow/996"}
    assert terrain(scene("simulated/town_2000")) == "simulated/town"
    assert terrain(scene("us3d/JAX")) == "us3d/JAX"


@pytest.fixture(scope="module")
def familiarity() -> Familiarity:
    scenes = [scene(f"us3d/{seed}", seed, 160) for seed in range(12)]
    scaled = {
        factor: windows(scenes, NORMALISE, (160,), change) for factor, change in SCALES.items()
    }
    return Familiarity(windows(scenes, NORMALISE, (64, 160)), scaled)


def test_the_document_is_what_serving_reads(familiarity: Familiarity) -> None:
    document = familiarity.document()
    jaccard = {"intercept": 0.1, "weights": "0 1 0 0", "medium": 0.3, "low": 0.1}
    reference = Reference.read(document | {"jaccard": jaccard})
    values = familiarity.known.spectra[:3]
    known = fitted(familiarity.known.spectra, familiarity.known.weights)
    assert reference.spectra.distance(values) == pytest.approx(known.distance(values), rel=1e-2)
    assert [round(scale.factor, 2) for scale in reference.scales] == [3.0, 0.33]


@pytest.mark.parametrize("fault", [name for name in FAULTS if "shrunk" not in name])
def test_faults_lie_farther_from_the_reference_than_ordinary_ground(
    familiarity: Familiarity, fault: str
) -> None:
    scenes = [scene(f"us3d/{seed}", seed, 160) for seed in (3, 7)]
    usual, spoilt = (windows(scenes, NORMALISE, (160,), how) for how in (None, FAULTS[fault]))
    distances = [familiarity.left_out(seen)[0].max(axis=0) for seen in (usual, spoilt)]
    assert distances[1].min() > distances[0].max()


def test_windows_of_one_terrain_have_its_name_and_changes_may_refuse(tmp_path: Path) -> None:
    scenes = [scene("us3d/JAX"), scene("us3d/OMA")]
    found = windows(scenes, NORMALISE)
    assert found.terrains.tolist() == ["us3d/JAX", "us3d/OMA"]
    assert found.features.shape == (2, 52)
    assert len(windows(scenes, NORMALISE, change=SCALES[1 / 3]).terrains) == 0
