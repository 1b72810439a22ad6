import numpy as np
import pytest
from tesela.catalogue import BANDS, CLASSES
from tesela.core.image import Grid, Image
from tesela.exports.render import Palette, View, composite, overlay, topmost, view

from tests.core.layers import draw

VIEWS: tuple[View, ...] = ("true-colour", "false-colour", "ndvi", "ndwi")
OPAQUE, CLEAR = 255, 0


def image_of(valid: np.ndarray | None = None, **bands: list[float]) -> Image:
    """One row; bands by name, spaces as underscores, the others 0."""
    width = len(next(iter(bands.values())))
    pixels = np.zeros((8, 1, width), np.float32)
    for name, values in bands.items():
        pixels[BANDS.index(name.replace("_", " ")), 0] = values
    valid = np.ones((1, width), bool) if valid is None else valid
    return Image(pixels, valid, "uint16", Grid(width, 1))


def colours(picture: np.ndarray) -> list[tuple[int, ...]]:
    """RGBA of the pixels of the first row."""
    return [tuple(pixel) for pixel in picture[:, 0].T.tolist()]


def test_true_colour_is_red_green_and_blue() -> None:
    seen = view(image_of(red=[0, 9, 0, 0], green=[0, 0, 9, 0], blue=[0, 0, 0, 9]), "true-colour")
    assert colours(seen) == [
        (0, 0, 0, OPAQUE),
        (255, 0, 0, OPAQUE),
        (0, 255, 0, OPAQUE),
        (0, 0, 255, OPAQUE),
    ]


def test_false_colour_shows_near_infrared_as_red() -> None:
    seen = view(image_of(NIR1=[0, 9, 0, 0], red=[0, 0, 9, 0], green=[0, 0, 0, 9]), "false-colour")
    assert [pixel[:3] for pixel in colours(seen)] == [
        (0, 0, 0),
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
    ]


def test_ndvi_is_green_for_leaves_white_for_0_and_brown_below() -> None:
    seen = view(image_of(NIR1=[500, 300, 0], red=[0, 300, 500]), "ndvi")
    assert colours(seen) == [(0, 104, 55, OPAQUE), (246, 246, 240, OPAQUE), (140, 81, 10, OPAQUE)]


def test_ndwi_is_blue_for_water_and_brown_for_land() -> None:
    seen = view(image_of(green=[500, 300, 0], NIR1=[0, 300, 500]), "ndwi")
    assert colours(seen) == [(5, 48, 97, OPAQUE), (246, 246, 240, OPAQUE), (140, 81, 10, OPAQUE)]


def test_an_index_half_way_is_a_colour_half_way() -> None:
    # (300 - 100) / (300 + 100) = 0.5: between (246, 246, 240) and (0, 104, 55).
    (pixel,) = colours(view(image_of(NIR1=[300], red=[100]), "ndvi"))
    assert pixel == (123, 175, 147, OPAQUE)


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("odd", [np.nan, np.inf, -9999.0, 3e38, 0.0])
def test_what_is_not_valid_is_transparent_and_changes_no_other_pixel(
    kind: View, odd: float
) -> None:
    valid = np.array([[True, True, True, False]])
    ramp = [100.0, 200.0, 400.0]
    names = ("blue", "green", "red", "NIR1")
    seen, expected = (
        view(image_of(valid, **{name: [*ramp, last] for name in names}), kind) for last in (odd, 50)
    )
    assert seen[3].tolist() == [[OPAQUE, OPAQUE, OPAQUE, CLEAR]]
    assert np.array_equal(seen[:, :, :3], expected[:, :, :3])


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("gain", [1e-4, 1, 30])
def test_a_view_does_not_depend_on_the_scale(kind: View, gain: float) -> None:
    pixels = np.random.default_rng(0).integers(100, 2048, (8, 20, 20)).astype(np.float32)
    valid = np.ones((20, 20), bool)
    first, second = (
        view(Image(pixels * factor, valid, "float32", Grid(20, 20)), kind).astype(int)
        for factor in (1, gain)
    )
    assert np.abs(first - second).max() <= 1
    assert first[:3].std() > 5


def test_a_band_without_contrast_is_black() -> None:
    assert colours(view(image_of(red=[7, 7]), "true-colour")) == [(0, 0, 0, OPAQUE)] * 2


# ---- overlay


def hexes(picture: np.ndarray) -> list[str]:
    return ["#" + bytes(pixel[:3]).hex().upper() for pixel in colours(picture)]


def test_a_car_shows_on_its_road_and_a_house_among_its_trees() -> None:
    layers = draw(
        1,
        8,
        roads=np.s_[:, 0:4],
        small_vehicles=np.s_[:, 1:2],
        large_vehicles=np.s_[:, 2:3],
        trees=np.s_[:, 4:8],
        buildings=np.s_[:, 5:6],
    )
    shown = overlay(layers, "corine")
    road, car, lorry, tree, house = (
        CLASSES[number - 1].corine["colour"] for number in (3, 10, 9, 5, 1)
    )
    assert hexes(shown) == [road, car, lorry, road, tree, house, tree, tree]


@pytest.mark.parametrize("palette", ["corine", "ideam", "colour-blind-safe", "ds4a"])
def test_every_class_has_the_colour_of_its_palette(palette: Palette) -> None:
    layers = draw(1, 10, **{entry.key: np.s_[:, n : n + 1] for n, entry in enumerate(CLASSES)})
    expected = {
        "corine": [entry.corine["colour"] for entry in CLASSES],
        "ideam": [entry.ideam["colour"] for entry in CLASSES],
        "colour-blind-safe": [entry.colour_blind_safe for entry in CLASSES],
        "ds4a": [entry.ds4a for entry in CLASSES],
    }
    assert hexes(overlay(layers, palette)) == expected[palette]


def test_an_overlay_is_half_transparent_where_a_class_is_and_clear_elsewhere() -> None:
    shown = overlay(draw(1, 3, crops=np.s_[:, 1:2]), "corine")
    assert shown[3].tolist() == [[CLEAR, 160, CLEAR]]


def test_small_things_are_painted_over_large_ones() -> None:
    order = (
        *("crops", "trees", "waterways", "standing_water", "tracks", "roads"),
        *("structures", "buildings", "large_vehicles", "small_vehicles"),
    )
    layers = draw(1, 10, **{key: np.s_[:, n:] for n, key in enumerate(order)})
    by_key = {entry.key: entry.corine["colour"] for entry in CLASSES}
    assert hexes(overlay(layers, "corine")) == [by_key[key] for key in order]


def test_any_three_bands_are_shown_in_their_order() -> None:
    image = image_of(coastal=[0, 9, 0, 0], NIR2=[0, 0, 9, 0], yellow=[0, 0, 0, 9])
    assert [pixel[:3] for pixel in colours(composite(image, (8, 4, 1)))] == [
        (0, 0, 0),
        (0, 0, 255),
        (255, 0, 0),
        (0, 255, 0),
    ]


def test_the_class_on_top_is_told_by_its_number() -> None:
    layers = draw(1, 3, crops=np.s_[:, :2], small_vehicles=np.s_[:, 1:2])
    assert topmost(layers).tolist() == [[6, 10, 0]]
