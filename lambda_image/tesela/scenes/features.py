"""Features: objects on the ground as WKB in longitude and latitude, with what is known of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tesela.core.ground.ellipsoid import HALF_TURN_DEG
from tesela.core.image import Grid
from tesela.core.polygons import Polygon
from tesela.exports.geometry import decimals_of, multipolygon, place
from tesela.scenes.arrays import pack, ragged, unpack
from tesela.scenes.pieces import Ints, Pieces

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features one after the other. An object too large for one polygon has several of them."""

    number: NDArray[np.uint8]  # of the class
    row: Ints  # of the whole object's first pixel, as is `column`
    column: Ints
    area_m2: Floats  # of the feature
    object_area_m2: Floats
    object_pixels: Ints
    object_score_sum: Ints
    parts: Ints  # features that the object has
    bounds: Floats  # (n, 4): west, south, east, north
    lengths: Ints  # bytes of each geometry
    wkb: NDArray[np.uint8]  # all geometries

    def __len__(self) -> int:
        return len(self.number)

    def geometries(self) -> Iterator[bytes]:
        """Yield the WKB of each feature."""
        ends = np.cumsum(self.lengths)
        for start, end in zip(ends - self.lengths, ends, strict=True):
            yield self.wkb[start:end].tobytes()

    def dump(self) -> bytes:
        """Write the features as `load_features` reads them."""
        return pack({field.name: getattr(self, field.name) for field in fields(self)})


def load_features(body: bytes) -> Features:
    """Read what `Features.dump` wrote."""
    return Features(**unpack(body))


def joined_features(parts: Sequence[Features]) -> Features:
    """Return all features of several sets, at least one, near ones near each other."""
    names = [field.name for field in fields(Features)]
    return _sorted(
        Features(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    )


def whole_objects(pieces: Pieces, grid: Grid) -> Features:
    """Return a feature for each piece that is an object."""
    return features_of(
        pieces,
        grid,
        first=(pieces.row, pieces.column),
        object_area_m2=pieces.area_m2,
        object_pixels=pieces.pixels,
        object_score_sum=pieces.score_sum,
        parts=np.ones(len(pieces), np.int64),
    )


def features_of(
    pieces: Pieces,
    grid: Grid,
    *,
    first: tuple[Ints, Ints],
    object_area_m2: Floats,
    object_pixels: Ints,
    object_score_sum: Ints,
    parts: Ints,
) -> Features:
    """Return a feature for each piece, with what is known of the object that it belongs to."""
    import shapely

    shapes = _placed(pieces, grid)
    encoded = [bytes(each) for each in shapely.to_wkb(shapes)]
    return Features(
        number=pieces.number,
        row=first[0],
        column=first[1],
        area_m2=pieces.area_m2,
        object_area_m2=object_area_m2,
        object_pixels=object_pixels,
        object_score_sum=object_score_sum,
        parts=parts,
        bounds=shapely.bounds(shapes).reshape(-1, 4),
        lengths=np.array([len(each) for each in encoded], np.int64),
        wkb=np.frombuffer(b"".join(encoded), np.uint8),
    )


def _placed(pieces: Pieces, grid: Grid) -> NDArray[np.object_]:
    """Polygons in longitude and latitude, as `exports.geometry.place` makes them one by one."""
    import shapely

    if not len(pieces):
        return np.empty(0, object)
    rings = np.split(pieces.points.astype(float), np.cumsum(pieces.corners)[:-1])
    lines = grid.trace(rings)
    points = np.concatenate(lines)
    if np.abs(points[:, 0]).max() >= HALF_TURN_DEG:
        return np.array([multipolygon(parts) for parts in place(_polygons(pieces, rings), grid)])
    placed = np.round(points, decimals_of(grid))
    lengths = np.array([len(line) for line in lines], np.int64)
    return np.asarray(shapely.orient_polygons(polygons_of(placed, lengths, pieces.rings)))


def polygons_of(points: Floats, corners: Ints, rings: Ints) -> NDArray[np.object_]:
    """Return shapely's polygons of rings with so many corners, so many rings to each of them."""
    import shapely

    ring_of = np.repeat(np.arange(len(corners)), corners)
    closed = np.asarray(shapely.linearrings(points, indices=ring_of))
    return np.asarray(shapely.polygons(closed, indices=np.repeat(np.arange(len(rings)), rings)))


def _polygons(pieces: Pieces, rings: Sequence[Floats]) -> list[Polygon]:
    ends = np.cumsum(pieces.rings)
    return [
        Polygon([ring.tolist() for ring in rings[end - count : end]], 0, 0, 0)
        for end, count in zip(ends, pieces.rings, strict=True)
    ]


def _sorted(features: Features) -> Features:
    """Order features along a Z-curve (Morton 1966) through their middles."""
    if not len(features):
        return features
    middles = (features.bounds[:, :2] + features.bounds[:, 2:]) / 2
    low, high = middles.min(axis=0), middles.max(axis=0)
    scaled = (middles - low) / np.maximum(high - low, 1e-12) * (2**16 - 1)
    x, y = scaled.astype(np.uint64).T
    order = np.argsort(_spread(x) | _spread(y) << np.uint64(1), kind="stable")
    per_feature = {
        field.name: getattr(features, field.name)[order]
        for field in fields(features)
        if field.name != "wkb"
    }
    return Features(**per_feature, wkb=features.wkb[ragged(features.lengths, order)])


def _spread(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a 0 before each of 16 bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | bits << np.uint64(shift)) & np.uint64(mask)
    return bits
