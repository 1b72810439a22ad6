"""Join what blocks divided: pieces of an object share an id, the sum of their areas and their mean score."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tesela.core.gdal import gdal
from tesela.core.runs import joined, overlaps
from tesela.errors import StorageUnavailableError
from tesela.scenes.features import Features, features_of, joined_features, polygons_of
from tesela.scenes.names import BlockNames, seams_done
from tesela.scenes.pieces import Edges, Ints, Pieces, concatenated, load, load_edges
from tesela.scenes.plan import Plan
from tesela.scenes.ports import Store
from tesela.scenes.window import Window

MAX_PIECES = 64  # of an object that becomes one polygon: a forest over more blocks stays in pieces
_BLOCKS_HELD = 64  # whose corners are in memory at a time

Corners = Callable[[int], Pieces]  # the pieces of a block by its number


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """All open pieces of the scene without their corners, and the object that each belongs to.

    `block` and `place` say which block holds a piece, and where in it; `home` is the block that gets
    the feature. `root` is the same number for all pieces of an object: that of the piece with its
    first pixel in raster order. What follows is the object's: sums, and how many pieces it has.
    """

    block: Ints
    place: Ints
    home: Ints
    row: Ints
    column: Ints
    root: Ints
    pixels: Ints
    score_sum: Ints
    area_m2: NDArray[np.float64]
    parts: Ints


@gdal()
def join_seams(plan: Plan, store: Store) -> None:
    """Write, for each block, the objects that reach others and begin in it, unless all are there.

    Raises:
        StorageUnavailableError: A block's results are missing.
    """
    if store.get(seams_done(plan)) is not None:
        return
    blocks = list(plan.blocks())
    table = _table(plan, blocks, store)

    @lru_cache(maxsize=_BLOCKS_HELD)
    def corners(number: int) -> Pieces:
        return load(fetch(store, BlockNames(plan, blocks[number]).pieces))

    for number, block in enumerate(blocks):
        features = _features(number, table, corners, plan)
        store.put(BlockNames(plan, block).joined, features.dump())
    objects = len(np.unique(table.root))
    store.put(
        seams_done(plan), json.dumps({"pieces": len(table.root), "objects": objects}).encode()
    )


def fetch(store: Store, name: str) -> bytes:
    """Return what an earlier stage wrote.

    Raises:
        StorageUnavailableError: It is not there.
    """
    body = store.get(name)
    if body is None:
        raise StorageUnavailableError(f"{name} is missing.", "scene-part-missing", name=name)
    return body


def _table(plan: Plan, blocks: Sequence[Window], store: Store) -> Table:
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in _COLUMNS}
    counts, edges = list[int](), list[Edges]()
    for block in blocks:
        names = BlockNames(plan, block)
        pieces = load(fetch(store, names.pieces))
        found = load_edges(fetch(store, names.edges))
        edges.append(found.renumbered(np.arange(len(pieces)) + sum(counts)))
        counts.append(len(pieces))
        for name in _COLUMNS:
            columns[name].append(getattr(pieces, name))
    whole = {name: np.concatenate(parts) for name, parts in columns.items()}
    row, column = whole["row"], whole["column"]
    raster_order = np.lexsort((column, row))
    rank = np.argsort(raster_order)
    first, second = _touching(edges, plan)
    # By rank, so that the lowest number of an object is the piece with its first pixel.
    root = raster_order[joined(len(rank), rank[first], rank[second])[rank]]
    holder = np.repeat(np.arange(len(blocks)), counts)
    pixels, score_sum, area_m2, parts = (
        np.bincount(root, values, len(root))[root]
        for values in (whole["pixels"], whole["score_sum"], whole["area_m2"], np.ones(len(root)))
    )
    return Table(
        block=holder,
        place=np.concatenate([np.arange(count) for count in counts]),
        home=np.where(parts > MAX_PIECES, holder, holder[root]),
        row=row,
        column=column,
        root=root,
        pixels=pixels.astype(np.int64),
        score_sum=score_sum.astype(np.int64),
        area_m2=area_m2.astype(np.float64),
        parts=parts.astype(np.int64),
    )


_COLUMNS = ("row", "column", "pixels", "score_sum", "area_m2")


def _touching(edges: Sequence[Edges], plan: Plan) -> tuple[Ints, Ints]:
    """Pairs of pieces of one class that share a side of a pixel on a seam."""
    names = ("piece", "number", "upright", "line", "after", "begin", "end")
    piece, number, upright, line, after, begin, end = (
        np.concatenate([getattr(each, name) for each in edges]) for name in names
    )
    # All seams of all classes, one after the other, as a single line of numbers.
    length = max(plan.height, plan.width) + 1
    seam = (number.astype(np.int64) * 2 + upright) * length + line
    low, high = seam * length + begin, seam * length + end

    def of(side: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
        chosen = np.flatnonzero(side)
        chosen = chosen[np.argsort(low[chosen], kind="stable")]
        return low[chosen], high[chosen], piece[chosen]

    (low_a, high_a, before), (low_b, high_b, behind) = of(~after), of(after)
    first, second = overlaps(low_a, high_a, low_b, high_b)
    return before[first], behind[second]


def _features(number: int, table: Table, corners: Corners, plan: Plan) -> Features:
    """The features of a block: objects that begin in it, and its pieces of very large ones."""
    members = np.flatnonzero(table.home == number)
    large = table.parts[members] > MAX_PIECES
    small, parts = members[~large], members[large]
    united = _united(_gathered(small, table, corners), table.root[small])
    roots = np.unique(table.root[small])
    united = replace(united, area_m2=table.area_m2[roots])
    kept = _known(_gathered(parts, table, corners), parts, table, plan)
    return joined_features([_known(united, roots, table, plan), kept])


def _gathered(members: Ints, table: Table, corners: Corners) -> Pieces:
    """Return pieces with their corners, in the order of `members`."""
    blocks = table.block[members]
    order = np.argsort(blocks, kind="stable")
    groups = [
        corners(int(block)).take(table.place[members[blocks == block]])
        for block in np.unique(blocks)
    ]
    if not groups:
        return corners(0).take(members)
    return concatenated(groups).take(np.argsort(order))


def _united(pieces: Pieces, root: Ints) -> Pieces:
    """Return one polygon for the pieces of each object, in the order of the roots."""
    import shapely

    if not len(pieces):
        return pieces
    polygons = polygons_of(pieces.points.astype(float), pieces.corners, pieces.rings)
    order = np.argsort(root, kind="stable")
    groups = np.split(polygons[order], np.flatnonzero(np.diff(root[order])) + 1)
    # Corners are whole numbers: a grid of 1 keeps them so, and drops nothing.
    shapes = [shapely.simplify(shapely.union_all(group, grid_size=1), 0) for group in groups]
    first = order[np.flatnonzero(np.diff(root[order], prepend=-1))]
    return _pieces_from(shapes, pieces.take(first))


def _pieces_from(shapes: Sequence[object], about: Pieces) -> Pieces:
    """Return pieces with other corners."""
    import shapely

    rings = [[shape.exterior, *shape.interiors] for shape in shapes]  # type: ignore[attr-defined]
    points = [shapely.get_coordinates(ring) for polygon in rings for ring in polygon]
    return Pieces(
        about.number,
        about.row,
        about.column,
        about.pixels,
        about.score_sum,
        about.area_m2,
        np.array([len(polygon) for polygon in rings], np.int64),
        np.array([len(ring) for ring in points], np.int64),
        np.concatenate(points).astype(np.int32),
    )


def _known(pieces: Pieces, members: Ints, table: Table, plan: Plan) -> Features:
    """Add to each piece what is known of its object; very large ones have several features."""
    root, parts = table.root[members], table.parts[members]
    return features_of(
        pieces,
        plan.grid,
        first=(table.row[root], table.column[root]),
        object_area_m2=table.area_m2[members],
        object_pixels=table.pixels[members],
        object_score_sum=table.score_sum[members],
        parts=np.where(parts > MAX_PIECES, parts, 1),
    )
