"""From a painted canvas to the 11-bit counts that a WorldView-3 multispectral image holds."""

import numpy as np
from numpy.typing import NDArray

from scripts.scenes import materials
from scripts.scenes.canvas import OVERSAMPLING, Canvas
from scripts.scenes.shapes import field

# Counts for a white surface, and of the air's own light, by band. Chosen so that means and spreads
# are near those of published 11-bit scenes: the bluer the band, the more of its light is haze.
GAIN = np.array([1750, 1900, 2350, 2050, 1800, 1650, 1500, 1250], np.float32)
HAZE = np.array([245, 190, 125, 78, 52, 38, 24, 16], np.float32)
BLUR_PX = 0.45  # deviation of the point spread, about 0.2 of the MTF left at Nyquist
READ_NOISE = 1.6  # counts
SHOT_NOISE = 0.05  # counts of variance per count
MOST = 2047


def expose(canvas: Canvas) -> NDArray[np.uint16]:
    """Count the light (8, height, width): texture, shadow, optics, haze and noise."""
    light = canvas.light * _texture(canvas)
    haze = HAZE * canvas.rng.uniform(0.85, 1.2)
    bands = [
        _observe(canvas, materials.REFLECTANCE[:, band][canvas.material] * light) * GAIN[band]
        + haze[band]
        for band in range(len(GAIN))
    ]
    return _count(np.stack(bands), canvas.rng)


def coverage(canvas: Canvas) -> NDArray[np.bool_]:
    """Reduce truth to (10, height, width): pixels of which a class covers at least half."""
    classes, rows, columns = canvas.truth.shape
    cells = canvas.truth.reshape(
        classes, rows // OVERSAMPLING, OVERSAMPLING, columns // OVERSAMPLING, OVERSAMPLING
    )
    return np.asarray(cells.sum(axis=(2, 4), dtype=np.uint8) * 2 >= OVERSAMPLING**2)


def _texture(canvas: Canvas) -> NDArray[np.float32]:
    fine = canvas.rng.standard_normal(canvas.material.shape).astype(np.float32)
    uneven = 0.9 * field(canvas, 5.0, octaves=2) + 0.5 * field(canvas, 40.0) + 0.6 * fine
    return np.asarray(np.clip(1 + materials.GRAIN[canvas.material] * uneven, 0.25, 2.0))


def _observe(canvas: Canvas, radiance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur by the point spread and average the cells of each pixel."""
    taps = _gaussian(BLUR_PX * OVERSAMPLING)
    blurred = _along(_along(radiance, taps).T, taps).T
    shape = (canvas.height, OVERSAMPLING, canvas.width, OVERSAMPLING)
    return np.asarray(blurred.reshape(shape).mean(axis=(1, 3)))


def _gaussian(deviation: float) -> NDArray[np.float32]:
    reach = int(np.ceil(3 * deviation))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    return np.asarray(taps / taps.sum()).astype(np.float32)


def _along(cells: NDArray[np.float32], taps: NDArray[np.float32]) -> NDArray[np.float32]:
    reach = len(taps) // 2
    padded = np.pad(cells, ((reach, reach), (0, 0)), mode="edge")
    return np.asarray(
        sum(tap * padded[start : start + len(cells)] for start, tap in enumerate(taps))
    )


def _count(signal: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint16]:
    noise = rng.standard_normal(signal.shape).astype(np.float32)
    noisy = signal + noise * np.sqrt(READ_NOISE**2 + SHOT_NOISE * signal)
    return np.asarray(np.clip(np.rint(noisy), 1, MOST)).astype(np.uint16)
