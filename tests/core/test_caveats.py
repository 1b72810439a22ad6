import numpy as np
import pytest
from rasterio.transform import Affine
from tesela.catalogue import BANDS
from tesela.core.caveat import Caveat
from tesela.core.caveats import caveats
from tesela.core.image import Grid, Image
from tesela.core.rescale import at_model_scale

from tests.core.fakes import model
from tests.tiffs import PLACE, UTM, counts

GROUND = Grid(32, 24, UTM, PLACE)
EVERYWHERE = np.ones((24, 32), bool)
MODEL = model()


def warnings_of(
    pixels: np.ndarray | None = None,
    dtype: str = "uint16",
    grid: Grid = GROUND,
    valid: np.ndarray = EVERYWHERE,
    of_file: tuple[Caveat, ...] = (),
    **card: object,
) -> tuple[Caveat, ...]:
    pixels = counts(dtype=dtype).astype(np.float32) if pixels is None else pixels
    image = Image(pixels, valid, dtype, grid, of_file)
    the_model = model(**card)
    shown = at_model_scale(image)
    return caveats(image, shown, the_model.normalise(shown), the_model)


@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_counts_on_the_ground_cause_no_warning(dtype: str) -> None:
    assert warnings_of(dtype=dtype) == ()


def test_constant_bands_are_named() -> None:
    pixels = counts().astype(np.float32)
    pixels[[0, 5]] = 7
    (warning,) = warnings_of(pixels)
    assert (warning.code, warning.values) == ("constant-bands", {"bands": ["coastal", "red edge"]})
    assert warning.text.endswith("information: coastal, red edge.")


def test_a_band_is_constant_by_its_valid_pixels_alone() -> None:
    pixels, valid = counts().astype(np.float32), EVERYWHERE.copy()
    pixels[7, 4:] = 300
    assert warnings_of(pixels) == ()
    valid[:4] = False
    (warning,) = warnings_of(pixels, valid=valid)
    assert warning.values == {"bands": ["NIR2"]}


@pytest.mark.parametrize(
    ("sides_m", "doubtful"),
    [
        ((0.124, 12.4), True),  # the area of a square of 1.24 m
        ((12.4, 0.124), True),
        ((1.24, 3), True),
        ((1.0, 1.9), False),
    ],
)
def test_pixels_far_from_square_are_doubtful_by_either_side(
    sides_m: tuple[float, float], doubtful: bool
) -> None:
    width_m, height_m = sides_m
    place = Affine(width_m, 0, 443_000, 0, -height_m, 690_000)
    warnings = warnings_of(grid=Grid(32, 24, UTM, place))
    assert [warning.code for warning in warnings] == ["pixel-shape"] * doubtful
    if doubtful:
        values = warnings[0].values
        assert (values["width_m"], values["height_m"]) == pytest.approx(sides_m, rel=1e-3)
        assert values["gsd_m"] == max(values["width_m"], values["height_m"])
        assert f"{width_m:.2f} x {height_m:.2f} m" in warnings[0].text


@pytest.mark.parametrize(
    ("gsd_m", "doubtful"), [(0.04, True), (0.8, False), (1.0, False), (1.9, False), (2.1, True)]
)
def test_pixels_much_smaller_or_larger_than_in_training_are_warnings_of(
    gsd_m: float, doubtful: bool
) -> None:
    warnings = warnings_of(grid=Grid(32, 24, UTM, Affine(gsd_m, 0, 443_000, 0, -gsd_m, 690_000)))
    assert len(warnings) == doubtful
    if doubtful:
        assert warnings[0].values["gsd_m"] == pytest.approx(gsd_m, rel=1e-3)
        assert (
            warnings[0].text
            == f"The pixels are {gsd_m:.2f} m wide; the model was trained at 1.24 m."
        )


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32"])
def test_another_scale_than_counts_is_told_with_its_range(dtype: str) -> None:
    (warning,) = warnings_of(dtype=dtype)
    low, high = warning.values["low"], warning.values["high"]
    assert warning.code == "value-scale"
    assert warning.text.startswith(f"Values are {dtype} from {low:.4g} to {high:.4g}, not 11-bit")
    assert (low, high) == ((1, 255) if dtype == "uint8" else pytest.approx((8 / 2048, 1), abs=1e-3))


def test_the_range_that_is_told_leaves_out_nodata() -> None:
    pixels, valid = counts(dtype="float32"), EVERYWHERE.copy()
    pixels[:, 0, 0] = np.nan
    pixels[:, 0, 1] = -9999
    valid[0, :2] = False
    (warning,) = warnings_of(pixels, dtype="float32", valid=valid)
    assert 0 < warning.values["low"] < warning.values["high"] < 1


@pytest.mark.parametrize(("low", "high"), [(1e3, 1e4), (-2e4, -1e4)])
def test_bands_unlike_the_training_are_named(low: float, high: float) -> None:
    lows, highs = [-1e9] * 8, [1e9] * 8
    lows[2], highs[2], lows[6], highs[6] = low, high, low, high
    (warning,) = warnings_of(radiometry={"low": lows, "high": highs})
    assert (warning.code, warning.values) == ("radiometry", {"bands": ["green", "NIR1"]})
    assert (
        warning.text == "Radiometry unlike the training data in: green, NIR1. Check the band order."
    )


def test_warnings_add_up_after_those_of_the_file() -> None:
    pixels = counts(dtype="float32")
    pixels[1] = 0.5
    warnings = warnings_of(
        pixels,
        "float32",
        Grid(32, 24),
        of_file=(Caveat("file"),),
        radiometry={"low": [1e3] * 8, "high": [1e4] * 8},
    )
    codes = [warning.code for warning in warnings]
    assert codes == ["file", "constant-bands", "value-scale", "radiometry"]
    assert warnings[3].values["bands"] == list(BANDS)
