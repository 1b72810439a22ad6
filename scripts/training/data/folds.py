"""Which terrains each fold's network does not learn, so that it can be judged on them.

Folds are of terrains, not of scenes: scenes that show the same ground are on one side. The terrains of
folded sources are divided so that each class is in as many folds as it can be; of every other source
the validation part belongs to the first fold. Test scenes are in none.
"""

from collections.abc import Collection, Container, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS

from scripts.training.data.scenes import MODEL_GSD_M, TrainingScene, load_scenes
from scripts.training.sources import SOURCES, same_ground

FOLDS = 4
MIN_PIXELS = 100  # of a class, for a terrain to count as showing it


def split(
    cache: Path, hold_out: Collection[str], names: Container[str] | None = None
) -> tuple[list[TrainingScene], list[TrainingScene]]:
    """Scenes to learn from, and those of the terrains held out, at the model's pixel size.

    If `names` is given, scenes of other sources are not read.
    """
    known = _known(cache, names)
    return (
        [scene for scene in known if terrain_of(scene) not in hold_out],
        [scene.at(MODEL_GSD_M) for scene in known if terrain_of(scene) in hold_out],
    )


def terrains_by_fold(cache: Path) -> list[list[str]]:
    """The terrains that each fold holds out."""
    pixels: dict[str, NDArray[np.int64]] = {}
    sources: dict[str, str] = {}
    for scene in _known(cache, {source.name for source in SOURCES if source.folded}):
        name, shown = terrain_of(scene), (scene.labels == 1).sum(axis=(1, 2))
        pixels[name] = pixels.get(name, 0) + shown
        sources[name] = scene.source
    fold_of = assigned({name: _classes(pixels[name]) | {sources[name]} for name in pixels})
    folds = [sorted(name for name in fold_of if fold_of[name] == n) for n in range(FOLDS)]
    validation = {terrain_of(scene) for scene in load_scenes(cache, "validation")}
    folds[0] += sorted(validation - fold_of.keys())
    return folds


def terrain_of(scene: TrainingScene) -> str:
    """The terrain that a scene shows, by its reader or else by the table of sources."""
    return scene.terrain or f"{scene.source}/{same_ground(scene.name)}"


def _known(cache: Path, names: Container[str] | None = None) -> list[TrainingScene]:
    parts = ("train", "validation")
    return [scene for part in parts for scene in load_scenes(cache, part, names=names)]


def assigned(traits: Mapping[str, set[str]]) -> dict[str, int]:
    """Fold of each terrain, from its traits: the classes that it shows, and its source.

    Iterative stratification (Sechidis et al. 2011): the rarest trait first, each of its terrains to the
    fold that lacks it most.
    """
    every = sorted(set().union(*traits.values()))
    lacking = {trait: _shares(sum(trait in one for one in traits.values())) for trait in every}
    room, fold_of = _shares(len(traits)), dict[str, int]()
    while left := sorted(traits.keys() - fold_of.keys()):
        frequency = {t: sum(t in traits[name] for name in left) for t in every}
        rarest = min((t for t in every if frequency[t]), key=lambda t: (frequency[t], t))
        for name in (name for name in left if rarest in traits[name]):
            fold = int(np.lexsort((-room, -lacking[rarest]))[0])
            fold_of[name] = fold
            room[fold] -= 1
            for trait in traits[name]:
                lacking[trait][fold] -= 1
    return fold_of


def _classes(pixels: NDArray[np.int64]) -> set[str]:
    return {key for key, count in zip(KEYS, pixels, strict=True) if count >= MIN_PIXELS}


def _shares(number: int) -> NDArray[np.float64]:
    return np.full(FOLDS, number / FOLDS)
