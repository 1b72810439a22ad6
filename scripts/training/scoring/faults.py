"""What may be wrong with an upload, done to sound images: who judges them must see it."""

import numpy as np
from numpy.typing import NDArray
from tesela.core.rescale import resize

from scripts.training.scoring.familiarity import MIN_SIDE_PX, Change

Bands = NDArray[np.float32]

FACTOR = 3
MIN_PART_PX = 20
# Fresh snow beside bright ground, by band: it loses brightness in the infrared (Warren 1982).
SNOW = np.array((0.98, 0.98, 0.98, 0.97, 0.96, 0.92, 0.87, 0.75), np.float32)


def _order(*order: int) -> Change:
    return lambda pixels, _: pixels[list(order)]


def enlarged(pixels: Bands, _: np.random.Generator) -> Bands | None:
    """A part of the image in as many pixels; None where too few pixels would be left of it."""
    sides = [side // FACTOR for side in pixels.shape[1:]]
    if min(sides) < MIN_PART_PX:
        return None
    return resize(pixels[:, : sides[0], : sides[1]], *(FACTOR * side for side in sides))


def shrunk(pixels: Bands, _: np.random.Generator) -> Bands | None:
    """The image in fewer pixels; None where they would be too few."""
    sides = [side // FACTOR for side in pixels.shape[1:]]
    return resize(pixels, *sides) if min(sides) >= MIN_SIDE_PX else None


def _snow(pixels: Bands, rng: np.random.Generator) -> Bands:
    """Snow on all that is no shadow; it undulates a little, so that it is not one value."""
    flat = pixels.reshape(len(pixels), -1)
    bright = 1.3 * np.percentile(flat, 99, axis=1)[:, None, None] * SNOW[:, None, None]
    visible = pixels[[1, 2, 4]].mean(axis=0)
    dark, light = np.percentile(visible, (15, 35))
    share = 0.95 * np.clip((visible - dark) / max(light - dark, 1e-6), 0, 1)
    coarse = [max(2, side // 8) for side in pixels.shape[1:]]
    waves = 1 + 0.03 * resize(rng.standard_normal((1, *coarse)), *pixels.shape[1:])
    return share * bright * waves + (1 - share) * pixels


def _noise(pixels: Bands, rng: np.random.Generator) -> Bands:
    return rng.uniform(100, 1000, pixels.shape).astype(np.float32)


def _blank(pixels: Bands, rng: np.random.Generator) -> Bands:
    return (500 + rng.normal(0, 2, pixels.shape)).astype(np.float32)


FAULTS: dict[str, Change] = {
    "bands reversed": _order(7, 6, 5, 4, 3, 2, 1, 0),
    "blue and red exchanged": _order(0, 4, 2, 3, 1, 5, 6, 7),
    "red, green, blue first": _order(4, 2, 1, 0, 3, 5, 6, 7),
    "bands one place on": _order(7, 0, 1, 2, 3, 4, 5, 6),
    "one band eight times": _order(*[2] * 8),
    f"enlarged {FACTOR} times": enlarged,
    f"shrunk {FACTOR} times": shrunk,
    "snow": _snow,
    "noise": _noise,
    "blank but for noise": _blank,
}

SCALES: dict[float, Change] = {float(FACTOR): enlarged, 1 / FACTOR: shrunk}
