import numpy as np
import pytest
from rasterio.transform import Affine
from tesela.catalogue import BANDS
from tesela.core.doubts import doubts
from tesela.core.image import Grid, Image

from tests.core.fakes import model
from tests.tiffs import PLACE, UTM, counts

GROUND = Grid(32, 24, UTM, PLACE)
EVERYWHERE = np.ones((24, 32), bool)
MODEL = model()


def told(
    pixels: np.ndarray | None = None,
    dtype: str = "uint16",
    grid: Grid = GROUND,
    valid: np.ndarray = EVERYWHERE,
    **card: object,
) -> tuple[str, ...]:
    pixels = counts(dtype=dtype).astype(np.float32) if pixels is None else pixels
    image = Image(pixels, valid, dtype, grid)
    the_model = model(**card)
    return doubts(image, the_model.normalise(image), the_model)


@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_counts_on_the_ground_leave_no_doubt(dtype: str):
    assert told(dtype=dtype) == ()


def test_constant_bands_are_named():
    pixels = counts().astype(np.float32)
    pixels[[0, 5]] = 7
    assert told(pixels) == ("Constant band(s), which tell the model nothing: coastal, red edge.",)


def test_a_band_is_constant_by_its_valid_pixels_alone():
    pixels, valid = counts().astype(np.float32), EVERYWHERE.copy()
    pixels[7, 4:] = 300
    assert told(pixels) == ()
    valid[:4] = False
    assert told(pixels, valid=valid) == ("Constant band(s), which tell the model nothing: NIR2.",)


def test_no_crs_is_told_with_the_pixel_that_is_assumed():
    (warning,) = told(grid=Grid(32, 24))
    assert warning == (
        "The image has no CRS: coordinates are pixels, and areas assume 1.24 m pixels."
    )


@pytest.mark.parametrize(
    ("gsd_m", "doubtful"), [(0.31, True), (0.7, True), (1.0, False), (1.9, False), (2.1, True)]
)
def test_pixels_much_smaller_or_larger_than_in_training_are_told(gsd_m: float, doubtful: bool):
    warnings = told(grid=Grid(32, 24, UTM, Affine(gsd_m, 0, 443_000, 0, -gsd_m, 690_000)))
    assert len(warnings) == doubtful
    if doubtful:
        assert warnings[0] == f"The pixels are {gsd_m:.2f} m wide; the model was trained at 1.24 m."


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32"])
def test_another_scale_than_counts_is_told_with_its_range(dtype: str):
    (warning,) = told(dtype=dtype)
    assert warning.startswith(f"Values are {dtype} from 0.00") or warning.startswith(
        "Values are uint8 from 1 to 255, not 11-bit counts"
    )


def test_the_range_that_is_told_leaves_out_nodata():
    pixels, valid = counts(dtype="float32"), EVERYWHERE.copy()
    pixels[:, 0, 0] = np.nan
    pixels[:, 0, 1] = -9999
    valid[0, :2] = False
    (warning,) = told(pixels, dtype="float32", valid=valid)
    assert "-9999" not in warning
    assert "nan" not in warning


@pytest.mark.parametrize(("low", "high"), [(1e3, 1e4), (-2e4, -1e4)])
def test_bands_unlike_the_training_are_named(low: float, high: float):
    lows, highs = [-1e9] * 8, [1e9] * 8
    lows[2], highs[2], lows[6], highs[6] = low, high, low, high
    (warning,) = told(radiometry={"low": lows, "high": highs})
    assert warning == "Radiometry unlike the training data in: green, NIR1. Check the band order."


def test_doubts_add_up():
    pixels = counts(dtype="float32")
    pixels[1] = 0.5
    warnings = told(
        pixels, "float32", Grid(32, 24), radiometry={"low": [1e3] * 8, "high": [1e4] * 8}
    )
    assert [warning.split()[0] for warning in warnings] == [
        "Constant",
        "The",
        "Values",
        "Radiometry",
    ]
    assert all(band in warnings[3] for band in BANDS)
