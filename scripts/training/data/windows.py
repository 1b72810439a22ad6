"""Random windows of training scenes, balanced over sources and classes, ready for the network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.normalise import normalise

from scripts.training.data import augment, estimates
from scripts.training.data.lookalikes import lookalikes
from scripts.training.data.prefetch import Prefetcher
from scripts.training.data.scenes import (
    MODEL_GSD_M,
    SAME_GSD,
    UNKNOWN,
    Normaliser,
    TrainingScene,
)
from scripts.training.recipe import Recipe

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]

WINDOWS = (160, 320)  # sides over which statistics are taken: uploads are tiles or more
# Pixel sizes to train at, in metres, and their shares of the windows: serving resamples to the
# model's where the pixel size is known and lies outside 0.8 to 1.8 m.
SCALES = (((1.24, 1.24), 0.5), ((1.0, 1.55), 0.35), ((0.6, 2.5), 0.15))
COARSER = 1.7  # a scene is enlarged by no more
HALVE = 1.5  # a scene is averaged before it is shrunk by more
STRETCH_PERCENT = (2, 98)  # of the older project


MAX_PIXELS = 2000  # pixels remembered of a class in a scene: enough to be everywhere
AIMED_SHARE = 0.5  # share of the windows about a pixel of a chosen class; the others fall anywhere


@dataclass(frozen=True)
class Site:
    """A pixel to show, somewhere in a window."""

    scene: TrainingScene
    row: int
    column: int


class WindowSampler:
    """Draws a class, or a kind of ground that is taken for one, a scene that shows it, and a pixel."""

    def __init__(
        self, scenes: list[TrainingScene], rarity: float, lookalike_share: float = 0.0
    ) -> None:
        self._scenes, self._lookalike_share = scenes, lookalike_share
        self._classes = _Sites(scenes, _classes, rarity)
        self._lookalikes = _Sites(scenes if lookalike_share else [], lookalikes, 0.0)

    def draw(self, rng: np.random.Generator) -> Site:
        """Draw the next site."""
        if self._lookalikes and rng.random() < self._lookalike_share:
            number, row, column = self._lookalikes.draw(rng)
        elif self._classes and rng.random() < AIMED_SHARE:
            number, row, column = self._classes.draw(rng)
        else:
            number = int(rng.integers(len(self._scenes)))
            row, column = map(int, rng.integers(self._scenes[number].pixels.shape[1:]))
        return Site(self._scenes[number], row, column)


class _Sites:
    """Pixels by what they show, some of each scene."""

    def __init__(
        self,
        scenes: list[TrainingScene],
        masks_of: Callable[[TrainingScene], Mapping[str, NDArray[np.bool_]]],
        rarity: float,
    ) -> None:
        rng = np.random.default_rng(0)
        self._pixels: dict[tuple[int, str], NDArray[np.int64]] = {}
        counts: dict[str, dict[int, int]] = {}
        for number, scene in enumerate(scenes):  # one at a time: masks are large
            for kind, mask in masks_of(scene).items():
                found = rng.permutation(np.argwhere(mask))
                counts.setdefault(kind, {})[number] = len(found)
                self._pixels[number, kind] = found[:MAX_PIXELS].astype(np.int32)
        self._names = sorted(counts)
        self._kinds = _shares([sum(counts[kind].values()) ** rarity for kind in self._names])
        self._numbers = {kind: list(found) for kind, found in counts.items()}
        self._by_scene = {kind: _shares(np.sqrt([*n.values()])) for kind, n in counts.items()}

    def __bool__(self) -> bool:
        return bool(self._pixels)

    def draw(self, rng: np.random.Generator) -> tuple[int, int, int]:
        """Scene's number, row and column."""
        kind = self._names[rng.choice(len(self._names), p=self._kinds)]
        numbers = self._numbers[kind]
        number = numbers[rng.choice(len(numbers), p=self._by_scene[kind])]
        pixels = self._pixels[number, kind]
        row, column = pixels[rng.integers(len(pixels))].tolist()
        return number, row, column


def _classes(scene: TrainingScene) -> dict[str, NDArray[np.bool_]]:
    masks = {key: plane == 1 for key, plane in zip(KEYS, scene.labels, strict=True)}
    return {key: mask for key, mask in masks.items() if mask.any()}


