"""Outlines in metres turned into regions of a canvas, and smooth random fields."""

import itertools

import numpy as np
from numpy.typing import NDArray

from scripts.scenes.canvas import SHADOW, Canvas, Point, Points, Region


def rectangle(canvas: Canvas, at: Point, size: tuple[float, float], angle: float) -> Region:
    """Cut out a box centred on a point, `size` its length along `angle` and its width."""
    x, y = at
    reach = np.hypot(*size) / 2
    rows, columns = canvas.window(x - reach, y - reach, x + reach, y + reach)
    along, across = _turned(canvas, (rows, columns), (x, y), angle)
    return Region(rows, columns, (abs(along) <= size[0] / 2) & (abs(across) <= size[1] / 2))


def disc(canvas: Canvas, x: float, y: float, radius: float, lobes: float = 0.0) -> Region:
    """Cut out a circle; `lobes` (0 to 0.3) makes its edge wavy, as a tree's crown is."""
    reach = radius * (1 + lobes)
    rows, columns = canvas.window(x - reach, y - reach, x + reach, y + reach)
    along, across = _turned(canvas, (rows, columns), (x, y), 0.0)
    edge = radius
    if lobes:
        phase = canvas.rng.uniform(0, 2 * np.pi, 2)
        turn = np.arctan2(across, along)
        edge = radius * (
            1 + lobes * (0.6 * np.sin(3 * turn + phase[0]) + 0.4 * np.sin(5 * turn + phase[1]))
        )
    return Region(rows, columns, np.hypot(along, across) <= edge)


def stroke(canvas: Canvas, points: Points, width: float) -> Region:
    """Cut out everything within half a width of a line through the points."""
    distance = np.full(canvas.material.shape, np.inf, np.float32)
    for start, end in itertools.pairwise(points):
        low, high = np.minimum(start, end) - width, np.maximum(start, end) + width
        rows, columns = canvas.window(*low, *high)
        window = distance[rows, columns]
        np.minimum(window, _to_segment(canvas, rows, columns, start, end), out=window)
    return canvas.everywhere(distance <= width / 2)


def shadow(canvas: Canvas, region: Region, height_m: float) -> Region:
    """Cut out the ground that an object shades: its outline swept along the shadow."""
    steps = max(2, round(height_m * 3))
    mask: NDArray[np.bool_] = np.zeros(canvas.material.shape, bool)
    rows, columns = np.nonzero(region.mask)
    for part in np.linspace(0, height_m, steps):
        down, right = (round(part * SHADOW[axis] * 3 / 1.24) for axis in (1, 0))
        y, x = rows + region.rows.start + down, columns + region.columns.start + right
        inside = (y >= 0) & (y < mask.shape[0]) & (x >= 0) & (x < mask.shape[1])
        mask[y[inside], x[inside]] = True
    return canvas.everywhere(mask)


def field(canvas: Canvas, scale_m: float, octaves: int = 3) -> NDArray[np.float32]:
    """Make smooth noise of mean 0 and deviation 1; `scale_m` is its largest swell."""
    total = np.zeros(canvas.material.shape, np.float32)
    for octave in range(octaves):
        total += _swell(canvas, scale_m / 2**octave) / 1.6**octave
    return np.asarray((total - total.mean()) / max(float(total.std()), 1e-6))


def curve(points: list[tuple[float, float]], step_m: float = 3.0) -> Points:
    """Draw a Catmull-Rom line through the points, as short straight pieces."""
    knots = np.array([points[0], *points, points[-1]], float)
    pieces = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        t = np.linspace(0, 1, max(2, int(np.hypot(*(c - b)) / step_m)), endpoint=False)[:, None]
        pieces.append(
            b
            + 0.5 * t * (c - a)
            + t**2 * (a - 2.5 * b + 2 * c - 0.5 * d)
            + t**3 * (-0.5 * a + 1.5 * b - 1.5 * c + 0.5 * d)
        )
    return np.concatenate([*pieces, knots[-1:]])


def _turned(
    canvas: Canvas, window: tuple[slice, slice], at: Point, angle: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates of a window's cells along and across a direction through a point."""
    right, down = canvas.grid(*window)
    right, down = right - at[0], down - at[1]
    cos, sin = np.cos(angle), np.sin(angle)
    return right * cos + down * sin, down * cos - right * sin


def _to_segment(
    canvas: Canvas, rows: slice, columns: slice, start: Points, end: Points
) -> NDArray[np.float32]:
    x, y = canvas.grid(rows, columns)
    across = end - start
    part = ((x - start[0]) * across[0] + (y - start[1]) * across[1]) / max(across @ across, 1e-9)
    part = np.clip(part, 0, 1)
    return np.asarray(np.hypot(x - start[0] - part * across[0], y - start[1] - part * across[1]))


def _swell(canvas: Canvas, scale_m: float) -> NDArray[np.float32]:
    """Put random values on a coarse lattice, read between the knots by a smooth step."""
    width, height = canvas.size_m
    knots = canvas.rng.standard_normal((int(height / scale_m) + 2, int(width / scale_m) + 2))
    rows, columns = canvas.material.shape
    y, x = np.linspace(0, height / scale_m, rows), np.linspace(0, width / scale_m, columns)
    top, left = y.astype(int), x.astype(int)
    v, u = (_smooth(y - top)[:, None], _smooth(x - left)[None, :])
    above = knots[top][:, left] * (1 - u) + knots[top][:, left + 1] * u
    below = knots[top + 1][:, left] * (1 - u) + knots[top + 1][:, left + 1] * u
    return np.asarray(above * (1 - v) + below * v).astype(np.float32)


def _smooth(part: NDArray[np.float64]) -> NDArray[np.float64]:
    return part * part * (3 - 2 * part)
