from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine
from tesela.catalogue import KEYS
from tesela.core.decode import decode
from tesela.core.estimate import estimate
from tesela.errors import (
    CorruptImageError,
    ImageTooLargeError,
    SourceChangedError,
    TeselaError,
    UnsuitableImageError,
    UnsupportedFormatError,
)
from tesela.scenes.plan import CODEC, Options, make_plan
from tesela.scenes.reader import open_scene
from tesela.scenes.sampling import sample
from tesela.scenes.window import Window

from tests.scenes.made import Bytes, counts, model
from tests.tiffs import chunky_page, header, one_page, pages, placed, planar_page, png, with_mask

MODEL = model()
OPTIONS = Options(dict.fromkeys(KEYS, 0.5))
PIXELS = counts(70, 90, 1)

LAYOUTS = {
    "tiles, pixel by pixel": lambda: placed(PIXELS, tiled=True, blockxsize=32, blockysize=16),
    "tiles, band by band": lambda: placed(
        PIXELS, tiled=True, blockxsize=32, blockysize=16, interleave="band", compress="zstd"
    ),
    "strips": lambda: placed(PIXELS, blockysize=7, compress="lzw", predictor=2),
    "one strip": lambda: chunky_page(PIXELS, rowsperstrip=70),
    "planes": lambda: planar_page(PIXELS, rowsperstrip=9, compression="deflate"),
    "a page a band": lambda: pages(PIXELS, rowsperstrip=5),
    "big endian": lambda: chunky_page(PIXELS, rowsperstrip=5, byteorder=">"),
    "BigTIFF": lambda: placed(PIXELS, BIGTIFF="YES", compress="deflate"),
    "float32": lambda: placed((PIXELS / 2048).astype(np.float32), compress="deflate", predictor=3),
    "uint8": lambda: placed((PIXELS // 8 + 1).astype(np.uint8)),
    "declared nodata": lambda: placed(PIXELS, nodata=int(PIXELS[0, 0, 0])),
    "masked": lambda: with_mask(PIXELS, np.arange(90)[None] > np.arange(70)[:, None]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_windows_of_any_layout_hold_what_the_whole_file_holds(layout: str) -> None:
    body = LAYOUTS[layout]()
    image, scene = decode(body), open_scene(Bytes(body))
    for window in (Window(0, 0, 70, 90), Window(33, 31, 17, 40), Window(69, 89, 1, 1)):
        pixels, valid = scene.read(window)
        part = window.within(Window(0, 0, 70, 90))
        assert np.array_equal(pixels, image.pixels[:, *part])
        assert np.array_equal(valid, image.valid[part])


def test_a_window_reads_its_own_blocks_and_little_more() -> None:
    source = Bytes(placed(counts(640, 640, 1), tiled=True, blockxsize=64, blockysize=64))
    scene = open_scene(source)
    assert sum(length for _, length in source.reads) < 200_000
    source.reads.clear()
    scene.read(Window(128, 128, 64, 64))
    assert sum(length for _, length in source.reads) == 16 + 64 * 64 * 16
    assert len(source.reads) == 2


def test_a_block_that_claims_far_more_bytes_than_pixels_is_refused() -> None:
    body = bytearray(
        placed(counts(640, 640, 1), compress="deflate", tiled=True, blockxsize=64, blockysize=64)
    )
    scene = open_scene(Bytes(bytes(body)))
    page = scene.header.pages[0]
    page.blocks.byte_counts[0] = 500_000
    with pytest.raises(CorruptImageError, match="500000 bytes"):
        scene.read(Window(0, 0, 10, 10))


def test_a_file_that_was_cut_off_is_refused_where_its_pixels_end() -> None:
    source = Bytes(placed(counts(640, 640, 1), tiled=True, blockxsize=64, blockysize=64))
    scene = open_scene(source)
    source.body = source.body[:1_000_000]
    with pytest.raises(
        CorruptImageError, match=r"has 0 bytes from byte \d+ on; its header names 65536"
    ):
        scene.read(Window(600, 600, 10, 10))


def test_a_file_that_was_changed_under_a_window_is_refused() -> None:
    class Replaced(Bytes):
        def read(self, start: int, length: int) -> bytes:
            raise SourceChangedError("it was replaced")

    source = Bytes(placed(PIXELS))
    scene = replace(open_scene(source), source=Replaced(source.body))
    with pytest.raises(SourceChangedError):
        scene.read(Window(0, 0, 10, 10))


REFUSED: dict[str, tuple[Callable[[], bytes], type[TeselaError], str]] = {
    "no CRS": (lambda: one_page(PIXELS), UnsuitableImageError, "must lie on the ground"),
    "pixels of 10 m": (
        lambda: placed(PIXELS, transform=Affine(10, 0, 443_000, 0, -10, 690_000)),
        UnsuitableImageError,
        r"pixels are 1\d\.\d\d x \d+\.\d\d m; a scene needs pixels of 0.25 to 4.96 m",
    ),
    "three bands": (lambda: placed(PIXELS[:3]), UnsuitableImageError, "3 band"),
    "no TIFF": (png, UnsupportedFormatError, "a TIFF is needed"),
    "nodata alone": (lambda: placed(np.zeros_like(PIXELS)), UnsuitableImageError, "are nodata"),
    "a strip for all": (lambda: header(9000, 9000), ImageTooLargeError, "blocks of 9000 x 9000 px"),
    "too wide": (lambda: header(300_000, 20), ImageTooLargeError, "limit is 262144 x 262144 px"),
    "a short table": (lambda: header(5000, 5000, tile=512), CorruptImageError, "it needs 100"),
    "tiny tiles": (
        lambda: header(200_000, 200_000, tile=16),
        ImageTooLargeError,
        "156250000 blocks",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_processed_is_refused_with_its_reason(case: str) -> None:
    body, error, reason = REFUSED[case]
    with pytest.raises(error, match=reason):
        make_plan(Bytes(body()), MODEL, OPTIONS)


def test_a_scene_over_the_limit_is_refused_with_its_estimate() -> None:
    with pytest.raises(ImageTooLargeError, match=r"has 0\.0 km2; the limit is 0\.001 km2.*\$0\.00"):
        make_plan(Bytes(placed(PIXELS)), MODEL, replace(OPTIONS, max_km2=0.001))


def test_a_plan_survives_json_and_its_blocks_cover_the_scene_once() -> None:
    plan = make_plan(Bytes(placed(PIXELS)), MODEL, replace(OPTIONS, block_px=32, cog_tile_px=16))
    assert CODEC.validate_json(CODEC.dump_json(plan)) == plan
    covered = np.zeros((plan.height, plan.width), int)
    for block in plan.blocks():
        covered[block.within(Window(0, 0, plan.height, plan.width))] += 1
    assert (covered == 1).all()
    assert plan.aligned_levels == 2  # 32 and 16 px are whole tiles of 16, 8 px are not


def test_an_id_follows_content_and_options_but_not_how_the_work_is_divided() -> None:
    source = Bytes(placed(PIXELS))
    same = [OPTIONS, replace(OPTIONS, block_px=512), replace(OPTIONS, max_km2=5)]
    assert len({make_plan(source, MODEL, options).id for options in same}) == 1
    others = [
        make_plan(Bytes(source.body, "2"), MODEL, OPTIONS).id,
        make_plan(source, MODEL, replace(OPTIONS, scores=True)).id,
        make_plan(source, MODEL, Options(dict.fromkeys(KEYS, 0.4))).id,
        make_plan(source, MODEL, replace(OPTIONS, band_order=(8, 7, 6, 5, 4, 3, 2, 1))).id,
    ]
    assert len({make_plan(source, MODEL, OPTIONS).id, *others}) == 5


def test_levels_come_from_valid_pixels_all_over_the_scene() -> None:
    pixels = counts(200, 300, 2)
    pixels[:, :, :250] = 0  # fill that no tag declares
    found = sample(open_scene(Bytes(placed(pixels, blockysize=1))), MODEL)
    assert found.fill == (0.0,)
    assert found.valid_share == pytest.approx(1 / 6, abs=0.01)
    dark = np.percentile(pixels[:, :, 250:].reshape(8, -1), 2, axis=1)
    assert np.abs(found.levels.dark - dark).max() <= 60
    assert "undeclared-fill" in {caveat.code for caveat in found.caveats}


def test_another_value_in_all_bands_is_fill_where_it_is_frequent() -> None:
    pixels = counts(100, 100, 2)
    pixels[:, :20] = 777
    pixels[:, 50, 50] = 778
    found = sample(open_scene(Bytes(placed(pixels))), MODEL)
    assert found.fill == (0.0, 777.0)


@settings(max_examples=60)
@given(place=st.integers(0, 1500), value=st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_refused_or_read_but_never_more(place: int, value: bytes) -> None:
    body = bytearray(
        placed(counts(64, 64, 1)[:, :40, :40], tiled=True, blockxsize=16, blockysize=16)
    )
    at = place if place < 1000 else len(body) - 1501 + place
    body[at : at + len(value)] = value
    with suppress(TeselaError):
        scene = open_scene(Bytes(bytes(body)))
        scene.read(Window(0, 0, min(16, scene.grid.height), min(16, scene.grid.width)))


def test_a_thousand_square_kilometres_cost_about_ten_cents() -> None:
    """650 million pixels: 3,772 s of one core, at 1.73 cores and 3 GB a block, 69 blocks."""
    expected = estimate(650_364_000, 1.0, 69)
    assert expected.cpu_s == pytest.approx(3772, rel=0.001)
    assert expected.usd == pytest.approx(3772 / 1.73 * 3 * 1.66667e-5 + 69 * 1e-4, abs=1e-3)
    assert estimate(650_364_000, 0.25, 69).cpu_s == pytest.approx(
        943, rel=0.001
    )  # the rest is nodata
