"""What training images look like: colours and texture of windows of every terrain, and their spread.

Each terrain counts alike, and distances that set limits are of terrain that the reference lacks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tesela.core.confidence import ORDERS, Distribution
from tesela.core.features import SPECTRA, TEXTURE, Features, reordered, spectra, texture

from scripts.training.data.folds import terrain_of
from scripts.training.data.scenes import (
    MODEL_GSD_M,
    UNLABELLED,
    Normaliser,
    TrainingScene,
    load_scenes,
)
from scripts.training.sources import SOURCES, source_of

SIDES = (64, 160, 400)  # pixels of the images supposed
WINDOWS = 2  # of each side in a scene
MIN_TERRAINS = 8  # fewer say nothing of what is ordinary
MAX_SCENES = 4  # of a terrain
SHRINKAGE = 0.3  # share of the covariance that is its diagonal alone: there are few terrains
SCALE_SHRINKAGE = 0.05  # of the covariance inside both of two scales
ORDINARY, LIMIT = 0.85, 0.985  # shares of the terrain left out within `medium` and `low`
ORDER_MARGIN = 1.15  # over the ratio of the terrain left out
MIN_SIDE_PX = 40  # the statistics of less ground are mere chance

Change = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32] | None]


@dataclass(frozen=True)
class Windows:
    """Features of windows, and the terrain that each shows."""

    spectra: Features  # (N, 44)
    texture: Features  # (N, 8)
    terrains: NDArray[np.str_]  # (N,)

    @property
    def features(self) -> Features:
        """Both (N, 52)."""
        return np.hstack([self.spectra, self.texture])

    def of(self, chosen: NDArray[np.bool_]) -> "Windows":
        """Some of them."""
        return Windows(self.spectra[chosen], self.texture[chosen], self.terrains[chosen])

    def less(self, name: str) -> "Windows":
        """Those of all other terrain."""
        return self.of(self.terrains != name)

    @property
    def weights(self) -> Features:
        """Weights (N,) by which each terrain counts alike."""
        _, which, times = np.unique(self.terrains, return_inverse=True, return_counts=True)
        return 1 / times[which] / len(times)


def reference_scenes(cache: Path) -> list[TrainingScene]:
    """The scenes that the network learns from with something in all eight bands."""
    names = {source.name for source in SOURCES if source.real or source.folded}
    parts = ("train", "validation", UNLABELLED)
    scenes = [one for part in parts for one in load_scenes(cache, part, MODEL_GSD_M, names)]
    return [s for s in scenes if all(s.shown) and min(s.pixels.shape[1:]) >= MIN_SIDE_PX]


def terrain(scene: TrainingScene) -> str:
    """What a scene shows; simulated ones of a kind look alike."""
    if source_of(scene.source).folded:
        return terrain_of(scene)
    return scene.name.rsplit("_", maxsplit=1)[0]


def windows(
    scenes: Iterable[TrainingScene],
    normalise: Normaliser,
    sides: Sequence[int] = SIDES,
    change: Change | None = None,
) -> Windows:
    """Features of windows of scenes, changed if asked for, as serving would take them."""
    rows, rng, times = [], np.random.default_rng(0), dict[str, int]()
    for scene in scenes:
        name = terrain(scene)
        times[name] = times.get(name, 0) + 1
        if times[name] <= MAX_SCENES:
            for pixels in _cut(scene, sides, rng):
                changed = change(pixels, rng) if change else pixels
                if changed is not None:
                    rows.append((*features(changed, normalise), name))
    colours, textures, names = zip(*rows, strict=True) if rows else ((), (), ())
    return Windows(
        np.array(colours).reshape(-1, SPECTRA),
        np.array(textures).reshape(-1, TEXTURE),
        np.array(names, str),
    )


def features(pixels: NDArray[np.float32], normalise: Normaliser) -> tuple[Features, Features]:
    """Colours (44,) and texture (8,) of pixels (8, H, W); 0 in all bands is no ground."""
    valid = np.asarray(pixels.any(axis=0))
    shown = normalise(pixels, valid)
    return spectra(shown, valid), texture(shown, valid)


def _cut(
    scene: TrainingScene, sides: Sequence[int], rng: np.random.Generator
) -> Iterator[NDArray[np.float32]]:
    lengths = scene.pixels.shape[1:]
    for side in sides:
        number = 1 if min(lengths) <= side else WINDOWS
        for _ in range(number):
            starts = [int(rng.integers(0, max(1, length - side + 1))) for length in lengths]
            rows, columns = (slice(start, start + side) for start in starts)
            yield scene.pixels[:, rows, columns].astype(np.float32)
        if min(lengths) <= side:
            return


@dataclass(frozen=True)
class Familiarity:
    """What is ordinary, and the same windows at other scales by how much larger things appear in them.

    `without` leaves one terrain out, as if it had never been learnt.
    """

    known: Windows
    scaled: Mapping[float, Windows] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is enough terrain to say what is ordinary."""
        return len(set(self.known.terrains)) >= MIN_TERRAINS

    def without(self, name: str) -> tuple[Distribution, Distribution]:
        """Distributions of colours and texture that do not know a terrain; limits are infinite."""
        rest = self.known.less(name)
        return fitted(rest.spectra, rest.weights), fitted(rest.texture, rest.weights)

    def document(self) -> dict[str, Any]:
        """The entries `spectra`, `texture` and `order_ratio` of `model.json`."""
        left_out, ratios = self.left_out(self.known)
        weights = self.known.weights
        limits = [
            [quantile(row, weights, share) for share in (ORDINARY, LIMIT)] for row in left_out
        ]
        entries = [
            _document(fitted(values, weights), *ends)
            for values, ends in zip((self.known.spectra, self.known.texture), limits, strict=True)
        ]
        ratio = round(ORDER_MARGIN * quantile(ratios, weights, LIMIT), 4)
        scales = [self._scale(factor) for factor in self.scaled]
        return {
            "spectra": entries[0],
            "texture": entries[1],
            "order_ratio": ratio,
            "scales": scales,
        }

    def _scale(self, factor: float) -> dict[str, Any]:
        left_out = self.scale_scores(factor, self.known)
        limit = quantile(left_out, self.known.weights, LIMIT)
        weights, offset = discriminant(self.known, self.scaled[factor])
        return {
            "factor": round(factor, 3),
            "weights": numbers(weights),
            "limit": round(limit - offset, 4),
        }

    def scale_scores(self, factor: float, seen: Windows) -> Features:
        """How much windows (N,) look like another scale to a reference without their terrain."""
        scores = np.zeros(len(seen.terrains))
        for name in set(seen.terrains.tolist()):
            chosen = seen.terrains == name
            weights, offset = discriminant(
                *(w.less(name) for w in (self.known, self.scaled[factor]))
            )
            scores[chosen] = seen.features[chosen] @ weights + offset
        return scores

    def left_out(self, seen: Windows) -> tuple[Features, Features]:
        """Distances (2, N) of windows from a reference without their terrain, and ratios (N,).

        The ratio is that of the distance of colours to the one in the best other order of the bands.
        """
        distances, ratios = np.zeros((2, len(seen.terrains))), np.zeros(len(seen.terrains))
        for name in set(seen.terrains.tolist()):
            chosen = seen.terrains == name
            colours, textures = self.without(name)
            distances[0, chosen] = colours.distance(seen.spectra[chosen])
            distances[1, chosen] = textures.distance(seen.texture[chosen])
            best = [colours.distance(reordered(one, ORDERS)).min() for one in seen.spectra[chosen]]
            ratios[chosen] = distances[0, chosen] / np.array(best)
        return distances, ratios


