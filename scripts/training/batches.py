"""Random windows of training scenes, balanced over sources and classes, ready for the network."""

import keras
import numpy as np
from numpy.typing import NDArray
from tesela.core.normalise import Normalisation, normalise

from scripts.training import augment
from scripts.training.scene import UNKNOWN, TrainingScene

# Shares of the batches. Dstl has the labels that count, but estimated infrared; simulated scenes
# know every class but look alike; NAIP has real infrared and other roofs; Vegas is real but tiny.
# Sources that are absent leave their share to the others.
SHARES = {"competition": 0.52, "dstl": 0.52, "simulated": 0.28, "naip": 0.14, "vegas": 0.06}
CROP = 128  # pixels; the network sees any size, and small crops make varied batches
WINDOWS = (160, 320)  # sides over which statistics are taken: uploads are tiles or more
ZOOM = (0.8, 1.25)


class Batches(keras.utils.PyDataset):
    """`steps` batches an epoch; every batch depends on its number and the seed alone."""

    def __init__(
        self, scenes: list[TrainingScene], batch: int, steps: int, how: Normalisation, seed: int
    ) -> None:
        super().__init__(workers=1, max_queue_size=8)
        present = {scene.source for scene in scenes}
        self._by_source = {
            source: [scene for scene in scenes if scene.source == source]
            for source in SHARES
            if source in present
        }
        shares = np.array([SHARES[source] for source in self._by_source])
        self._shares = shares / shares.sum()
        self._places = {scene.name: _places(scene) for scene in scenes}
        self._batch, self._steps, self._how, self._seed = batch, steps, how, seed
        self._epoch = 0

    def __len__(self) -> int:
        """Batches of an epoch."""
        return self._steps

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Windows (batch, CROP, CROP, 8) and labels (batch, CROP, CROP, 10)."""
        rng = np.random.default_rng((self._seed, self._epoch, index))
        pairs = [self._window(rng) for _ in range(self._batch)]
        pixels, labels = (np.stack(arrays) for arrays in zip(*pairs, strict=True))
        return pixels.transpose(0, 2, 3, 1), labels.transpose(0, 2, 3, 1)

    def start_at(self, epoch: int) -> None:
        """Go on where an interrupted run stopped."""
        self._epoch = epoch

    def on_epoch_end(self) -> None:
        """Draw other windows in the next epoch."""
        self._epoch += 1

    def _window(self, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        source = rng.choice(list(self._by_source), p=self._shares)
        scene = self._by_source[source][rng.integers(len(self._by_source[source]))]
        side = round(CROP * rng.uniform(*ZOOM)) if rng.random() < 0.5 else CROP
        pixels, labels = cut(scene, self._places[scene.name], side, self._how, rng)
        pixels, labels = augment.resize(pixels, labels, CROP)
        return augment.turn(augment.lose_band(pixels, rng), labels, rng)


def cut(
    scene: TrainingScene,
    places: list[NDArray[np.int64]],
    side: int,
    how: Normalisation,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """A crop of `side` px out of a larger window whose statistics normalise it."""
    crop = [_start(centre, side, length, rng) for centre, length in _aim(scene, places, rng)]
    wide = max(side, round(rng.uniform(*WINDOWS)) if rng.random() < 0.5 else WINDOWS[0])
    rows, columns = (
        _around(start, side, wide, length, rng)
        for start, length in zip(crop, scene.pixels.shape[1:], strict=True)
    )
    pixels = augment.radiometry(scene.pixels[:, rows, columns].astype(np.float32), rng)
    pixels = normalise(pixels, np.ones(pixels.shape[1:], bool), how)
    inside = tuple(
        slice(start - outer.start, start - outer.start + side)
        for start, outer in zip(crop, (rows, columns), strict=True)
    )
    labels = scene.labels[:, crop[0] : crop[0] + side, crop[1] : crop[1] + side]
    return _fill(pixels[:, *inside], side, 0), _fill(labels, side, UNKNOWN)


def shown(
    scene: TrainingScene, side: int, how: Normalisation, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A random window (8, side, side) as serving would show it to the network, mirrored if short."""
    starts = [int(rng.integers(0, max(1, length - side + 1))) for length in scene.pixels.shape[1:]]
    rows, columns = (slice(start, start + side) for start in starts)
    pixels = scene.pixels[:, rows, columns].astype(np.float32)
    pixels = normalise(pixels, np.ones(pixels.shape[1:], bool), how)
    missing = [(0, side - length) for length in pixels.shape[1:]]
    return np.pad(pixels, [(0, 0), *missing], mode="symmetric")


def _places(scene: TrainingScene) -> list[NDArray[np.int64]]:
    """For each class present, up to 2000 pixels of it."""
    rng = np.random.default_rng(0)
    found = [np.argwhere(mask == 1) for mask in scene.labels]
    return [rng.permutation(places)[:2000] for places in found if len(places)]


def _aim(
    scene: TrainingScene, places: list[NDArray[np.int64]], rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Row and column to show, with the lengths: half of the time one of a class picked evenly."""
    lengths = scene.pixels.shape[1:]
    if places and rng.random() < 0.5:
        chosen = places[rng.integers(len(places))]
        target = chosen[rng.integers(len(chosen))]
    else:
        target = rng.integers(lengths)
    return [(int(centre), length) for centre, length in zip(target, lengths, strict=True)]


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
