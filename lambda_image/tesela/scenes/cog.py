"""A cloud-optimised GeoTIFF around tiles that blocks have encoded: nothing is compressed again.

TIFF lets tiles lie in any order. So the header comes first, then the overviews from the coarsest on,
and then the tiles of full resolution, each as its block wrote it.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from tesela.catalogue import CLASSES, KEYS
from tesela.core.gdal import gdal
from tesela.core.image import Grid
from tesela.core.tiff import tags
from tesela.core.tiff.fields import ASCII, LONG, LONG8, SHORT, Format
from tesela.core.tiff.georeference import read_georeference
from tesela.core.tiff.rebuild import Field, pack_field, placed
from tesela.core.tiff.walk import walk
from tesela.exports.render import colour_table
from tesela.scenes.arrays import unpack
from tesela.scenes.names import BlockNames
from tesela.scenes.plan import Plan
from tesela.scenes.ports import Store
from tesela.scenes.pyramid import BANDS, Product, Raster, halved, levels
from tesela.scenes.seams import fetch
from tesela.scenes.tiling import Tiles, encode_raster
from tesela.scenes.window import Window

_COLOUR_MAP = 320
_PALETTE, _BLACK_IS_ZERO = 3, 1
_DEFLATE, _CHUNKY, _REDUCED = 8, 1, 1
_MAX_CLASSIC_BYTES = 2**32 - 2**20

Numbers = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Run:
    """Encoded tiles of one level that lie one after the other, and where they are to be read."""

    level: int
    index: NDArray[np.int64]  # (n, 5), as in `Tiles`
    name: str  # in the store; empty for `body`
    body: bytes = b""

    @property
    def length(self) -> int:
        return int(self.index[:, 4].sum())


def cog(product: Product, plan: Plan, store: Store) -> Iterator[bytes]:
    """Yield a COG, piece by piece; it is a BigTIFF only where it must be.

    Raises:
        StorageUnavailableError: A block's results are missing.
    """
    runs = _runs(product, plan, store)
    size = sum(run.length for run in runs)
    tiles = sum(len(run.index) for run in runs)
    big = size + 16 * tiles > _MAX_CLASSIC_BYTES
    format_ = Format("<", big=big)
    length = len(_header(product, plan, _places(plan, runs, 0), format_))
    yield _header(product, plan, _places(plan, runs, length), format_)
    for run in runs:
        yield run.body or store.read(run.name, int(run.index[0, 3]), run.length)


def _runs(product: Product, plan: Plan, store: Store) -> list[_Run]:
    """Tiles in the order of the file: the coarsest level first, and blocks row by row."""
    runs, rests = list[_Run](), list[tuple[Window, Raster]]()
    for block in plan.blocks():
        names = BlockNames(plan, block)
        packed = unpack(fetch(store, names.index(product)))
        index = packed["index"]
        for level in range(plan.aligned_levels):
            runs.append(_Run(level, index[index[:, 0] == level], names.tiles(product)))
        rests.append((block, packed["rest"]))
    runs += _coarse(product, plan, rests)
    return sorted(runs, key=lambda run: -run.level)


def _coarse(product: Product, plan: Plan, rests: Sequence[tuple[Window, Raster]]) -> Iterator[_Run]:
    """Encode the levels at which a block is less than a tile, from what blocks left for it."""
    first, last = plan.aligned_levels, levels(plan.height, plan.width, plan.cog_tile_px)
    if first > last:
        return
    step = 2**first
    raster = np.zeros((BANDS[product], -(-plan.height // step), -(-plan.width // step)), np.uint8)
    for block, rest in rests:
        row, column = block.row // step, block.column // step
        raster[:, row : row + rest.shape[1], column : column + rest.shape[2]] = rest
    for level in range(first, last + 1):
        tiles: Tiles = encode_raster(raster, plan.cog_tile_px, level, 0, 0)
        yield _Run(level, tiles.index, "", tiles.body)
        raster = halved(raster, product)


def _header(
    product: Product, plan: Plan, places: Sequence[tuple[Numbers, Numbers]], format_: Format
) -> bytes:
    """Return everything before the tiles: a directory for each level, the first one at once."""
    file = io.BytesIO()
    file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16) if format_.big else b"II*\0\x08\0\0\0")
    for level, (offsets, counts) in enumerate(places):
        offset_type = LONG8 if format_.big else LONG
        fields = [
            *_fields(product, plan, level),
            (tags.TILE_OFFSETS, offset_type, offsets.ravel()),
            (tags.TILE_BYTE_COUNTS, offset_type, counts.ravel()),
        ]
        file.write(_directory(fields, file.tell(), format_, last=level == len(places) - 1))
    return file.getvalue()


def _places(plan: Plan, runs: Sequence[_Run], start: int) -> list[tuple[Numbers, Numbers]]:
    """Offsets and lengths of the tiles of each level, whose first one lies at `start`."""
    side, places = plan.cog_tile_px, list[tuple[Numbers, Numbers]]()
    for level in range(levels(plan.height, plan.width, side) + 1):
        shape = (-(-plan.height // (side << level)), -(-plan.width // (side << level)))
        places.append((np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)))
    for run in runs:
        offsets, counts = places[run.level]
        at = run.index[:, 1], run.index[:, 2]
        offsets[at] = start + run.index[:, 3] - run.index[0, 3]
        counts[at] = run.index[:, 4]
        start += run.length
    return places


def _fields(product: Product, plan: Plan, level: int) -> Iterator[Field]:
    """Yield what a directory says besides where the tiles lie."""
    bands = BANDS[product]
    if level:
        yield tags.NEW_SUBFILE_TYPE, LONG, [_REDUCED]
    yield tags.IMAGE_WIDTH, LONG, [-(-plan.width // 2**level)]
    yield tags.IMAGE_LENGTH, LONG, [-(-plan.height // 2**level)]
    yield tags.BITS_PER_SAMPLE, SHORT, [8] * bands
    yield tags.COMPRESSION, SHORT, [_DEFLATE]
    yield tags.PHOTOMETRIC, SHORT, [_PALETTE if product == "classes" else _BLACK_IS_ZERO]
    yield tags.SAMPLES_PER_PIXEL, SHORT, [bands]
    yield tags.PLANAR_CONFIG, SHORT, [_CHUNKY]
    yield tags.SAMPLE_FORMAT, SHORT, [1] * bands
    yield tags.TILE_WIDTH, LONG, [plan.cog_tile_px]
    yield tags.TILE_LENGTH, LONG, [plan.cog_tile_px]
    if product == "classes":
        yield _COLOUR_MAP, SHORT, _colour_map()
        yield tags.GDAL_NODATA, ASCII, b"0\0"
    else:
        yield tags.EXTRA_SAMPLES, SHORT, [0] * (bands - 1)
    if not level:
        yield tags.GDAL_METADATA, ASCII, _metadata(product)
        yield from _georeference(plan.grid)


def _colour_map() -> list[int]:
    """Red of all 256 values, then green, then blue; 16 bits each."""
    table = np.zeros((3, 256), int)
    for number, colour in colour_table("corine").items():
        table[:, number] = colour
    return [int(value) for value in (table * 257).ravel()]


def _metadata(product: Product) -> bytes:
    """GDAL's XML of band names, and of the classes' names and colours."""
    items = list[str]()
    names = ("class",) if product == "classes" else KEYS
    for sample, name in enumerate(names):
        items.append(f'<Item name="DESCRIPTION" sample="{sample}" role="description">{name}</Item>')
    for entry in CLASSES:
        if product == "classes":
            items.append(f'<Item name="{entry.number}" sample="0">{entry.key}</Item>')
            continue
        about = {"NAME_EN": entry.name["en"], "NAME_ES": entry.name["es"]}
        about["COLOUR"] = str(entry.corine["colour"])
        items += [
            f'<Item name="{name}" sample="{entry.number - 1}">{escape(text)}</Item>'
            for name, text in about.items()
        ]
    return f"<GDALMetadata>{''.join(items)}</GDALMetadata>".encode() + b"\0"


@gdal()
def _georeference(grid: Grid) -> Iterator[Field]:
    """Return the GeoTIFF tags that GDAL writes for a grid."""
    profile = {"driver": "GTiff", "count": 1, "width": 16, "height": 16, "dtype": "uint8"}
    with MemoryFile() as file:
        with file.open(**profile, crs=grid.crs, transform=grid.transform):
            pass
        body = bytes(file.read())
    return iter(list(placed(read_georeference(walk(body)[0]))))


def _directory(fields: Sequence[Field], start: int, format_: Format, *, last: bool) -> bytes:
    """Write a directory at a byte of the file, and its values behind it; the next one follows."""
    used = sorted((field for field in fields if len(field[2])), key=lambda field: field[0])
    count, word = ("Q", "Q") if format_.big else ("H", "I")
    entry_bytes = 20 if format_.big else 12
    length = struct.calcsize(f"<{count}") + entry_bytes * len(used) + struct.calcsize(f"<{word}")
    values = bytearray(length % 2)
    entries = [pack_field(values, start + length, field, format_) for field in used]
    following = 0 if last else start + length + len(values)
    head = struct.pack(f"<{count}", len(used))
    return head + b"".join(entries) + struct.pack(f"<{word}", following) + bytes(values)
