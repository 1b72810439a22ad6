"""Things that stand on the ground: each paints itself, its shadow and its truth."""

import numpy as np

from scripts.scenes.canvas import SHADOW, Canvas, Mask, Point, Points, Region
from scripts.scenes.shapes import disc, field, rectangle, shadow, stroke

ROOFS = (
    ("clay roof", "old clay roof", "grey roof", "concrete", "metal roof", "blue roof"),
    (0.36, 0.2, 0.16, 0.12, 0.1, 0.06),
)
PAINTS = (
    ("white paint", "silver paint", "black paint", "red paint", "blue paint"),
    (0.36, 0.26, 0.16, 0.12, 0.10),
)
CAR_M = (4.6, 2.0)


def ground(canvas: Canvas, base: str, other: str, share: float, scale_m: float = 45) -> None:
    """Let two materials grade into each other; `share` of the ground is the other one."""
    canvas.paint(canvas.everywhere(np.ones(canvas.material.shape, bool)), base)
    grading = field(canvas, scale_m) + 0.7 * canvas.rng.standard_normal(canvas.material.shape)
    canvas.paint(canvas.everywhere(grading > np.quantile(grading, 1 - share)), other)


def building(
    canvas: Canvas, at: Point, size: tuple[float, float], angle: float, roof: str = ""
) -> None:
    """Build a house with two roof slopes (flat when it is wide), ridge along its length."""
    roof = roof or str(canvas.rng.choice(ROOFS[0], p=ROOFS[1]))
    base = rectangle(canvas, at, size, angle)
    flat = size[1] > 14
    canvas.shade(shadow(canvas, base, canvas.rng.uniform(3, 5) + flat * 3))
    canvas.forget(base, "trees", "crops", "tracks")
    tone = canvas.rng.uniform(0.85, 1.1)
    canvas.paint(base, roof, "buildings", tone)
    if flat:
        _rooftop(canvas, at, size, angle)
    else:
        canvas.paint(_shaded_slope(canvas, at, size, angle), roof, "buildings", tone * 0.68)


def structure(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Put up a silo or tank: round, bright, with a short shadow."""
    base = disc(canvas, x, y, radius)
    canvas.shade(shadow(canvas, base, 5))
    canvas.forget(base, "trees", "crops", "tracks")
    canvas.paint(base, str(canvas.rng.choice(["metal roof", "concrete"])), "structures")


def shed(canvas: Canvas, x: float, y: float, angle: float, length: float = 5.0) -> None:
    """Put up a garden shed, shelter or canopy: small and without slopes."""
    base = rectangle(canvas, (x, y), (length, length * 0.75), angle)
    canvas.shade(shadow(canvas, base, 2.2))
    canvas.forget(base, "trees", "crops")
    canvas.paint(base, str(canvas.rng.choice(["metal roof", "grey roof"])), "structures", 0.9)


def wall(canvas: Canvas, points: Points) -> None:
    """Put up a wall or fence, just wide enough to be seen."""
    canvas.paint(stroke(canvas, points, 1.7), "concrete", "structures", 0.85)


def tree(canvas: Canvas, x: float, y: float, radius: float, avoid: Mask | None = None) -> None:
    """Plant a crown lit from the south-east; `avoid` keeps it off what must stay visible."""
    crown = disc(canvas, x, y, radius, lobes=0.16)
    canvas.shade(_clear(shadow(canvas, crown, radius * 1.1), avoid))
    crown = _clear(crown, avoid)
    canvas.paint(crown, str(canvas.rng.choice(["tree", "dark tree"])), "trees")
    right, down = canvas.grid(crown.rows, crown.columns)
    lit = 1 + 0.32 * ((right - x) * 0.8 + (down - y) * 0.6) / radius
    window = canvas.light[crown.rows, crown.columns]
    window[crown.mask] *= lit[crown.mask]


def wood(canvas: Canvas, mask: Mask) -> None:
    """Plant a closed canopy: crowns of one height, with the dark gaps between them."""
    canvas.paint(canvas.everywhere(mask), "dark tree", "trees", 0.8)
    relief = np.clip(1 + 0.26 * field(canvas, 7.0, octaves=2), 0.4, 1.7)
    canvas.light[mask] *= relief[mask]
    bright = mask & (field(canvas, 14.0, octaves=2) > 0.2)
    canvas.material[bright] = canvas.material[bright] - 1  # "tree" stands before "dark tree"


def car(canvas: Canvas, x: float, y: float, angle: float) -> None:
    """Park a small vehicle with a dark windscreen."""
    paint = str(canvas.rng.choice(PAINTS[0], p=PAINTS[1]))
    body = rectangle(canvas, (x, y), CAR_M, angle)
    canvas.shade(shadow(canvas, body, 1.4))
    canvas.forget(body, "trees")
    canvas.paint(body, paint, "small_vehicles", canvas.rng.uniform(0.8, 1.05))
    windscreen = rectangle(canvas, _ahead(x, y, 0.6, angle), (0.7, 1.6), angle)
    canvas.paint(windscreen, "black paint")


def lorry(canvas: Canvas, x: float, y: float, angle: float, length: float = 14.0) -> None:
    """Park a large vehicle: a cab and a bright trailer."""
    body = rectangle(canvas, (x, y), (length, 2.9), angle)
    canvas.shade(shadow(canvas, body, 3.4))
    canvas.forget(body, "trees")
    load = str(canvas.rng.choice(["white paint", "silver paint", "orange paint", "blue paint"]))
    canvas.paint(body, load, "large_vehicles")
    cab = length / 2 - 1.3
    front = rectangle(canvas, _ahead(x, y, cab, angle), (2.4, 2.9), angle)
    canvas.paint(front, str(canvas.rng.choice(PAINTS[0], p=PAINTS[1])), "large_vehicles")
    gap = cab - 1.6
    canvas.paint(rectangle(canvas, _ahead(x, y, gap, angle), (0.7, 2.9), angle), "black paint")


def water(canvas: Canvas, region: Region, material: str, marks: str) -> None:
    """Flood a region: water replaces whatever was there; its shore is painted by the caller."""
    canvas.forget(region, "trees", "crops", "tracks", "roads")
    canvas.paint(region, material, marks)


def _shaded_slope(canvas: Canvas, at: Point, size: tuple[float, float], angle: float) -> Region:
    """Pick the half of a roof that looks away from the sun."""
    normal = np.array([-np.sin(angle), np.cos(angle)])
    side = 1 if normal @ SHADOW > 0 else -1
    x, y = np.array(at) + side * normal * size[1] / 4
    return rectangle(canvas, (x, y), (size[0], size[1] / 2), angle)


def _rooftop(canvas: Canvas, at: Point, size: tuple[float, float], angle: float) -> None:
    """Scatter plant and skylights on a flat roof."""
    cos, sin = np.cos(angle), np.sin(angle)
    for _ in range(int(size[0] * size[1] / 120)):
        along, across = canvas.rng.uniform(-0.42, 0.42, 2) * size
        spot = (at[0] + along * cos - across * sin, at[1] + along * sin + across * cos)
        box = rectangle(canvas, spot, tuple(canvas.rng.uniform(1.5, 3.5, 2)), angle)
        canvas.paint(box, str(canvas.rng.choice(["grey roof", "metal roof"])), "buildings")


def _ahead(x: float, y: float, distance: float, angle: float) -> Point:
    return x + distance * float(np.cos(angle)), y + distance * float(np.sin(angle))


def _clear(region: Region, avoid: Mask | None) -> Region:
    return region if avoid is None else region.less(avoid)
