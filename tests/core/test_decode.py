import contextlib
import io
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import Affine
from tesela.core.decode import decode
from tesela.core.image import Image
from tesela.core.limits import LIMITS
from tesela.core.tiff.header import read_header
from tesela.errors import (
    CorruptImageError,
    EmptyUploadError,
    ImageTooLargeError,
    TeselaError,
    UnsuitableImageError,
    UnsupportedFormatError,
)

from tests.tiffs import (
    PLACE,
    UTM,
    chunky_page,
    cog,
    counts,
    header,
    one_page,
    pages,
    placed,
    planar_page,
    png,
    with_mask,
)

DTYPES = ("uint8", "uint16", "int16", "float16", "float32")
BLOCK = {"tiled": True, "blockxsize": 16, "blockysize": 16}
GDAL_FORMS: dict[str, dict[str, Any]] = {
    "pixel interleaved": {"interleave": "pixel"},
    "band interleaved": {"interleave": "band"},
    "strips of five rows": {"blockysize": 5},
    "tiles": BLOCK,
    "planar tiles": BLOCK | {"interleave": "band"},
    "lzw with predictor": {"compress": "lzw", "predictor": 2},
    "deflate tiles": BLOCK | {"compress": "deflate"},
    "zstd planar": {"compress": "zstd", "interleave": "band"},
    "big-endian": {"endianness": "BIG"},
    "BigTIFF": {"bigtiff": "YES"},
    "RGB and five extra bands": {"photometric": "RGB"},
}
TIFFFILE_FORMS: dict[str, Callable[[Any], bytes]] = {
    "chunky": chunky_page,
    "planar": planar_page,
    "8 pages": pages,
    "8 compressed pages": lambda p: pages(p, compression="zlib"),
    "8 tiled pages": lambda p: pages(p, tile=(16, 16)),
    "8 BigTIFF pages": lambda p: pages(p, bigtiff=True),
    "8 big-endian pages": lambda p: pages(
        [plane.astype(plane.dtype.newbyteorder(">")) for plane in p]
    ),
}


@pytest.mark.parametrize("form", GDAL_FORMS)
@pytest.mark.parametrize("dtype", [d for d in DTYPES if d != "float16"])
def test_every_form_that_gdal_writes_has_the_same_pixels(form: str, dtype: str) -> None:
    pixels = counts(dtype=dtype)
    image = decode(one_page(pixels, **GDAL_FORMS[form]))
    assert image.dtype == dtype
    assert image.pixels.dtype == np.float32
    assert np.array_equal(image.pixels, pixels.astype(np.float32))
    assert image.valid.all()


