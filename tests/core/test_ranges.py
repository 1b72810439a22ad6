"""Eight files of one band each, as one scene."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rasterio.crs import CRS
from rasterio.transform import Affine
from tesela.catalogue import BANDS
from tesela.core.decode import decode
from tesela.core.ranges import BandFiles, read_remote
from tesela.errors import SourceChangedError, TeselaError, UnsuitableImageError
from tesela.scenes.reader import open_scene
from tesela.scenes.window import Window

from tests.scenes.made import Bytes, counts
from tests.tiffs import Stack, placed, with_mask

PIXELS = counts(70, 90, 1)
WHOLE = Window(0, 0, 70, 90)


def band_files(pixels: Stack = PIXELS, **creation: Any) -> BandFiles:
    """A file for each band, whose lengths differ where they are compressed."""
    return BandFiles(
        tuple(
            Bytes(placed(band[None], **creation), str(number)) for number, band in enumerate(pixels)
        )
    )


@pytest.mark.parametrize(
    "creation",
    [
        {},
        {"tiled": True, "blockxsize": 32, "blockysize": 16, "compress": "deflate"},
        {"blockysize": 7, "compress": "lzw", "predictor": 2},
        {"BIGTIFF": "YES", "compress": "zstd"},
        {"nodata": int(PIXELS[3, 0, 0])},
    ],
)
def test_eight_files_hold_what_one_file_of_eight_bands_holds(creation: dict[str, Any]) -> None:
    image = decode(placed(PIXELS, **creation))
    scene = open_scene(band_files(**creation))
    for window in (WHOLE, Window(33, 31, 17, 40), Window(69, 89, 1, 1)):
        pixels, valid = scene.read(window)
        part = window.within(WHOLE)
        assert np.array_equal(pixels, image.pixels[:, *part])
        assert np.array_equal(valid, image.valid[part])
    assert scene.grid == image.grid


def test_a_pixel_is_valid_where_the_mask_of_each_file_says_so() -> None:
    masks = np.random.default_rng(1).random((8, 70, 90)) > 0.1
    files = tuple(
        Bytes(with_mask(band[None], mask)) for band, mask in zip(PIXELS, masks, strict=True)
    )
    _, valid = open_scene(BandFiles(files)).read(WHOLE)
    assert np.array_equal(valid, masks.all(axis=0))


def test_ranges_run_across_the_files_and_the_version_follows_content_and_order() -> None:
    files = BandFiles((Bytes(b"0123", "a"), Bytes(b"", "b"), Bytes(b"456789", "c")))
    assert files.size == 10
    for start in range(11):
        for length in range(11):
            assert files.read(start, length) == b"0123456789"[start : start + length]
    a, b, c = files.files
    versions = {BandFiles(each).version for each in ((a, b, c), (b, a, c), (a, b), (a, b, b))}
    assert len(versions) == 4


def test_a_file_that_is_cut_off_ends_the_range() -> None:
    class Short(Bytes):
        def read(self, start: int, length: int) -> bytes:
            return super().read(start, length)[:1]

    assert BandFiles((Short(b"0123"), Bytes(b"456789"))).read(0, 8) == b"0"


SHUFFLED = (3, 0, 7, 1, 6, 2, 5, 4)


@pytest.mark.parametrize(
    "names",
    [
        ("coastal", "blue", "green", "yellow", "red", "rededge", "nir08", "nir09"),
        ("C", "B", "G", "Y", "R", "RE", "N1", "N2"),
        BANDS,
    ],
)
def test_names_of_a_catalogue_put_the_bands_in_order(names: tuple[str, ...]) -> None:
    stated = tuple(names[band] for band in SHUFFLED)
    pixels, _ = open_scene(band_files(PIXELS[list(SHUFFLED)]), names=stated).read(WHOLE)
    assert np.array_equal(pixels, PIXELS)
    own = placed(PIXELS[list(SHUFFLED)], descriptions=[BANDS[band] for band in SHUFFLED])
    assert np.array_equal(open_scene(Bytes(own), names=names).read(WHOLE)[0], PIXELS)


def test_names_in_the_files_put_the_bands_in_order_and_without_any_the_order_is_the_files() -> None:
    named = BandFiles(
        tuple(Bytes(placed(PIXELS[band][None], descriptions=[BANDS[band]])) for band in SHUFFLED)
    )
    assert np.array_equal(open_scene(named).read(WHOLE)[0], PIXELS)
    assert np.array_equal(open_scene(band_files()).read(WHOLE)[0], PIXELS)


def other(number: int, pixels: Stack = PIXELS, **creation: Any) -> Callable[[], BandFiles]:
    """Eight files of which one differs."""

    def make() -> BandFiles:
        files = list(band_files().files)
        files[number - 1] = Bytes(placed(pixels[:1], **creation))
        return BandFiles(tuple(files))

    return make


DIFFERENT = {
    "size": (other(3, PIXELS[:, :69]), "size: 90 x 70 px in file 1, 90 x 69 px in file 3"),
    "type": (other(8, PIXELS.astype("float32")), "data type: uint16 of 16 bits in file 1, float32"),
    "nodata": (other(2, nodata=5), "nodata: none in file 1, 5 in file 2"),
    "CRS": (other(4, crs=CRS.from_epsg(32619)), "differ in their CRS; eight"),
    "place": (
        other(5, transform=Affine(1.24, 0, 443_001, 0, -1.24, 690_000)),
        r"transform: .*443000.* in file 1, .*443001.* in file 5",
    ),
    "byte order": (other(6, ENDIANNESS="BIG"), "little endian in file 1, big endian in file 6"),
    "blocks": (other(7, blockysize=3), "Page 7 has blocks of 90 x 3 px, page 1 of"),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_files_that_differ_are_refused_with_the_difference(what: str) -> None:
    make, words = DIFFERENT[what]
    with pytest.raises(UnsuitableImageError, match=words):
        read_remote(make())


def test_a_file_of_another_kind_is_refused_by_its_number() -> None:
    files = list(band_files().files)
    for broken, words in (
        (Bytes(b"no TIFF at all, and long enough"), "File 4 of 8: .*TIFF"),
        (Bytes(placed(PIXELS)), r"File 4 of 8: The image has 8 band\(s\).*1 is needed"),
    ):
        with pytest.raises(TeselaError, match=words) as refused:
            read_remote(BandFiles((*files[:3], broken, *files[4:])))
        assert refused.value.values["file"] == 4


def test_a_change_of_one_file_is_noticed() -> None:
    class Replaced(Bytes):
        def read(self, start: int, length: int) -> bytes:
            raise SourceChangedError("it was replaced")

    files = band_files().files
    with pytest.raises(SourceChangedError):
        read_remote(BandFiles((*files[:7], Replaced(b"x"))))
