"""Plots, farms, hamlets and depots: groups of objects that belong together."""

from collections.abc import Iterator

import numpy as np

from scripts.scenes import objects
from scripts.scenes.canvas import Canvas
from scripts.scenes.shapes import disc, rectangle


def lot(canvas: Canvas, x: float, y: float, turn: float, place: int) -> None:
    """Lay out a plot: a house mostly, else a garden; every few have a pool, a shed or a wall."""
    kind = canvas.rng.uniform()
    if kind < 0.88:
        length, width = canvas.rng.uniform(11, 16), canvas.rng.uniform(8, 11)
        angle = turn + canvas.rng.choice([0, np.pi / 2]) + canvas.rng.uniform(-0.03, 0.03)
        objects.building(canvas, (x, y), (length, width), angle)
    elif kind < 0.93:
        canvas.paint(disc(canvas, x, y, 7, lobes=0.2), "dirt")
    right, down = canvas.rng.choice([-1, 1], 2) * 8.2
    corner = (x + right, y + down)
    if place % 7 == 3:
        pool = rectangle(canvas, corner, (7.5, 4.4), turn)
        canvas.paint(rectangle(canvas, corner, (9.5, 6.4), turn), "concrete")
        objects.water(canvas, pool, "pool", "standing_water")
    elif place % 4 == 1:
        objects.shed(canvas, *corner, turn)


def farmstead(canvas: Canvas, turn: float) -> None:
    """Lay out a yard with a barn, a house, silos, a shed and vehicles."""
    width, height = canvas.size_m
    x, y = canvas.rng.uniform((width * 0.2, height * 0.2), (width * 0.8, height * 0.6))
    yard = disc(canvas, x, y, 24, lobes=0.15)
    canvas.forget(yard, "crops", "trees", "tracks")
    canvas.paint(yard, "dirt")
    cos, sin = np.cos(turn), np.sin(turn)

    def at(right: float, down: float) -> tuple[float, float]:
        return x + right * cos - down * sin, y + right * sin + down * cos

    objects.building(canvas, at(-9, -10), (22, 11), turn, "metal roof")
    objects.building(canvas, at(11, -8), (13, 9), turn + np.pi / 2, "clay roof")
    for step in range(3):
        objects.structure(canvas, *at(-15 + 6.5 * step, 9), 2.7)
    objects.shed(canvas, *at(9, 9), turn, 6)
    objects.lorry(canvas, *at(2, 2), turn + 0.4, 9)
    objects.car(canvas, *at(13, 3), turn + 1.2)
    for _ in range(6):
        angle = canvas.rng.uniform(0, 2 * np.pi)
        avoid = canvas.taken("buildings", "structures")
        objects.tree(canvas, x + 25 * np.cos(angle), y + 25 * np.sin(angle), 3.2, avoid)


def hamlet(canvas: Canvas, x: float, y: float) -> None:
    """Lay out three houses round a yard."""
    yard = disc(canvas, x, y, 21, lobes=0.25).less(canvas.taken("roads", "waterways"))
    canvas.forget(yard, "trees", "crops")
    canvas.paint(yard, "dry grass")
    turn = canvas.rng.uniform(0, 0.5)
    for right, down in ((-11, -6), (7, -8), (-3, 9)):
        size = (canvas.rng.uniform(10, 14), 8.5)
        objects.building(canvas, (x + right, y + down), size, turn)
    objects.shed(canvas, x + 13, y + 7, turn)
    objects.car(canvas, x + 1, y + 1, turn)


def depot(canvas: Canvas, x: float, y: float) -> None:
    """Lay out a hall with a paved yard, lorries side by side, a canopy and a wall."""
    yard = rectangle(canvas, (x, y), (58, 44), 0.0).less(canvas.taken("roads"))
    canvas.forget(yard, "trees")
    canvas.paint(yard, "worn asphalt", tone=0.95)
    objects.building(canvas, (x - 11, y - 9), (28, 17), 0.0, "metal roof")
    objects.wall(canvas, np.array([(x - 28, y + 21), (x + 28, y + 21), (x + 28, y - 21)]))
    for step in range(4):
        objects.lorry(canvas, x + 9 + 5 * step, y - 8, np.pi / 2, 11)
    for step in range(9):
        if canvas.rng.uniform() < 0.75:
            objects.car(canvas, x - 22 + 3.4 * step, y + 12, np.pi / 2)
    objects.structure(canvas, x + 20, y + 11, 3.6)


def free_spots(
    canvas: Canvas,
    turn: float,
    gap_m: tuple[float, float],
    clear_m: float,
    off: tuple[str, ...],
) -> Iterator[tuple[float, float]]:
    """Find knots of a turned grid around which nothing of the classes in `off` lies."""
    taken = canvas.taken(*off)
    reach = float(np.hypot(*canvas.size_m)) / 2
    centre = np.array(canvas.size_m) / 2
    cos, sin = np.cos(turn), np.sin(turn)
    for v in np.arange(-reach, reach, gap_m[1]):
        for u in np.arange(-reach, reach, gap_m[0]):
            u_, v_ = np.array([u, v]) + canvas.rng.uniform(-1.5, 1.5, 2)
            x, y = centre + np.array([u_ * cos - v_ * sin, u_ * sin + v_ * cos])
            spot = disc(canvas, x, y, clear_m)
            if spot.mask.size and not (taken[spot.rows, spot.columns] & spot.mask).any():
                yield float(x), float(y)
