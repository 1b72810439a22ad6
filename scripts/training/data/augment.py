"""Changes of a window that leave its meaning: turns, radiometry, scale, colours, lost bands.

Radiometry is changed before normalisation, so that the model sees what serving would make of such
an image; an offset or a gain of the whole image would vanish there, and is not tried.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from tesela.catalogue import KEYS

ROADS = KEYS.index("roads")

Pixels = NDArray[np.float32]  # (8, H, W)
Labels = NDArray[np.uint8]  # (10, H, W)


def turn(pixels: Pixels, labels: Labels, rng: np.random.Generator) -> tuple[Pixels, Labels]:
    """One of the eight symmetries of a square, the same for both."""
    quarter, mirror = int(rng.integers(4)), bool(rng.integers(2))
    pixels, labels = np.rot90(pixels, quarter, (1, 2)), np.rot90(labels, quarter, (1, 2))
    return (pixels[:, :, ::-1], labels[:, :, ::-1]) if mirror else (pixels, labels)


def resize(pixels: Pixels, labels: Labels, size: int) -> tuple[Pixels, Labels]:
    """Stretch or shrink a square window to `size` pixels: bilinear bands, nearest labels."""
    if pixels.shape[1] == size:
        return pixels, labels
    last = pixels.shape[1] - 1
    places = np.clip((np.arange(size) + 0.5) * pixels.shape[1] / size - 0.5, 0, last)
    nearest, low = np.rint(places).astype(int), places.astype(int)
    high, share = np.minimum(low + 1, last), (places - low).astype(np.float32)
    pixels = pixels[:, low] * (1 - share)[:, None] + pixels[:, high] * share[:, None]
    pixels = pixels[:, :, low] * (1 - share) + pixels[:, :, high] * share
    return pixels, labels[:, nearest][:, :, nearest]


def gamma(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Undo more or less of the curve by which pictures of 8 bits are brightened for display."""
    return np.asarray(
        255 * (pixels / 255) ** np.float32(np.exp(rng.uniform(-0.2, 0.8))), np.float32
    )


def misregister(pixels: Pixels, moved: NDArray[np.intp], rng: np.random.Generator) -> Pixels:
    """Move some bands together by a fraction of a pixel, as detector rows see them at other times."""
    offset = rng.normal(0, 0.4, 2)
    pixels = pixels.copy()
    for band in moved:
        pixels[band] = ndimage.shift(pixels[band], offset, order=1, mode="nearest")
    return pixels


def lose_estimates(
    pixels: Pixels, known: NDArray[np.bool_], share: float, rng: np.random.Generator
) -> Pixels:
    """Blank normalised bands that nobody measured: all of them in a share of the windows, or one of ten each.

    What an estimate repeats of the measured bands is no knowledge, and real ones differ from it.
    """
    lost = ~known & (rng.random(len(known)) < 0.1)
    if rng.random() < share:
        lost = ~known
    pixels[lost] = 0
    return pixels


def radiometry(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Gains by band, now and then haze, a blur, or an 8-bit stretch with a curve."""
    pixels = pixels * np.exp(rng.normal(0, 0.15, (8, 1, 1))).astype(np.float32)
    if rng.random() < 0.3:
        pixels = _haze(pixels, rng)
    if rng.random() < 0.25:
        pixels = ndimage.gaussian_filter(pixels, (0, *[rng.uniform(0.3, 0.9)] * 2))
    return _stretch(pixels, rng) if rng.random() < 0.25 else pixels


def noise(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Up to three hundredths of each band's spread."""
    level = rng.uniform(0, 0.03) * pixels.std(axis=(1, 2), keepdims=True)
    return pixels + level * rng.standard_normal(pixels.shape, np.float32)


def repaint_roads(pixels: Pixels, labels: Labels, rng: np.random.Generator) -> Pixels:
    """Give each stretch of road a brightness and a colour of its own, mostly darker, softly edged.

    Of the real roads to train on, all but one scene's are brighter than the ground beside them, as
    asphalt is not.
    """
    stretches, number = ndimage.label(labels[ROADS] == 1)
    if not number:
        return pixels
    brightness = rng.uniform(-1, 0.5, number + 1)
    colour = rng.normal(0, 0.35, number + 1)
    brightness[0] = colour[0] = 0  # beside the roads
    knobs = (knob.astype(np.float32)[stretches] for knob in (brightness, colour))
    soft = [ndimage.gaussian_filter(knob, 0.7) for knob in knobs]
    blue_to_infrared = np.linspace(-1, 1, 8, dtype=np.float32)[:, None, None]
    return pixels * np.exp(soft[0] + soft[1] * blue_to_infrared)


def lose_band(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Blank one normalised band in 20 windows, as a constant band is blank."""
    if rng.random() < 0.05:
        pixels[rng.integers(8)] = 0
    return pixels


def _haze(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Add light that grows over the window, more in blue than in infrared."""
    rows, columns = np.meshgrid(*(np.linspace(0, 1, n) for n in pixels.shape[1:]), indexing="ij")
    slope = rng.normal(0, 1, 2)
    veil = (slope[0] * rows + slope[1] * columns).astype(np.float32)
    strength = 0.25 * pixels.std(axis=(1, 2)) * np.linspace(1, 0.1, 8)
    return pixels + veil * strength[:, None, None].astype(np.float32)


def _stretch(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Stretch each band to 256 levels, as image viewers do, with some gamma."""
    cut = rng.uniform(0, 2)
    seen = pixels[:, ::3, ::3]
    shares = np.array((cut, 100 - cut), np.float32)
    low, high = np.percentile(seen, shares, axis=(1, 2), keepdims=True)
    shares = np.clip((pixels - low) / np.maximum(high - low, 1e-6), 0, 1)
    return np.rint(255 * shares ** rng.uniform(0.75, 1.3))
