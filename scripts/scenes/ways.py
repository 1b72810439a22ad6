"""Roads, streets, tracks and bridges, and what drives on them."""

import itertools
from collections.abc import Iterator

import numpy as np

from scripts.scenes import objects
from scripts.scenes.canvas import OVERSAMPLING, PIXEL_M, Canvas, Mask, Points
from scripts.scenes.shapes import curve, stroke


def street_grid(canvas: Canvas, turn: float, block_m: tuple[float, float]) -> Iterator[Points]:
    """Draw straight lines in both directions, shaken a little, long enough to cross the canvas."""
    centre = np.array(canvas.size_m) / 2
    reach = float(np.hypot(*canvas.size_m)) * 0.75
    for angle, gap in ((turn, block_m[1]), (turn + np.pi / 2, block_m[0])):
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        start = canvas.rng.uniform(-0.35, 0.35) * gap
        for offset in start + gap * np.arange(-int(reach / gap) - 1, int(reach / gap) + 2):
            middle = centre + across * (offset + canvas.rng.uniform(-0.08, 0.08) * gap)
            if np.all(abs(middle - centre) < reach):
                yield np.array([middle - along * reach, middle + along * reach])


def across(canvas: Canvas, level: float, bend: float) -> Points:
    """Draw a gently bent line from the left edge to the right at a share of the height."""
    width, height = canvas.size_m
    levels = level + canvas.rng.uniform(-bend, bend, 4)
    return curve(
        [
            (width * part, height * y)
            for part, y in zip((-0.06, 0.3, 0.7, 1.06), levels, strict=True)
        ]
    )


def along(line: Points, gap_m: float) -> Iterator[tuple[float, float, float]]:
    """Give x, y and heading at equal distances along a line."""
    for start, end in itertools.pairwise(line):
        angle = float(np.arctan2(*(end - start)[::-1]))
        length = float(np.hypot(*(end - start)))
        for part in np.arange(0, length, gap_m) / max(length, 1e-9):
            x, y = start + part * (end - start)
            yield float(x), float(y), angle


def paved(
    canvas: Canvas,
    line: Points,
    width: float,
    material: str = "asphalt",
) -> None:
    """Pave a line between earthen verges."""
    verge = stroke(canvas, line, width + 3.4).less(canvas.taken("waterways", "roads"))
    canvas.forget(verge, "trees", "crops", "tracks")
    canvas.paint(verge, "dirt", tone=0.9)
    canvas.paint(stroke(canvas, line, width), material, "roads")


def track(canvas: Canvas, line: Points) -> None:
    """Draw two wheel ruts of earth with a grassy middle."""
    region = stroke(canvas, line, 4.4).less(canvas.taken("roads", "waterways", "buildings"))
    canvas.forget(region, "crops", "trees")
    canvas.paint(region, "dirt", "tracks")
    canvas.paint(stroke(canvas, line, 0.9).less(~canvas.taken("tracks")), "dry grass", "tracks")


def lane_marks(canvas: Canvas, lanes: list[Points]) -> None:
    """Draw the line between two lanes."""
    for lane in lanes:
        canvas.paint(stroke(canvas, lane, 0.5), "concrete", "roads")


def bridge(canvas: Canvas, line: Points, width: float) -> None:
    """Carry a line over the water and the roads that it crosses: there it is a structure too."""
    deck = stroke(canvas, line, width)
    below = canvas.taken("waterways") | (canvas.taken("roads") & ~deck.mask)
    deck.mask[...] &= _grown(below, cells=round(2 * OVERSAMPLING + width / PIXEL_M))
    canvas.forget(deck, "waterways", "trees")
    canvas.paint(deck, "concrete", "structures")
    canvas.paint(stroke(canvas, line, width - 2.6).less(~deck.mask), "worn asphalt", "roads")


def parked(canvas: Canvas, street: Points, every_m: float, offset_m: float) -> None:
    """Park cars along both kerbs."""
    for x, y, angle in along(street, every_m):
        if canvas.rng.uniform() < 0.5 and _inside(canvas, x, y):
            side = canvas.rng.choice([-1, 1]) * offset_m
            objects.car(canvas, x - side * np.sin(angle), y + side * np.cos(angle), angle)


def traffic(canvas: Canvas, lines: list[Points], cars: int, lorries: int) -> None:
    """Put vehicles in their lane on each line: so many per 200 m of the canvas."""
    share = max(1.0, float(np.hypot(*canvas.size_m)) / 280)
    for line in lines:
        spots = [spot for spot in along(line, 1.0) if _inside(canvas, *spot[:2], margin=8)]
        wanted = [objects.lorry] * round(lorries * share) + [objects.car] * round(cars * share)
        if not spots or not wanted:
            continue
        slots = np.linspace(0, len(spots) - 1, len(wanted) * 2 + 1).astype(int)[1::2]
        for put, slot in zip(canvas.rng.permutation(np.array(wanted)), slots, strict=True):
            x, y, angle = spots[int(slot)]
            side = canvas.rng.choice([-1, 1]) * 1.9
            put(canvas, x - side * np.sin(angle), y + side * np.cos(angle), angle)


def _inside(canvas: Canvas, x: float, y: float, margin: float = 0.0) -> bool:
    width, height = canvas.size_m
    return margin <= x <= width - margin and margin <= y <= height - margin


def _grown(mask: Mask, cells: int) -> Mask:
    """Dilate a mask by a square."""
    steps = range(-cells, cells + 1)
    wide = np.stack([np.roll(mask, step, axis=1) for step in steps]).any(axis=0)
    return np.asarray(np.stack([np.roll(wide, step, axis=0) for step in steps]).any(axis=0))
