"""What a scene's pixels are like, from a sample: levels for the network, undeclared fill, warnings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tesela.core.caveat import Caveat
from tesela.core.caveats import caveats
from tesela.core.image import Grid, Image, Pixels, Valid
from tesela.core.model import Model
from tesela.core.normalise import Levels, levels, stretch
from tesela.errors import UnsuitableImageError
from tesela.scenes.reader import SceneFile, without_fill
from tesela.scenes.window import Window

_WINDOWS = 128  # blocks of the file that are looked at first
_SAMPLES = 65_536  # pixels of them: percentiles move by under 1 %
_MIN_VALID = 4_096  # where fewer are valid, further blocks are looked at
_MIN_SHARE = 0.01  # of the sample, for a value in all bands to be fill
_MAX_COPIES = 0.5  # of the other pixels: beyond, bands are copies of each other
_WINDOW_PX = 256  # of resampled blocks
_SEED = 0

Read = Callable[[Window], tuple[Pixels, Valid]]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What was found in a scene; `fill` are values that mean nodata where all bands hold them."""

    levels: Levels
    fill: tuple[float, ...]
    valid_share: float
    caveats: tuple[Caveat, ...]


def sample(scene: SceneFile, model: Model) -> Sample:
    """Look at pixels all over a scene; the same scene always gives the same sample.

    Raises:
        UnsuitableImageError: No valid pixel was found.
    """
    pixels, valid = _drawn(scene.file_size, scene.block_size, scene.read_file)
    fill = tuple(_fill(pixels, valid, zero_is_fill=scene.dtype.endswith("int16")))
    found = (_fill_caveat(fill, pixels, valid),) if _is_news(fill, pixels) else ()
    if scene.rescaling:  # the network sees means of pixels, which vary less
        size = scene.grid.height, scene.grid.width
        pixels, valid = _drawn(size, (_WINDOW_PX, _WINDOW_PX), replace(scene, fill=fill).read)
    else:
        valid = without_fill(pixels, valid, fill)
    if not valid.any():
        raise UnsuitableImageError(
            f"All {valid.size} pixels that were looked at, in all blocks, are nodata.",
            "all-nodata",
            pixels=valid.size,
        )
    seen = pixels[:, valid]
    by = levels(seen, model.normalisation)
    warnings = _warnings(scene, model, seen, by)
    return Sample(by, fill, float(valid.mean()), (*scene.caveats, *found, *warnings))


def _drawn(size: tuple[int, int], block: tuple[int, int], read: Read) -> tuple[Pixels, Valid]:
    """Pixels (8, n) of blocks that are spread over an area of some size, and which are valid."""
    rng = np.random.default_rng(_SEED)
    drawn = list[tuple[Pixels, Valid]]()
    for windows in _rounds(size, block, rng):
        each = -(-_SAMPLES // len(windows))
        drawn += [_some(read, window, each, rng) for window in windows]
        if sum(np.count_nonzero(_counted(*part)) for part in drawn) >= _MIN_VALID:
            break
    pixels, valid = zip(*drawn, strict=True)
    return np.concatenate(pixels, axis=1), np.concatenate(valid)


def _counted(pixels: Pixels, valid: Valid) -> Valid:
    return without_fill(pixels, valid, (0.0,))


def _rounds(
    size: tuple[int, int], block: tuple[int, int], rng: np.random.Generator
) -> Iterator[list[Window]]:
    """Blocks: one of each of 128 equal runs, and then the others in a random order."""
    height, width = block
    across = -(-size[1] // width)
    count = -(-size[0] // height) * across

    def window(number: int) -> Window:
        row, column = number // across * height, number % across * width
        bottom, right = (
            min(row + height, size[0]),
            min(column + width, size[1]),
        )
        return Window(row, column, bottom - row, right - column)

    chosen = np.arange(count)
    if count > _WINDOWS:
        chosen = ((np.arange(_WINDOWS) + rng.random(_WINDOWS)) * (count / _WINDOWS)).astype(int)
    yield [window(int(number)) for number in chosen]
    others = rng.permutation(np.setdiff1d(np.arange(count), chosen))
    for start in range(0, len(others), _WINDOWS):
        yield [window(int(number)) for number in others[start : start + _WINDOWS]]


def _some(read: Read, window: Window, count: int, rng: np.random.Generator) -> tuple[Pixels, Valid]:
    pixels, valid = read(window)
    flat = pixels.reshape(len(pixels), -1)
    if flat.shape[1] <= count:
        return flat, valid.ravel()
    chosen = np.sort(rng.choice(flat.shape[1], count, replace=False))
    return flat[:, chosen], valid.ravel()[chosen]


def _fill(pixels: Pixels, valid: Valid, *, zero_is_fill: bool) -> Iterator[float]:
    """Values that all bands share at over 1 % of the sample, unless the bands are mere copies."""
    equal = valid & (pixels == pixels[0]).all(axis=0)
    if zero_is_fill:
        yield 0.0
        equal &= pixels[0] != 0
    values, counts = np.unique(pixels[0, equal], return_counts=True)
    frequent = counts > _MIN_SHARE * valid.size
    found = equal & np.isin(pixels[0], values[frequent])
    others = valid & ~found
    if np.count_nonzero(equal & others) <= _MAX_COPIES * np.count_nonzero(others):
        yield from map(float, values[frequent])


def _is_news(fill: tuple[float, ...], pixels: Pixels) -> bool:
    equal = (pixels == pixels[0]).all(axis=0)
    return bool(np.isin(pixels[0, equal], np.array(fill, np.float32)).any())


def _fill_caveat(fill: tuple[float, ...], pixels: Pixels, valid: Valid) -> Caveat:
    equal = (pixels == pixels[0]).all(axis=0) & valid
    present = [value for value in fill if (pixels[0, equal] == np.float32(value)).any()]
    percent = (
        100
        * np.count_nonzero(np.isin(pixels[0, equal], np.array(present, np.float32)))
        / valid.size
    )
    named = " and ".join(f"{value:g}" for value in present)
    return Caveat(
        "undeclared-fill",
        {"values": present, "percent": percent},
        f"About {percent:.2g} % of the pixels hold {named} in all bands, though no tag declares it: "
        "they are taken as nodata.",
    )


def _warnings(
    scene: SceneFile, model: Model, seen: NDArray[np.float32], by: Levels
) -> tuple[Caveat, ...]:
    """Return what an image of the sampled pixels, of the scene's pixel size, would warn of."""
    valid = np.ones((1, seen.shape[1]), bool)
    row = seen[:, None]
    grid = replace(Grid(seen.shape[1], 1), assumed_size_m=scene.grid.pixel_size_m)
    image = Image(row, valid, scene.dtype, grid)
    shown = stretch(row.copy(), valid, by, model.normalisation)
    return caveats(image, image, shown, model)