@pytest.mark.parametrize("form", TIFFFILE_FORMS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_form_that_clients_write_has_the_same_pixels(form: str, dtype: str) -> None:
    pixels = counts(dtype=dtype)
    image = decode(TIFFFILE_FORMS[form](pixels))
    assert image.dtype == dtype
    assert np.array_equal(image.pixels, pixels.astype(np.float32))
    assert image.valid.all()


def test_pages_are_bands_in_their_order() -> None:
    planes = [np.full((16, 17), band, np.uint16) for band in range(1, 9)]
    assert decode(pages(planes)).pixels[:, 5, 5].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


# ---- pages


def many(*written: tuple[np.ndarray, dict[str, Any]]) -> bytes:
    """Pages by tifffile, each with options of its own."""
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for data, options in written:
            writer.write(data, metadata=None, **({"photometric": "minisblack"} | options))
    return file.getvalue()


_PLAIN: dict[str, Any] = {}  # no options


def reduced(plane: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    return plane[::2, ::2].copy(), {"subfiletype": 1}


MASK = (np.ones((24, 32), bool), {"photometric": "mask", "subfiletype": 4})


@pytest.mark.parametrize("between", [reduced, lambda plane: MASK], ids=["overview", "mask"])
def test_overviews_and_masks_between_pages_are_no_bands(between: Callable[..., Any]) -> None:
    """Sixteen pages: as text, their numbers sort as 1, 11, 13, 15, 3, 5 ..."""
    pixels = counts()
    written = [page for plane in pixels for page in ((plane, _PLAIN), between(plane))]
    image = decode(many(*written))
    assert np.array_equal(image.pixels, pixels.astype(np.float32))
    assert image.valid.all()


def test_a_thumbnail_before_the_image_is_none_of_it() -> None:
    pixels = counts()
    thumbnail = (np.zeros((6, 8, 3), np.uint8), {"photometric": "rgb", "subfiletype": 1})
    chunky = (np.moveaxis(pixels, 0, -1).copy(), {"planarconfig": "contig"})
    image = decode(many(thumbnail, chunky))
    assert np.array_equal(image.pixels, pixels.astype(np.float32))


def test_the_masks_of_all_pages_add_up() -> None:
    masks = [np.ones((24, 32), bool) for _ in range(8)]
    masks[2][4], masks[7][:, 5] = False, False
    image = decode(
        many(
            *(
                page
                for plane, mask in zip(counts(), masks, strict=True)
                for page in ((plane, _PLAIN), (mask, MASK[1]))
            )
        )
    )
    assert np.array_equal(image.valid, np.logical_and.reduce(masks))


def placed_pages(places: Sequence[tuple[int | None, Affine]]) -> bytes:
    """A page a band, with a UTM zone of WGS 84 and a transform each; None has neither."""
    written = []
    for plane, (epsg, transform) in zip(counts(), places, strict=True):
        scale = (transform.a, -transform.e, 0.0)
        tiepoint = (0.0, 0.0, 0.0, transform.c, transform.f, 0.0)
        keys = (1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg)
        geo = [(33550, 12, 3, scale), (33922, 12, 6, tiepoint), (34735, 3, 16, keys)]
        written.append((plane, {"extratags": geo if epsg else []}))
    return many(*written)


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ((32619, PLACE), "pages-differ-crs"),
        ((32618, PLACE @ Affine.translation(10, 10)), "pages-differ-transform"),
        ((32618, PLACE @ Affine.scale(2)), "pages-differ-transform"),
    ],
)
def test_pages_that_lie_elsewhere_are_refused(odd: tuple[int, Affine], code: str) -> None:
    with pytest.raises(UnsuitableImageError, match="pages differ in their") as caught:
        decode(placed_pages([*[(32618, PLACE)] * 6, odd, odd]))
    assert caught.value.code == code


@pytest.mark.parametrize(("first", "codes"), [(1, []), (2, ["georeference-of-page"])])
def test_pages_without_a_place_lie_where_the_others_do(first: int, codes: list[str]) -> None:
    places = [(32618 if number >= first else None, PLACE) for number in range(1, 9)]
    image = decode(placed_pages(places if first > 1 else [(32618, PLACE), *[(None, PLACE)] * 7]))
    assert (image.grid.crs, image.grid.transform) == (UTM, PLACE)
    assert [caveat.code for caveat in image.caveats] == codes


# ---- bands

REVERSED = ("NIR-2", "NIR-1", "Red Edge", "Red", "Yellow", "Green", "Blue", "Coastal Blue")


def test_bands_that_the_file_names_are_put_in_order() -> None:
    pixels = counts()
    image = decode(placed(pixels[::-1].copy(), descriptions=REVERSED))
    assert np.array_equal(image.pixels, pixels.astype(np.float32))
    assert image.order == (8, 7, 6, 5, 4, 3, 2, 1)
    assert [caveat.code for caveat in image.caveats] == ["bands-reordered"]


def test_pages_that_are_named_are_put_in_order() -> None:
    pixels = counts()
    named = zip(pixels[::-1], REVERSED, strict=True)
    image = decode(many(*((plane, {"description": name}) for plane, name in named)))
    assert np.array_equal(image.pixels, pixels.astype(np.float32))


