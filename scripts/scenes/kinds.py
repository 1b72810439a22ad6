"""The four terrains: town, farmland, river, roads. Each paints a canvas from the ground up."""

from collections.abc import Callable

import numpy as np

from scripts.scenes import land, objects, settlements, ways
from scripts.scenes.canvas import Canvas
from scripts.scenes.shapes import curve, field, stroke


def town(canvas: Canvas) -> None:
    """Paint streets on a turned grid, houses with gardens, pools, sheds, trees and parked cars."""
    objects.ground(canvas, "grass", "dry grass", share=0.45)
    turn = canvas.rng.uniform(-0.3, 0.3)
    streets = list(ways.street_grid(canvas, turn, block_m=(92, 58)))
    for street in streets:
        canvas.paint(stroke(canvas, street, 11.5), "concrete", tone=0.8)
    for street in streets:
        canvas.paint(stroke(canvas, street, 8.0), "asphalt", "roads")
    lots = list(settlements.free_spots(canvas, turn, (18.5, 18), clear_m=8.6, off=("roads",)))
    for place, (x, y) in enumerate(lots):
        settlements.lot(canvas, x, y, turn, place)
    land.scatter_trees(canvas, spacing_m=13, radius=(1.6, 3.4))
    for street in streets:
        ways.parked(canvas, street, every_m=17, offset_m=2.7)
    ways.traffic(canvas, streets[:3], cars=1, lorries=1)


def farmland(canvas: Canvas) -> None:
    """Paint fields in strips, farm tracks, hedges, a farmstead, a ditch and a pond."""
    objects.ground(canvas, "dry grass", "grass", share=0.5)
    turn = canvas.rng.uniform(-0.5, 0.5)
    land.fields(canvas, turn)
    tracks = list(ways.street_grid(canvas, turn, block_m=(118, 104)))
    for track in tracks:
        ways.track(canvas, track)
    road = ways.across(canvas, canvas.rng.uniform(0.72, 0.9), bend=0.05)
    ways.paved(canvas, road, 7.0)
    for track in tracks[1:]:
        land.row_of_trees(canvas, track + np.array([5.0, 3.5]), chance=0.55)
    for _ in range(max(1, round(_hectares(canvas) / 4))):
        settlements.farmstead(canvas, turn)
        land.pond(canvas)
    ways.traffic(canvas, [road], cars=2, lorries=1)
    ways.traffic(canvas, tracks[:2], cars=0, lorries=1)


def river(canvas: Canvas) -> None:
    """Paint a winding river with sand bars and gallery forest, an oxbow, a bridge, a few houses."""
    objects.ground(canvas, "grass", "dry grass", share=0.35)
    width, height = canvas.size_m
    objects.wood(canvas, field(canvas, 70) > -0.1)
    bed = land.river_course(canvas)
    broad = canvas.rng.uniform(20, 30)
    land.banks(canvas, bed, broad)
    water = str(canvas.rng.choice(["turbid water", "green water"]))
    objects.water(canvas, stroke(canvas, bed, broad), water, "waterways")
    land.oxbow(canvas)
    land.fields(canvas, canvas.rng.uniform(-0.4, 0.4), inside=(0.66, 0.0, 1.0, 0.33))
    road = np.array(
        [(-10.0, height * 0.78), (width * 0.4, height * 0.7), (width + 10, height * 0.74)]
    )
    ways.paved(canvas, road, 8.0)
    ways.bridge(canvas, road, 9.5)
    settlements.hamlet(canvas, width * 0.16, height * 0.88)
    ways.track(
        canvas,
        curve([(width * 0.1, height * 0.76), (width * 0.2, height * 0.5), (-5, height * 0.3)]),
    )
    land.scatter_trees(canvas, spacing_m=22, radius=(1.8, 4.0))
    ways.traffic(canvas, [road], cars=3, lorries=1)


def roads(canvas: Canvas) -> None:
    """Paint a dual carriageway, a crossing road on a bridge, slip roads, a depot, many vehicles."""
    objects.ground(canvas, "dry grass", "grass", share=0.4)
    width, height = canvas.size_m
    canvas.paint(canvas.everywhere(field(canvas, 60) > 1.1), "dirt")
    main = ways.across(canvas, canvas.rng.uniform(0.45, 0.6), bend=0.12)
    lanes = [main + np.array([0.0, side]) for side in (-7.5, 7.5)]
    slip = curve([(width * 0.02, height * 0.56), (width * 0.3, height * 0.4), (width * 0.52, -8)])
    cross = curve([(width * 0.6, -8), (width * 0.64, height * 0.5), (width * 0.57, height + 8)])
    ways.paved(canvas, slip, 6.5)
    for lane in lanes:
        ways.paved(canvas, lane, 10.5)
    ways.lane_marks(canvas, lanes)
    ways.paved(canvas, cross, 9.0, material="worn asphalt")
    ways.bridge(canvas, cross, 10.5)
    land.scatter_trees(canvas, spacing_m=15, radius=(1.6, 3.8))
    settlements.hamlet(canvas, width * 0.84, height * 0.13)
    settlements.depot(canvas, width * 0.8, height * 0.82)
    settlements.depot(canvas, width * 0.24, height * 0.86)
    ways.track(
        canvas,
        curve(
            [(width * 0.62, height * 0.3), (width * 0.8, height * 0.22), (width + 6, height * 0.3)]
        ),
    )
    ways.traffic(canvas, lanes, cars=9, lorries=3)
    ways.traffic(canvas, [cross, slip], cars=3, lorries=1)


KINDS: dict[str, Callable[[Canvas], None]] = {
    "town": town,
    "farmland": farmland,
    "river": river,
    "roads": roads,
}


def _hectares(canvas: Canvas) -> float:
    width, height = canvas.size_m
    return width * height / 1e4
