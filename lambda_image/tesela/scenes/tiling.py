"""The tiles of a COG: encoded in blocks, indexed by level, row and column."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tesela.scenes.pyramid import Raster

_LEVEL = 6  # of deflate


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """Encoded tiles, one after the other.

    `index` is (n, 5): level, row and column of the tile in the whole raster, first byte, length.
    """

    body: bytes
    index: NDArray[np.int64]


def encode(tile: Raster) -> bytes:
    """Compress a tile (bands, side, side), pixel by pixel, as TIFF's deflate."""
    return zlib.compress(np.ascontiguousarray(tile.transpose(1, 2, 0)).tobytes(), _LEVEL)


def encode_raster(raster: Raster, side: int, level: int, row: int, column: int) -> Tiles:
    """Encode a raster that begins at a tile of a level; zeros fill its last tiles."""
    bodies, entries, length = [], [], 0
    for down, across, tile in _split(raster, side):
        body = encode(tile)
        entries.append((level, row + down, column + across, length, len(body)))
        bodies.append(body)
        length += len(body)
    return Tiles(b"".join(bodies), np.array(entries, np.int64).reshape(-1, 5))


def joined_tiles(parts: list[Tiles]) -> Tiles:
    """Return tiles of several rasters behind each other; at least one."""
    shifts = np.cumsum([0, *(len(part.body) for part in parts)])
    moved = [
        part.index + np.array([0, 0, 0, shift, 0])
        for part, shift in zip(parts, shifts, strict=False)
    ]
    return Tiles(b"".join(part.body for part in parts), np.concatenate(moved))


def _split(raster: Raster, side: int) -> Iterator[tuple[int, int, Raster]]:
    _, height, width = raster.shape
    full = np.pad(raster, ((0, 0), (0, -height % side), (0, -width % side)))
    for row in range(0, height, side):
        for column in range(0, width, side):
            yield row // side, column // side, full[:, row : row + side, column : column + side]