def test_the_caller_s_order_goes_before_the_file_s_names() -> None:
    pixels = counts()
    image = decode(placed(pixels, descriptions=REVERSED), order=(2, 1, 3, 4, 5, 6, 7, 8))
    assert np.array_equal(image.pixels, pixels[[1, 0, 2, 3, 4, 5, 6, 7]].astype(np.float32))
    assert image.order == (2, 1, 3, 4, 5, 6, 7, 8)
    assert image.caveats == ()


def test_an_rgb_image_with_five_further_bands_contradicts_the_order() -> None:
    image = decode(placed(counts(), photometric="RGB"))
    (caveat,) = image.caveats
    assert caveat.code == "band-names-contradict"
    assert caveat.values == {"numbers": [1, 2, 3], "bands": ["red", "green", "blue"]}


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_white_that_is_zero_is_turned_round(dtype: str) -> None:
    pixels = counts(dtype=dtype)
    inverted = np.iinfo(dtype).max - pixels
    image = decode(
        many(
            (
                np.moveaxis(inverted, 0, -1).copy(),
                {"photometric": "miniswhite", "planarconfig": "contig"},
            )
        )
    )
    assert np.array_equal(image.pixels, pixels.astype(np.float32))


@pytest.mark.parametrize("bits", [9, 10, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("interleave", ["band", "pixel"])
def test_packed_counts_are_read(bits: int, interleave: str) -> None:
    pixels = np.minimum(counts(), 2**bits - 1)
    image = decode(one_page(pixels, nbits=bits, interleave=interleave, compress="deflate"))
    assert (image.dtype, np.array_equal(image.pixels, pixels)) == ("uint16", True)


def test_a_cog_with_overviews_is_read_at_full_size() -> None:
    pixels = counts(300, 280)
    image = decode(cog(pixels))
    assert np.array_equal(image.pixels, pixels.astype(np.float32))
    assert image.grid.crs == UTM


@pytest.mark.parametrize(
    ("height", "width"), [(16, 16), (16, LIMITS.max_side_px), (LIMITS.max_side_px, 16)]
)
def test_the_smallest_and_the_largest_sides_are_read(height: int, width: int) -> None:
    assert decode(one_page(counts(height, width, "uint8"))).pixels.shape == (8, height, width)


def test_crs_and_transform_lead_to_the_ground() -> None:
    grid = decode(placed(counts())).grid
    assert (grid.width, grid.height, grid.crs, grid.transform) == (32, 24, UTM, PLACE)
    assert grid.coordinates == "lonlat"


# ---- valid pixels


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
def test_a_pixel_that_is_nodata_in_every_band_is_invalid(dtype: str) -> None:
    pixels = counts(dtype=dtype)
    pixels[:, 2, 3] = 0
    valid = decode(one_page(pixels, nodata=0)).valid
    assert not valid[2, 3]
    assert valid.sum() == valid.size - 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_pixel_that_is_not_finite_in_one_band_is_invalid(dtype: str, value: float) -> None:
    pixels = counts(dtype=dtype)
    pixels[4, 2, 3] = value
    valid = decode(chunky_page(pixels)).valid
    assert not valid[2, 3]
    assert valid.sum() == valid.size - 1


@pytest.mark.parametrize(("dtype", "filled"), [("uint16", 1), ("int16", 1), ("uint8", 0)])
def test_sensor_counts_of_0_in_all_bands_are_fill(dtype: str, filled: int) -> None:
    pixels = counts(dtype=dtype)
    pixels[:, 2, 3] = 0
    pixels[:5, 4, 4] = 0  # dark, but seen
    valid = decode(one_page(pixels)).valid
    assert valid.size - valid.sum() == filled
    assert valid[4, 4]


def test_a_mask_page_is_heeded_and_is_no_ninth_band() -> None:
    valid = np.ones((24, 32), bool)
    valid[:3] = False
    image = decode(with_mask(counts(), valid))
    assert image.pixels.shape == (8, 24, 32)
    assert np.array_equal(image.valid, valid)


def test_a_fourth_band_called_alpha_masks_nothing() -> None:
    pixels = counts()
    pixels[3, :10] = 0
    image = decode(one_page(pixels, photometric="RGB", alpha="YES"))
    assert image.valid.all()
    assert np.array_equal(image.pixels, pixels.astype(np.float32))


# ---- refused, with the value and the limit in the message

P = counts()
MISPLACED = {
    "no size": (UTM, Affine(0, 0, 443_000, 0, 0, 690_000), "has no area"),
    "collinear": (UTM, Affine(1, 1, 443_000, 1, 1, 690_000), "has no area"),
    "infinite": (UTM, Affine(np.inf, 0, 443_000, 0, -1.24, 690_000), "has no area|outside its CRS"),
    "not a number": (UTM, Affine(np.nan, 0, 443_000, 0, -1.24, 690_000), "has no area|outside"),
    "below a double": (UTM, Affine(1e-12, 0, 443_000, 0, -1e-12, 690_000), "has no area"),
    "beyond the projection": (UTM, Affine(1.24, 0, 1e12, 0, -1.24, 1e12), "cannot be used"),
    "over the pole": ("EPSG:4326", Affine(1e-5, 0, -75, 0, -1e-5, 95), "-75, 95 lies outside"),
    "many times around": (
        "EPSG:4326",
        Affine(1e-5, 0, -175e3, 0, -1e-5, 5),
        "-175000, 5 lies outs",
    ),
}


@pytest.mark.parametrize("case", MISPLACED)
def test_a_place_that_is_none_is_refused(case: str) -> None:
    crs, transform, message = MISPLACED[case]
    with pytest.raises(UnsuitableImageError, match=message):
        decode(one_page(P, crs=crs, transform=transform))


@pytest.mark.parametrize("count", [1, 3, 4, 7, 9, 16])
def test_another_band_count_is_refused(count: int) -> None:
    stack = np.concatenate([P, P])[:count]
    with pytest.raises(UnsuitableImageError, match=rf"has {count} band\(s\) on 1 page.*8 bands"):
        decode(one_page(stack))


@pytest.mark.parametrize("count", [2, 7, 9, 16])
def test_another_page_count_is_refused(count: int) -> None:
    stack = np.concatenate([P, P])[:count]
    with pytest.raises(UnsuitableImageError, match=rf"on {count} page\(s\).*8 bands are needed"):
        decode(pages(stack))


@pytest.mark.parametrize("count", [4, 8])
def test_two_pages_of_several_bands_are_refused(count: int) -> None:
    page = np.moveaxis(P[:count], 0, -1)
    with pytest.raises(UnsuitableImageError, match=rf"has {count} band\(s\) on 2 page"):
        decode(pages([page, page], planarconfig="contig"))


@pytest.mark.parametrize(
    "odd", [counts(20, 32)[0], counts(24, 32, "uint8")[0]], ids=["size", "data type"]
)
def test_pages_that_differ_are_refused(odd: np.ndarray) -> None:
    with pytest.raises(UnsuitableImageError, match="differ in size or data type"):
        decode(pages([*P[:5], odd, *P[6:]]))


@pytest.mark.parametrize("dtype", ["int8", "uint32", "int32", "float64", "complex64", "complex128"])
def test_another_data_type_is_refused(dtype: str) -> None:
    with pytest.raises(UnsuitableImageError, match=f"type is {dtype}; accepted are uint8, uint16"):
        decode(one_page(P.astype(np.int8).astype(dtype)))


@pytest.mark.parametrize("compress", ["jpeg", "packbits", "lzma", "lerc"])
def test_another_compression_is_refused(compress: str) -> None:
    body = one_page(counts(dtype="uint8"), compress=compress, interleave="band")
    message = f"compression is {compress.upper()} on page 1; accepted are NONE, LZW, DEFLATE, ZSTD"
    with pytest.raises(UnsupportedFormatError, match=message):
        decode(body)


def test_no_bytes_are_refused() -> None:
    with pytest.raises(EmptyUploadError, match="0 bytes"):
        decode(b"")


@pytest.mark.parametrize("body", [b"I", b"II*", b"GIF89a", b"<VRTDataset/>", png()])
def test_what_is_no_tiff_is_refused(body: bytes) -> None:
    with pytest.raises(UnsupportedFormatError, match="a TIFF is needed"):
        decode(body)


@pytest.mark.parametrize(("height", "width"), [(15, 40), (40, 15), (1, 1)])
def test_a_small_image_is_refused(height: int, width: int) -> None:
    with pytest.raises(
        UnsuitableImageError, match=f"{width} x {height} px; the minimum is 16 x 16"
    ):
        decode(one_page(counts(height, width)))


@pytest.mark.parametrize(("height", "width"), [(16, 2049), (2049, 16)])
def test_a_large_image_is_refused(height: int, width: int) -> None:
    with pytest.raises(
        ImageTooLargeError, match=f"{width} x {height} px; the limit is 2048 x 2048"
    ):
        decode(one_page(counts(height, width, "uint8")))


@pytest.mark.parametrize(
    "body",
    [
        one_page(P * 0),
        one_page(P * 0 + 7, nodata=7),
        one_page(P * np.float32("nan")),
        header(64, 64, tile=64),
    ],
    ids=["all 0", "all nodata", "all NaN", "tile without bytes"],
)
def test_an_image_without_a_valid_pixel_is_refused(body: bytes) -> None:
    with pytest.raises(UnsuitableImageError, match=r"All \d+ pixels are nodata"):
        decode(body)


# ---- hostile bytes

BOMBS = {
    "one strip": header(100_000, 100_000),
    "strips of a row": header(100_000, 100_000, rows=1),
    "compressed": header(100_000, 100_000, compression=5),
    "planar": header(100_000, 100_000, planar=2),
    "small tiles": header(100_000, 100_000, tile=16),
    "giant tiles": header(64, 64, tile=65_536),
    "giant image of giant tiles": header(100_000, 100_000, tile=65_536),
    "floats": header(100_000, 100_000, bits=32, sample_format=3),
    "2^31": header(2**31 - 1, 2**31 - 1),
    "2^32": header(2**32 - 1, 2**32 - 1),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_header_that_claims_too_much_is_refused_at_once(case: str) -> None:
    start = time.process_time()
    with pytest.raises(ImageTooLargeError, match="the limit is 2048 x 2048 px"):
        decode(BOMBS[case])
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "body",
    [
        header(0, 0),
        header(2048, 2048),
        header(64, 64, bands=0xFFFF),
    ],
    ids=["nothing", "2048 without bytes", "65535 bands"],
)
def test_an_absurd_header_is_refused(body: bytes) -> None:
    with pytest.raises((CorruptImageError, UnsuitableImageError)):
        decode(body)


def test_headers_take_no_memory() -> None:
    """In a fresh process, whose highest use of memory is its own."""
    script = """
import resource, sys
from tesela.core.decode import decode
from tesela.errors import TeselaError
from tests.core.test_decode import BOMBS, P, one_page
decode(one_page(P))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for body in BOMBS.values():
    try: decode(body)
    except TeselaError: pass
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""
    grown = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "lambda_image:."},
    )
    assert int(grown.stdout) * (1 if sys.platform == "linux" else 1 / 1024) < 20_000  # kB


SOUND = {
    "strips": placed(counts(16, 16)),
    "deflate tiles": placed(counts(16, 16), compress="deflate", nodata=0, **BLOCK),
    "zstd BigTIFF": placed(counts(16, 16), compress="zstd", bigtiff="YES"),
    "float32 predictor": placed(counts(16, 16, "float32"), compress="lzw", predictor=3),
    "8 float16 pages": pages(counts(16, 16, "float16")),
    "mask": with_mask(counts(16, 16), np.ones((16, 16), bool)),
}


@pytest.mark.parametrize("compress", LIMITS.compressions)
def test_the_largest_image_of_noise_passes_in_every_compression(compress: str) -> None:
    """LZW writes noise longer than it is: measured on a sixteenth of the sides."""
    side = LIMITS.max_side_px // 16
    noise = np.random.default_rng(0).bytes(8 * 4 * side**2)
    pixels = np.frombuffer(noise, np.uint32).astype(np.float32).reshape(8, side, side)
    body = placed(pixels, compress=compress)
    assert len(body) * 16**2 <= LIMITS.max_bytes
    if compress == "LZW":
        assert len(body) > pixels.nbytes * 1.1


@pytest.mark.parametrize("form", ["strips", "8 float16 pages", "deflate tiles"])
def test_a_file_cut_anywhere_is_refused_or_whole(form: str) -> None:
    body = SOUND[form]
    whole = decode(body).pixels
    for length in {*range(64), *range(64, len(body), 97), len(body) - 1}:
        try:
            image = decode(body[:length])
        except TeselaError:
            continue
        assert np.array_equal(image.pixels, whole), f"cut at {length} of {len(body)}"


def test_pixels_that_are_cut_off_are_never_made_up() -> None:
    with pytest.raises(CorruptImageError, match="the file has"):
        decode(placed(P)[:-1000])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a mutated transform may overflow
@given(
    form=st.sampled_from(sorted(SOUND)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255), st.booleans()), max_size=6),
    length=st.floats(0, 1),
)
def test_a_mutated_file_is_decoded_or_refused_in_words(
    form: str, changes: list[tuple[float, int, bool]], length: float
) -> None:
    body = bytearray(SOUND[form])
    for place, byte, in_header in changes:
        body[int(place * (min(600, len(body)) - 1 if in_header else len(body) - 1))] = byte
    if length < 0.2:
        del body[int(5 * length * len(body)) :]
    with contextlib.suppress(TeselaError):
        check(decode(bytes(body)))


def check(image: Image) -> None:
    assert image.valid.any()
    assert np.isfinite(image.pixels[:, image.valid]).all()
    assert image.grid.pixel_area_m2 > 0
    assert np.isfinite(image.grid.bounds).all()


def test_a_crs_whose_name_is_no_text_leads_nowhere() -> None:
    """rasterio takes the name for UTF-8, so it is made one before."""
    body = bytearray(placed(P))
    model_type = body.index(struct.pack("<4H", 1024, 0, 1, 1))  # GTModelTypeGeoKey: projected
    body[model_type + 6] = 0xFF
    body[body.index(b"UTM zone 18N")] = 0x80
    (caveat,) = decode(bytes(body)).caveats
    assert caveat.code == "crs-unusable"


def test_many_pages_are_counted_quickly() -> None:
    start = time.process_time()
    with pytest.raises(UnsuitableImageError, match=r"on 300 page\(s\)"):
        decode(pages([P[0, :16, :16]] * 300))
    assert time.process_time() - start < 2


def test_nodata_0_in_one_band_is_dark_and_any_other_nodata_is_none() -> None:
    pixels = counts(16, 16)
    pixels[6, 3, 4] = 0
    assert decode(one_page(pixels, nodata=0)).valid.all()
    pixels[6, 3, 4] = 5000
    assert not decode(one_page(pixels, nodata=5000)).valid[3, 4]


def test_damaged_pixels_are_refused_with_the_size_of_the_upload() -> None:
    body = bytearray(one_page(counts(), compress="deflate"))
    start = int(read_header(bytes(body)).pages[0].blocks.offsets[0])
    body[start : start + 40] = b"\xff" * 40
    with pytest.raises(CorruptImageError) as caught:
        decode(bytes(body))
    assert caught.value.values["bytes"] == len(body)