def _shares(weights: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights that sum to one."""
    return np.asarray(weights, float) / max(np.sum(weights), 1e-9)


class Batches(keras.utils.PyDataset):
    """The recipe's batches an epoch; every batch depends on its number and the seed alone.

    Drawn by the training's own threads, or by so many `processes`, as a GPU needs.
    """

    def __init__(self, scenes: list[TrainingScene], recipe: Recipe, processes: int = 0) -> None:
        # Two workers: with one, tf.data tunes itself, and its end holds each epoch up for 10 s.
        super().__init__(workers=2, max_queue_size=8)
        self._recipe, self._normalise = recipe, normaliser(recipe)
        present = {one.source for one in scenes}
        shares = {source: share for source, share in recipe.shares.items() if source in present}
        self._places = {
            source: WindowSampler(
                [scene for scene in scenes if scene.source == source],
                recipe.rarity,
                recipe.lookalikes,
            )
            for source in shares
        }
        self._shares = np.array(list(shares.values())) / sum(shares.values())
        for one in scenes:
            if MODEL_GSD_M / one.gsd_m >= HALVE:
                _ = one.halved  # now, so that the processes share it
        self._epoch = 0
        self._batch: Callable[[int], Any] = (
            Prefetcher(self._drawn, processes) if processes else self._drawn
        )

    def __len__(self) -> int:
        """Batches of an epoch."""
        return self._recipe.steps

    def __getitem__(self, index: int) -> Batch:
        """Windows (batch, crop, crop, 8) and labels (batch, crop, crop, 10)."""
        batch: Batch = self._batch(self._epoch * len(self) + index)
        return batch

    def start_at(self, epoch: int) -> None:
        """Go on where an interrupted run stopped."""
        self._epoch = epoch

    def on_epoch_end(self) -> None:
        """Draw other windows in the next epoch."""
        self._epoch += 1

    def _drawn(self, number: int) -> Batch:
        rng = np.random.default_rng((self._recipe.seed, *divmod(number, len(self))))
        pairs = [self._window(rng) for _ in range(self._recipe.batch)]
        pixels, labels = (np.stack(arrays) for arrays in zip(*pairs, strict=True))
        return pixels.transpose(0, 2, 3, 1), labels.transpose(0, 2, 3, 1)

    def _window(self, rng: np.random.Generator) -> Batch:
        crop = self._recipe.crop_px
        place = self._places[rng.choice(list(self._places), p=self._shares)].draw(rng)
        place, scale = scaled(place, draw_gsd(rng) if self._recipe.zoom else MODEL_GSD_M)
        repaint = rng.random() < self._recipe.repaint
        pixels, labels = cut(place, round(crop * scale), self._normalise, rng, repaint)
        known = np.array(place.scene.known)
        pixels = augment.lose_estimates(pixels, known, self._recipe.unestimated, rng)
        pixels, labels = augment.resize(pixels, labels, crop)
        pixels = augment.lose_band(augment.noise(pixels, rng), rng)
        return augment.turn(pixels, labels, rng)


def normaliser(recipe: Recipe) -> Normaliser:
    """The serving code's normalisation; the baseline brings the older project's."""
    usual = partial(normalise, how=recipe.normalisation)
    chosen = stretch if recipe.network == "segnet" else usual

    def blanked(pixels: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
        result = chosen(pixels, valid)
        result[list(recipe.blank_bands)] = 0
        return result

    return blanked if recipe.blank_bands else chosen


def stretch(pixels: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Each band (8, H, W) of an image from its 2nd to its 98th percentile to 0 to 1, clipped."""
    low, high = np.percentile(pixels[:, valid], STRETCH_PERCENT, axis=1)[:, :, None, None]
    return np.clip((pixels - low) / np.maximum(high - low, 1e-6), 0, 1) * valid


def draw_gsd(rng: np.random.Generator) -> float:
    """A pixel size to train at, in metres."""
    low, high = SCALES[rng.choice(len(SCALES), p=[share for _, share in SCALES])][0]
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def scaled(place: Site, gsd_m: float) -> tuple[Site, float]:
    """A place in the scene or one averaged from it, and how many of its pixels make up one."""
    scene, row, column = place.scene, place.row, place.column
    while gsd_m / scene.gsd_m >= HALVE and min(scene.pixels.shape[1:]) > 1:
        scene, row, column = scene.halved, row // 2, column // 2
    row, column = (
        min(at, side - 1) for at, side in zip((row, column), scene.pixels.shape[1:], strict=True)
    )
    scale = max(gsd_m / scene.gsd_m, 1 / COARSER)
    return Site(scene, row, column), 1.0 if abs(scale - 1) < SAME_GSD else scale


def prepared(
    pixels: NDArray[np.float32], scene: TrainingScene, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Bands (8, H, W) of a scene as a sensor might have seen them; blank ones vary as real ones."""
    if scene.pixels.dtype == np.uint8:
        pixels = augment.gamma(pixels, rng)
    estimated = np.flatnonzero(~np.array(scene.known))
    if len(estimated) and rng.random() < 0.5:
        pixels = augment.misregister(pixels, estimated, rng)
    return estimates.vary(pixels, scene.shown)


def cut(
    place: Site,
    side: int,
    normalised: Normaliser,
    rng: np.random.Generator,
    repaint: bool = False,
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """A crop of `side` px about a place, out of a larger window whose statistics normalise it."""
    scene, lengths = place.scene, place.scene.pixels.shape[1:]
    crop = [
        _start(centre, side, length, rng)
        for centre, length in zip((place.row, place.column), lengths, strict=True)
    ]
    wide = max(side, round(rng.uniform(*WINDOWS)) if rng.random() < 0.5 else WINDOWS[0])
    rows, columns = (
        _around(start, side, wide, length, rng) for start, length in zip(crop, lengths, strict=True)
    )
    pixels = scene.pixels[:, rows, columns].astype(np.float32)
    valid = np.asarray(pixels.any(axis=0))  # 0 in all bands is no ground, as in serving
    pixels = prepared(pixels, scene, rng)
    if repaint:
        pixels = augment.repaint_roads(pixels, scene.labels[:, rows, columns], rng)
    pixels = augment.radiometry(pixels, rng)
    pixels = normalised(pixels, valid)
    pixels[~np.array(scene.shown)] = 0
    inside = tuple(
        slice(start - outer.start, start - outer.start + side)
        for start, outer in zip(crop, (rows, columns), strict=True)
    )
    targets = scene.targets(*(slice(start, start + side) for start in crop))
    return _fill(pixels[:, *inside], side, 0), _fill(targets, side, UNKNOWN)


def whole(scene: TrainingScene, normalised: Normaliser) -> NDArray[np.float32]:
    """The bands (8, H, W) of a scene as serving shows them to the network, blank ones 0."""
    pixels = estimates.vary(scene.pixels.astype(np.float32), scene.shown)
    pixels = normalised(pixels, np.ones(pixels.shape[1:], bool))
    pixels[~np.array(scene.shown)] = 0
    return pixels


def shown(
    scene: TrainingScene, side: int, normalised: Normaliser, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A random window (8, side, side) as serving would show it to the network, mirrored if short."""
    starts = [int(rng.integers(0, max(1, length - side + 1))) for length in scene.pixels.shape[1:]]
    rows, columns = (slice(start, start + side) for start in starts)
    pixels = estimates.vary(scene.pixels[:, rows, columns].astype(np.float32), scene.shown)
    pixels = normalised(pixels, np.ones(pixels.shape[1:], bool))
    pixels[~np.array(scene.shown)] = 0
    missing = [(0, side - length) for length in pixels.shape[1:]]
    return np.pad(pixels, [(0, 0), *missing], mode="symmetric")


def _start(centre: int, side: int, length: int, rng: np.random.Generator) -> int:
    shift = int(rng.integers(-side // 2, side // 2 + 1)) // 2
    return int(np.clip(centre - side // 2 + shift, 0, max(0, length - side)))


def _around(start: int, side: int, wide: int, length: int, rng: np.random.Generator) -> slice:
    low = int(np.clip(start - rng.integers(0, wide - side + 1), 0, max(0, length - wide)))
    return slice(low, min(low + max(wide, start + side - low), length))


def _fill(array: np.ndarray, side: int, value: int) -> np.ndarray:
    """Scenes narrower than a crop are filled up, their labels with unknown."""
    missing = [(0, 0), *((0, side - length) for length in array.shape[1:])]
    return np.pad(array, missing, constant_values=value)
