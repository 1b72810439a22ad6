"""Pieces of objects: what of them lies in one block, as arrays. Coordinates are the scene's pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tesela.core.masks import SCORE_UNIT
from tesela.core.polygons import Layer, Polygon
from tesela.scenes.arrays import pack, ragged, unpack
from tesela.scenes.window import Window

Ints = NDArray[np.int64]

_COLUMN_BITS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Polygons one after the other: per piece, per ring, and per corner.

    `row` and `column` are those of a piece's first pixel in raster order, and `score_sum` adds up its
    score bytes, so that sums over pieces are exact.
    """

    number: NDArray[np.uint8]  # of the class
    row: Ints
    column: Ints
    pixels: Ints
    score_sum: Ints
    area_m2: NDArray[np.float64]
    rings: Ints  # how many rings a piece has, its exterior first
    corners: Ints  # how many corners a ring has, the first one again at its end
    points: NDArray[np.int32]  # (n, 2), column and row of each corner

    def __len__(self) -> int:
        return len(self.number)

    def take(self, chosen: Ints) -> "Pieces":
        """Return some of the pieces."""
        rings = ragged(self.rings, chosen)
        return replace(
            self,
            **{name: getattr(self, name)[chosen] for name in _PER_PIECE},
            corners=self.corners[rings],
            points=self.points[ragged(self.corners, rings)],
        )

    def piece_of_corner(self) -> Ints:
        """The number of the piece that each corner belongs to."""
        per_ring = np.repeat(np.arange(len(self)), self.rings)
        return np.repeat(per_ring, self.corners)

    def dump(self) -> bytes:
        """Write the pieces as `load` reads them."""
        return pack({field.name: getattr(self, field.name) for field in fields(self)})


_PER_PIECE = ("number", "row", "column", "pixels", "score_sum", "area_m2", "rings")


def load(body: bytes) -> Pieces:
    """Read what `Pieces.dump` wrote."""
    return Pieces(**unpack(body))


def concatenated(parts: Sequence[Pieces]) -> Pieces:
    """Return the pieces of several blocks, in this order; at least one block."""
    names = [field.name for field in fields(Pieces)]
    return Pieces(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def pieces_of(layers: Sequence[Layer], block: Window) -> Pieces:
    """Return the polygons of a block's layers, whose corners count from the block's own first pixel."""
    polygons = [
        (number, polygon) for number, layer in enumerate(layers, 1) for polygon in layer.polygons
    ]
    rings = [np.asarray(ring, np.int32) for _, polygon in polygons for ring in polygon.rings]
    points = np.concatenate([np.empty((0, 2), np.int32), *rings])
    points += np.array([block.column, block.row], np.int32)
    ring_count = np.array([len(polygon.rings) for _, polygon in polygons], np.int64)
    corners = np.array([len(ring) for ring in rings], np.int64)
    row, column = _first(points, corners, np.cumsum(ring_count) - ring_count)
    return Pieces(
        number=np.array([number for number, _ in polygons], np.uint8),
        row=row,
        column=column,
        pixels=np.array([polygon.pixels for _, polygon in polygons], np.int64),
        score_sum=np.array([_score_sum(polygon) for _, polygon in polygons], np.int64),
        area_m2=np.array([polygon.area_m2 for _, polygon in polygons], np.float64),
        rings=ring_count,
        corners=corners,
        points=points,
    )


def _first(points: NDArray[np.int32], corners: Ints, exteriors: Ints) -> tuple[Ints, Ints]:
    """Row and column of each first pixel in raster order, which is a corner of the exterior ring."""
    if not len(exteriors):
        return exteriors, exteriors
    order = points[:, 1].astype(np.int64) << _COLUMN_BITS | points[:, 0]
    lowest = np.minimum.reduceat(order, np.cumsum(corners) - corners)[exteriors]
    return lowest >> _COLUMN_BITS, lowest & (1 << _COLUMN_BITS) - 1


def _score_sum(polygon: Polygon) -> int:
    """The sum that the mean was made of: a whole number."""
    return round(polygon.score * SCORE_UNIT * polygon.pixels)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Where pieces touch a seam: runs of pixels along a line between two blocks.

    A run reaches from `begin` to before `end` along the line `line`, which is a column if `upright`
    and a row otherwise. The piece lies before the line (above, or to the left), or after it.
    """

    piece: Ints
    number: NDArray[np.uint8]  # of the class
    upright: NDArray[np.bool_]
    line: Ints
    after: NDArray[np.bool_]
    begin: Ints
    end: Ints

    def renumbered(self, numbers: Ints) -> "Edges":
        """Return the same edges of pieces that have other numbers now."""
        return replace(self, piece=numbers[self.piece])

    def dump(self) -> bytes:
        """Write the edges as `load_edges` reads them."""
        return pack({field.name: getattr(self, field.name) for field in fields(self)})


def load_edges(body: bytes) -> Edges:
    """Read what `Edges.dump` wrote."""
    return Edges(**unpack(body))


def edges_of(pieces: Pieces, block: Window, height: int, width: int) -> Edges:
    """Return the runs along a block's seams, which are sides of rings; the scene's border is none."""
    corner = pieces.points.astype(np.int64)
    ring = np.repeat(np.arange(len(pieces.corners)), pieces.corners)
    side = np.flatnonzero(ring[:-1] == ring[1:]) if len(ring) else np.empty(0, np.int64)
    piece = pieces.piece_of_corner()
    found = []
    for axis, before, after, length in (
        (0, block.column, block.right, width),
        (1, block.row, block.bottom, height),
    ):
        for line, is_after in ((before, True), (after, False)):
            if line in {0, length}:
                continue
            on = side[(corner[side, axis] == line) & (corner[side + 1, axis] == line)]
            ends = corner[on, 1 - axis], corner[on + 1, 1 - axis]
            found.append(
                (piece[on], axis == 0, line, is_after, np.minimum(*ends), np.maximum(*ends))
            )
    return Edges(
        piece=_joined([part[0] for part in found], np.int64),
        number=pieces.number[_joined([part[0] for part in found], np.int64)],
        upright=_joined([np.full(len(part[0]), part[1]) for part in found], bool),
        line=_joined([np.full(len(part[0]), part[2]) for part in found], np.int64),
        after=_joined([np.full(len(part[0]), part[3]) for part in found], bool),
        begin=_joined([part[4] for part in found], np.int64),
        end=_joined([part[5] for part in found], np.int64),
    )


def _joined(parts: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype)
