"""Process a block of a scene: read, predict, threshold, and write all that is final of it."""

import json
import math
import zlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from tesela.catalogue import CLASSES, KEYS
from tesela.core.gdal import gdal
from tesela.core.image import Pixels, Valid
from tesela.core.masks import Masks, threshold
from tesela.core.model import Model
from tesela.core.normalise import stretch
from tesela.core.polygons import Layer, sieve, vectorise
from tesela.core.tiles import Scores, Tile, pad
from tesela.exports.render import topmost
from tesela.scenes.arrays import pack, unpack
from tesela.scenes.features import whole_objects
from tesela.scenes.lattice import blend, lattice_over
from tesela.scenes.names import BlockNames
from tesela.scenes.pieces import edges_of, pieces_of
from tesela.scenes.plan import Plan
from tesela.scenes.ports import Store
from tesela.scenes.pyramid import Product, Raster, halved
from tesela.scenes.reader import SceneFile
from tesela.scenes.seams import fetch
from tesela.scenes.tiling import Tiles, encode_raster, joined_tiles
from tesela.scenes.window import Window

Check = Callable[[], object]  # called again and again during a long stage; raises to end it


@gdal()
def process_block(
    block: Window,
    plan: Plan,
    scene: SceneFile,
    model: Model,
    store: Store,
    *,
    check: Check = lambda: None,
) -> None:
    """Write the results of a block, unless they are there; `BlockNames.done` comes last.

    Objects that reach no other block are final. The others are kept as pieces, with the runs of
    pixels along the seams by which `seams` joins them. Objects under the smallest area are left out
    of all of it already, since the margin shows how large those at the seams are.

    Raises:
        CorruptImageError: The file cannot be decoded here.
    """
    names = BlockNames(plan, block)
    if store.get(names.done) is not None:
        return
    pixel_m2 = plan.grid.pixel_area_m2
    least_px = [entry.least_area_m2 / pixel_m2 for entry in CLASSES]
    area = block.grown(math.ceil(max(least_px)), plan.height, plan.width)
    scores, valid = _scores(area, plan, scene, model, check)
    check()
    masks, inside = threshold(scores, plan.thresholds), block.within(area)
    masks = np.stack([sieve(*each)[inside] for each in zip(masks, least_px, strict=True)])
    scores, valid = scores[:, *inside], valid[inside]
    counts = _write_objects(block, plan, masks, scores, store)
    _write_rasters(block, plan, masks, scores, store)
    done = {"valid_pixels": int(np.count_nonzero(valid)), **counts}
    store.put(names.done, json.dumps(done).encode())


def preview(block: Window, plan: Plan, store: Store) -> bytes:
    """The classes of a processed block, one byte for 2**`plan.aligned_levels` pixels a side, by zlib.

    Raises:
        StorageUnavailableError: The block is not there.
    """
    packed = unpack(fetch(store, BlockNames(plan, block).index("classes")))
    return zlib.compress(packed["rest"].tobytes())


def _scores(
    area: Window, plan: Plan, scene: SceneFile, model: Model, check: Check
) -> tuple[Scores, Valid]:
    """Scores (10, H, W) of a window, the same whatever the window is."""
    size = model.tile_px
    tiles = lattice_over(area, plan.height, plan.width, size, model.overlap_px)
    row, column = tiles.rows[0], tiles.columns[0]
    seen = Window(
        row,
        column,
        min(tiles.rows[-1] + size, plan.height) - row,
        min(tiles.columns[-1] + size, plan.width) - column,
    )
    pixels, valid = _normalised(seen, plan, scene, model)
    inside = area.within(seen)
    if not valid[inside].any():
        return np.zeros((len(KEYS), area.height, area.width), np.uint8), valid[inside]
    padded, padded_valid = pad(pixels, size), pad(valid[None], size)[0]

    def predict(pixels: Pixels, row_of_tiles: Sequence[Tile]) -> Iterable[Scores]:
        check()
        return model.predict_tiles(pixels, row_of_tiles)

    scores = blend(padded, padded_valid, tiles.from_first(), predict)
    return scores[:, *inside], valid[inside]


def _normalised(window: Window, plan: Plan, scene: SceneFile, model: Model) -> tuple[Pixels, Valid]:
    pixels, valid = scene.read(window)
    return stretch(pixels, valid, plan.levels, model.normalisation), valid


def _write_objects(
    block: Window, plan: Plan, masks: Masks, scores: Scores, store: Store
) -> dict[str, list[float]]:
    """Write closed objects and open pieces; return areas, pixels and sums of scores by class."""
    names, grid = BlockNames(plan, block), plan.grid
    areas = grid.pixel_areas.window(block.row, block.column, block.height, block.width)
    layers = vectorise(masks, scores, areas, [0] * len(masks))
    pieces = pieces_of(layers, block)
    edges = edges_of(pieces, block, plan.height, plan.width)
    is_open = np.zeros(len(pieces), bool)
    is_open[edges.piece] = True
    opened, closed = np.flatnonzero(is_open), np.flatnonzero(~is_open)
    store.put(names.features, whole_objects(pieces.take(closed), grid).dump())
    store.put(names.pieces, pieces.take(opened).dump())
    store.put(names.edges, edges.renumbered(np.cumsum(is_open) - 1).dump())
    return {
        name: np.bincount(pieces.number, getattr(pieces, name), len(CLASSES) + 1)[1:].tolist()
        for name in ("pixels", "score_sum", "area_m2")
    }


def _write_rasters(block: Window, plan: Plan, masks: Masks, scores: Scores, store: Store) -> None:
    names = BlockNames(plan, block)
    flat = [Layer(mask, ()) for mask in masks]
    rasters: dict[Product, Raster] = {"classes": topmost(flat)[None], "masks": masks.view(np.uint8)}
    if plan.scores:
        rasters["scores"] = scores
    for product, raster in rasters.items():
        tiles, rest = _pyramid(raster, product, block, plan)
        store.put(names.tiles(product), tiles.body)
        store.put(names.index(product), pack({"index": tiles.index, "rest": rest}))


def _pyramid(raster: Raster, product: Product, block: Window, plan: Plan) -> tuple[Tiles, Raster]:
    """Encode the levels at which the block is a whole number of tiles; return the level after them."""
    side, encoded = plan.cog_tile_px, list[Tiles]()
    for level in range(plan.aligned_levels):
        row, column = block.row >> level, block.column >> level
        encoded.append(encode_raster(raster, side, level, row // side, column // side))
        raster = halved(raster, product)
    return joined_tiles(encoded), raster
