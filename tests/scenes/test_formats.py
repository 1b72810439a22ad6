"""Every accepted form of a file, from its bytes to masks and objects: in blocks as in one piece."""

from collections.abc import Callable

import numpy as np
import pytest
from rasterio.crs import CRS
from rasterio.transform import Affine
from tesela.catalogue import KEYS
from tesela.core.ranges import BandFiles, RangeSource

from tests.scenes.made import Bytes, counts, model, processed, unblocked
from tests.scenes.test_blocks import expected, objects, options, raster
from tests.tiffs import PLACE, UTM, placed, with_mask

PIXELS = counts(75, 101, 8, 0.3)
TILES = {"tiled": True, "blockxsize": 32, "blockysize": 16}
# 1.24 m near Bogotá, in degrees
DEGREES = Affine(1.24 / 111_195, 0, -74.1, 0, -1.24 / 110_580, 4.7)

FORMS: dict[str, Callable[[], bytes]] = {
    "strips, LZW": lambda: placed(PIXELS, blockysize=7, compress="lzw", predictor=2),
    "strips of a row, deflate": lambda: placed(PIXELS, blockysize=1, compress="deflate"),
    "one strip, zstd": lambda: placed(PIXELS, blockysize=75, compress="zstd", predictor=2),
    "tiles, zstd, BigTIFF": lambda: placed(PIXELS, **TILES, compress="zstd", BIGTIFF="YES"),
    "tiles, LZW, band by band": lambda: placed(PIXELS, **TILES, compress="lzw", interleave="band"),
    "big endian": lambda: placed(PIXELS, **TILES, ENDIANNESS="BIG"),
    "uint8": lambda: placed((PIXELS // 8).astype(np.uint8), nodata=0, compress="deflate"),
    "int16": lambda: placed(PIXELS.astype(np.int16), **TILES, nodata=0),
    "float32": lambda: placed(
        (PIXELS / 2048).astype(np.float32), nodata=0, compress="deflate", predictor=3
    ),
    "degrees": lambda: placed(PIXELS, **TILES, crs=CRS.from_epsg(4326), transform=DEGREES),
    "masked": lambda: with_mask(PIXELS, PIXELS[0] > 0, crs=UTM, transform=PLACE),
}


@pytest.mark.parametrize("form", FORMS)
def test_any_form_in_blocks_makes_what_it_makes_in_one_piece(form: str) -> None:
    body = FORMS[form]()
    assert_same(Bytes(body), body)


def test_eight_files_make_what_their_bands_make_in_one_file() -> None:
    files = tuple(Bytes(placed(band[None], **TILES, compress="lzw")) for band in PIXELS)
    assert_same(BandFiles(files), placed(PIXELS))


def assert_same(source: RangeSource, body: bytes) -> None:
    """In blocks of 48 px as at once; nodata, a third of the columns, has no object."""
    plan, store = processed(source, options(48), model())
    scores, layers = unblocked(body, plan, model())
    assert len(list(plan.blocks())) == 6
    assert np.array_equal(raster("scores", plan, store), scores)
    assert np.array_equal(raster("masks", plan, store), np.stack([each.mask for each in layers]))
    assert objects(plan, store) == expected(layers)
    assert len(expected(layers)) > len(KEYS)
    assert not scores[:, 37, 50].any()
