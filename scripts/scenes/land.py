"""Fields, water and trees."""

import numpy as np
from numpy.typing import NDArray

from scripts.scenes import objects, ways
from scripts.scenes.canvas import Canvas, Mask, Points, Region
from scripts.scenes.shapes import curve, disc, field, stroke


def fields(
    canvas: Canvas, turn: float, inside: tuple[float, float, float, float] = (0, 0, 1, 1)
) -> None:
    """Sow strips of crops and bare soil, each with its own rows."""
    width, height = canvas.size_m
    box = canvas.window(
        inside[0] * width, inside[1] * height, inside[2] * width, inside[3] * height
    )
    x, y = canvas.grid(*box)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    gap = (float(canvas.rng.uniform(62, 84)), float(canvas.rng.uniform(34, 48)))
    column = np.floor(along / gap[0])
    row = np.floor(across / gap[1] + 0.37 * column)
    free = ~canvas.taken("waterways", "standing_water")[box]
    for place in np.unique(column + 1000 * row):
        mask = (column + 1000 * row == place) & free
        edge_a, edge_b = along / gap[0] % 1, (across / gap[1] + 0.37 * column) % 1
        mask &= (edge_a > 0.03) & (edge_a < 0.97) & (edge_b > 0.05) & (edge_b < 0.95)
        _sow(canvas, box, mask, along, across)


def _sow(
    canvas: Canvas,
    box: tuple[slice, slice],
    mask: Mask,
    along: NDArray[np.float32],
    across: NDArray[np.float32],
) -> None:
    region = Region(*box, mask)
    crop = str(
        canvas.rng.choice(["young crop", "crop", "ripe crop", "soil"], p=[0.28, 0.3, 0.24, 0.18])
    )
    canvas.forget(region, "trees")
    canvas.paint(region, crop, "" if crop == "soil" else "crops", canvas.rng.uniform(0.85, 1.1))
    rows_m = canvas.rng.choice([3.0, 4.5, 9.0])
    stripes = 1 + 0.06 * np.sin(
        2 * np.pi * (across if canvas.rng.uniform() < 0.7 else along) / rows_m
    )
    canvas.light[box][mask] *= stripes[mask]


def river_course(canvas: Canvas) -> Points:
    """Draw the middle line of a river from the upper edge to the lower."""
    width, height = canvas.size_m
    shift = canvas.rng.uniform(-0.06, 0.06, 5)
    knots = zip((0.34, 0.55, 0.36, 0.6, 0.52), (-0.06, 0.22, 0.5, 0.76, 1.06), shift, strict=True)
    return curve([(width * (x + move), height * y) for x, y, move in knots])


def banks(canvas: Canvas, bed: Points, broad: float) -> None:
    """Lay grass along the water, and sand where the current leaves it."""
    grass = stroke(canvas, bed, broad + 11)
    canvas.forget(grass, "trees")
    canvas.paint(grass, "grass")
    for side in (-2.5, 2.5):
        bar = stroke(canvas, bed + np.array([side, 0.0]), broad + 3)
        bar.mask[...] &= field(canvas, 26) > 0.75
        canvas.paint(bar, "sand", tone=0.8)


def oxbow(canvas: Canvas) -> None:
    """Paint a lake where the river once ran."""
    width, height = canvas.size_m
    x, y = width * 0.78, height * 0.56
    turn = np.linspace(0.2, 3.6, 24)
    bow = np.stack([x + width * 0.11 * np.cos(turn), y - height * 0.09 * np.sin(turn)], axis=1)
    shore = stroke(canvas, bow, 15)
    canvas.forget(shore, "trees")
    canvas.paint(shore, "grass")
    objects.water(canvas, stroke(canvas, bow, 10.5), "deep water", "standing_water")


def pond(canvas: Canvas) -> None:
    """Dig a pond with a grassy bank anywhere; what stood there is gone."""
    width, height = canvas.size_m
    x, y = canvas.rng.uniform((width * 0.1, height * 0.1), (width * 0.9, height * 0.9))
    bank = disc(canvas, x, y, 13, lobes=0.2)
    canvas.forget(
        bank,
        "crops",
        "trees",
        "tracks",
        "buildings",
        "structures",
        "large_vehicles",
        "small_vehicles",
    )
    canvas.paint(bank, "grass")
    pond = disc(canvas, x, y, 10.5, lobes=0.2).less(canvas.taken("roads"))
    objects.water(canvas, pond, "green water", "standing_water")


def scatter_trees(canvas: Canvas, spacing_m: float, radius: tuple[float, float]) -> None:
    """Plant trees here and there, off buildings, roads, water and structures."""
    avoid = canvas.taken(
        "buildings", "roads", "waterways", "standing_water", "structures", "tracks", "crops"
    )
    width, height = canvas.size_m
    for _ in range(int(width * height / spacing_m**2)):
        x, y = canvas.rng.uniform((0, 0), (width, height))
        objects.tree(canvas, x, y, canvas.rng.uniform(*radius), avoid)


def row_of_trees(canvas: Canvas, line: Points, chance: float) -> None:
    """Plant a hedge along a line, with gaps."""
    avoid = canvas.taken("roads", "tracks", "buildings", "standing_water", "waterways")
    for x, y, _ in ways.along(line, 5.0):
        if canvas.rng.uniform() < chance:
            objects.tree(canvas, x, y, canvas.rng.uniform(1.8, 3.4), avoid)