def fitted(values: Features, weights: Features) -> Distribution:
    """A normal distribution of features (N, n), its covariance drawn towards its diagonal."""
    mean = weights @ values
    centred = values - mean
    covariance = (centred.T * weights) @ centred
    diagonal = np.diag(np.diag(covariance) + 1e-6)
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * diagonal
    whitening = np.linalg.inv(np.linalg.cholesky(shrunk))
    return Distribution(mean, whitening, np.inf, np.inf)


def discriminant(ordinary: Windows, other: Windows) -> tuple[Features, float]:
    """Fisher's linear discriminant of two kinds of windows: weights (52,), and an offset.

    Scores are 0 half-way between the two means, positive on the side of `other`.
    """
    means = [kind.weights @ kind.features for kind in (ordinary, other)]
    inside = np.zeros((len(means[0]), len(means[0])))
    for kind, mean in zip((ordinary, other), means, strict=True):
        centred = kind.features - mean
        inside += (centred.T * kind.weights) @ centred
    diagonal = np.diag(np.diag(inside) + 1e-6)
    shrunk = (1 - SCALE_SHRINKAGE) * inside + SCALE_SHRINKAGE * diagonal
    weights = np.asarray(np.linalg.solve(shrunk, means[1] - means[0]), float)
    return weights, -float(weights @ (means[0] + means[1])) / 2


def quantile(values: Features, weights: Features, share: float) -> float:
    """The value that this share of the weight does not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(reached, share)), len(values) - 1)])


def _document(distribution: Distribution, medium: float, low: float) -> dict[str, Any]:
    rows = [row[: number + 1] for number, row in enumerate(distribution.whitening)]
    return {
        "mean": numbers(distribution.mean),
        "whitening": [numbers(row) for row in rows],
        "medium": round(medium, 4),
        "low": round(low, 4),
    }


def numbers(values: Features) -> str:
    """Numbers in one line, with five significant digits."""
    return " ".join(f"{value:.5g}" for value in values)
