"""A scene in blocks against the same scene in one piece."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from tesela.catalogue import KEYS
from tesela.core.polygons import Layer
from tesela.exports.geometry import multipolygon, place
from tesela.exports.render import topmost
from tesela.scenes import seams
from tesela.scenes.block import process_block
from tesela.scenes.cog import cog
from tesela.scenes.names import BlockNames
from tesela.scenes.plan import Options, Plan, planned_scene
from tesela.scenes.pyramid import BANDS, Product, Raster
from tesela.scenes.vectors import features_by_block

from tests.scenes.made import Bytes, Memory, counts, model, processed, unblocked
from tests.tiffs import placed

MODEL = model()
THRESHOLDS = dict.fromkeys(KEYS, 0.55)


def options(block_px: int, cog_tile_px: int = 16) -> Options:
    return Options(THRESHOLDS, scores=True, block_px=block_px, cog_tile_px=cog_tile_px)


def raster(product: Product, plan: Plan, store: Memory) -> Raster:
    body = b"".join(cog(product, plan, store))
    with MemoryFile(body) as file, file.open() as opened:
        pixels: Raster = opened.read()
        return pixels


def objects(plan: Plan, store: Memory) -> dict[str, tuple[int, int, float]]:
    """Pixels, sum of scores and area of each object by its id; all its features agree on them."""
    found: dict[str, tuple[int, int, float]] = {}
    for features in features_by_block(plan, store):
        for n, number in enumerate(features.number):
            name = f"{KEYS[number - 1]}-{features.row[n]}-{features.column[n]}"
            about = (
                int(features.object_pixels[n]),
                int(features.object_score_sum[n]),
                round(float(features.object_area_m2[n]), 6),
            )
            assert found.setdefault(name, about) == about
    return found


def expected(layers: list[Layer]) -> dict[str, tuple[int, int, float]]:
    found = {}
    for key, layer in zip(KEYS, layers, strict=True):
        for polygon in layer.polygons:
            column, row = min(polygon.rings[0], key=lambda corner: (corner[1], corner[0]))
            total = round(polygon.score * 256 * polygon.pixels)
            name = f"{key}-{row:.0f}-{column:.0f}"
            found[name] = (polygon.pixels, total, round(polygon.area_m2, 6))
    return found


@settings(max_examples=8)
@given(
    height=st.integers(48, 110),
    width=st.integers(48, 110),
    block_px=st.sampled_from([32, 48, 64, 128]),
    hole=st.sampled_from([0.0, 0.0, 0.6]),
    seed=st.integers(0, 99),
)
def test_blocks_of_any_size_make_the_scene_that_one_piece_makes(
    height: int, width: int, block_px: int, hole: float, seed: int
) -> None:
    body = placed(counts(height, width, seed, hole), tiled=True, blockxsize=32, blockysize=16)
    plan, store = processed(body, options(block_px), MODEL)
    scores, layers = unblocked(body, plan, MODEL)
    assert np.array_equal(raster("scores", plan, store), scores)
    assert np.array_equal(raster("masks", plan, store), np.stack([each.mask for each in layers]))
    assert np.array_equal(raster("classes", plan, store)[0], topmost(layers))
    assert objects(plan, store) == expected(layers)


def polygons(plan: Plan, store: Memory) -> dict[str, shapely.Geometry]:
    """The union of an object's features by its id."""
    parts: dict[str, list[shapely.Geometry]] = {}
    for features in features_by_block(plan, store):
        for n, (number, wkb) in enumerate(zip(features.number, features.geometries(), strict=True)):
            name = f"{KEYS[number - 1]}-{features.row[n]}-{features.column[n]}"
            parts.setdefault(name, []).append(shapely.from_wkb(wkb))
    return {name: shapely.union_all(shapes) for name, shapes in parts.items()}


@pytest.mark.parametrize("most", [64, 2])
def test_a_joined_object_has_the_outline_that_it_has_in_one_piece(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """With at most two pieces to an object, larger ones stay in pieces that share its id."""
    monkeypatch.setattr(seams, "MAX_PIECES", most)
    body = placed(counts(96, 70, 5), tiled=True, blockxsize=32, blockysize=16)
    plan, store = processed(body, options(32), MODEL)
    _, layers = unblocked(body, plan, MODEL)
    found = polygons(plan, store)
    several = 0
    for key, layer in zip(KEYS, layers, strict=True):
        for polygon, parts in zip(layer.polygons, place(layer.polygons, plan.grid), strict=True):
            column, row = min(polygon.rings[0], key=lambda corner: (corner[1], corner[0]))
            shape = found.pop(f"{key}-{row:.0f}-{column:.0f}")
            # Rounding to 1e-7 degrees moves a corner by up to 0.006 m2 per metre of outline.
            apart = shapely.symmetric_difference(shape, multipolygon(parts))
            assert shapely.area(apart) < 1e-7 * shapely.length(shape)
            several += 1
    assert several > 20
    assert not found
    counted = [features.parts for features in features_by_block(plan, store)]
    assert (np.concatenate(counted).max() > 1) == (most == 2)


def test_a_block_that_is_done_is_not_done_again() -> None:
    body = placed(counts(64, 64, 1), tiled=True, blockxsize=32, blockysize=32)
    plan, store = processed(body, options(32), MODEL)
    source, before = Bytes(body), dict(store.kept)
    store.written.clear()
    for block in plan.blocks():
        process_block(block, plan, planned_scene(plan, source), MODEL, store)
    assert store.written == []
    # What was lost is made again, the same to the byte.
    lost = BlockNames(plan, next(plan.blocks()))
    del store.kept[lost.done], store.kept[lost.features]
    process_block(lost.block, plan, planned_scene(plan, source), MODEL, store)
    assert store.kept == before


@pytest.mark.parametrize("pixel_m", [0.6, 2.3])
def test_blocks_of_resampled_pixels_make_the_scene_that_one_block_makes(pixel_m: float) -> None:
    place = Affine(pixel_m, 0, 443_000, 0, -pixel_m, 690_000)
    pixels = counts(110, 70, 4, 0.4)
    body = placed(pixels, transform=place, tiled=True, blockxsize=16, blockysize=16)
    (plan, store), (whole, at_once) = (
        processed(body, options(block_px, 16), MODEL) for block_px in (32, 256)
    )
    assert len(list(whole.blocks())) == 1 < len(list(plan.blocks()))
    assert (plan.height, plan.width) == (round(110 * pixel_m / 1.24), round(70 * pixel_m / 1.24))
    for product in BANDS:
        made = raster(product, plan, store)
        assert np.array_equal(made, raster(product, whole, at_once))
    assert objects(plan, store) == objects(whole, at_once)
    # The hole is where it was: its middle has no score, and it covers its share of the ground.
    assert not raster("scores", plan, store)[:, plan.height // 2, plan.width // 2].any()
    valid = [
        json.loads(store.kept[BlockNames(plan, each).done])["valid_pixels"]
        for each in plan.blocks()
    ]
    share = 1 - (pixels == 0).all(axis=0).mean()
    assert sum(valid) / (plan.height * plan.width) == pytest.approx(share, abs=0.02)
