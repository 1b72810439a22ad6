import time

import numpy as np
import pytest
from tesela.core.caveat import Caveat
from tesela.core.decode import decode
from tesela.core.fill import find_fill
from tesela.core.image import Image
from tesela.errors import UnsuitableImageError

from tests.tiffs import chunky_page, counts, one_page

SIDE = 60  # 1 % is 36 px


def filled(value: float, where: tuple[slice, slice], dtype: str = "uint16") -> np.ndarray:
    pixels = counts(SIDE, SIDE, dtype)
    pixels[:, *where] = value
    return pixels


def of_fill(image: Image) -> list[Caveat]:
    return [caveat for caveat in image.caveats if caveat.code == "undeclared-fill"]


EDGE = (slice(0, SIDE), slice(SIDE - 10, SIDE))
CORNER = (slice(0, 5), slice(0, 5))  # 25 px, under 1 %
INSIDE = (slice(20, 27), slice(20, 27))  # 49 px, over 1 %


@pytest.mark.parametrize("where", [EDGE, CORNER, INSIDE], ids=["edge", "corner", "inside"])
@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        *((0, "uint8"), (255, "uint8"), (0, "uint16"), (65535, "uint16"), (1, "uint16")),
        *((-9999, "int16"), (-32768, "int16"), (0, "float32"), (-9999, "float32")),
        *((1e20, "float32"), (-3.4e38, "float32"), (1, "float16"), (0, "float16")),
    ],
)
def test_one_value_in_all_bands_is_fill(
    value: float, dtype: str, where: tuple[slice, slice]
) -> None:
    expected = np.ones((SIDE, SIDE), bool)
    expected[where] = False
    write = chunky_page if dtype == "float16" else one_page
    image = decode(write(filled(value, where, dtype)))
    assert np.array_equal(image.valid, expected)
    if abs(value) < 1e30:  # beyond, it is none of a sensor's counts, declared or not
        (caveat,) = of_fill(image)
        pixels = int((~expected).sum())
        assert caveat.values == {
            "values": [pytest.approx(value)],
            "pixels": pixels,
            "percent": pytest.approx(pixels / 36),
        }
        assert f"{pixels} pixels" in caveat.text


def test_a_dark_lake_is_not() -> None:
    """Low in every band, and flat, yet the bands differ: up to the edge, and over a quarter."""
    pixels = counts(SIDE, SIDE)
    pixels[:, :30, :30] = np.array([60, 40, 30, 20, 15, 9, 5, 3])[:, None, None]
    image = decode(one_page(pixels))
    assert image.valid.all()
    assert of_fill(image) == []


def test_a_black_lake_with_one_band_of_noise_is_not() -> None:
    pixels = counts(SIDE, SIDE, "uint8")
    pixels[:, :30, :30] = 0
    pixels[1, :30, :30] = np.random.default_rng(0).integers(1, 4, (30, 30))
    assert decode(one_page(pixels)).valid.all()


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_small_areas_inside_and_single_pixels_at_the_edge_are_not(dtype: str) -> None:
    pixels = counts(SIDE, SIDE, dtype)
    pixels[:, 20:25, 20:25] = 1  # 25 px
    pixels[:, ::6, 0] = 1  # 10 px, none beside another
    assert decode(one_page(pixels)).valid.all()


def test_areas_that_touch_at_a_corner_or_across_the_edge_are_apart() -> None:
    pixels = counts(SIDE, SIDE, "float32")
    pixels[:, 0, 0:10] = 1
    pixels[:, 1, 10:15] = 1  # 15 px with the row above, were corners enough
    pixels[:, 2, SIDE - 9 :] = 1
    pixels[:, 3, 0:9] = 1  # continues the row above it in memory alone
    assert decode(one_page(pixels)).valid.all()


def test_two_fills_are_both_found() -> None:
    pixels = counts(SIDE, SIDE)
    pixels[:, :, :20] = 0
    pixels[:, :, 40:] = 65535
    image = decode(one_page(pixels))
    assert image.valid.sum() == SIDE * 20
    assert of_fill(image)[0].values["values"] == [0, 65535]


def test_bands_that_are_copies_of_each_other_are_not_all_fill() -> None:
    """A grey picture in eight bands: every pixel is equal, and some grey covers over 1 %."""
    grey = np.random.default_rng(0).integers(1, 20, (SIDE, SIDE)).astype(np.uint8)
    assert decode(one_page(np.stack([grey] * 8))).valid.all()


def test_an_image_of_one_value_is_refused() -> None:
    with pytest.raises(UnsuitableImageError, match="All 3600 pixels are nodata"):
        decode(one_page(np.full((8, SIDE, SIDE), 7, np.uint8)))


def test_what_is_declared_is_no_news() -> None:
    assert of_fill(decode(one_page(filled(65535, EDGE), nodata=65535))) == []


def test_the_worst_case_is_found_within_two_seconds() -> None:
    """A 2048 px image, and a value that winds along its edge over just under 1 %."""
    side = 2048
    pixels = np.random.default_rng(0).random((8, side, side), np.float32)
    pixels[:, :40:2, :] = 0.5
    pixels[:, 1:40:4, -1] = pixels[:, 3:40:4, 0] = 0.5
    start = time.process_time()
    fill, _ = find_fill(pixels, np.ones((side, side), bool), zero_is_fill=False)
    assert time.process_time() - start < 2
    assert np.array_equal(fill, (pixels == 0.5).all(axis=0))
