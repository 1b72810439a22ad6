import pytest
from hypothesis import given
from hypothesis import strategies as st
from tesela.catalogue import BANDS
from tesela.core.bands import IN_ORDER, find_order, parse_order
from tesela.errors import InvalidOptionError

SPELLINGS = {
    "catalogue": BANDS,
    "title case": ("Coastal Blue", "Blue", "Green", "Yellow", "Red", "Red Edge", "NIR-1", "NIR-2"),
    "camel case": (
        "CoastalBlue",
        "Blue",
        "Green",
        "Yellow",
        "Red",
        "RedEdge",
        "NearIR1",
        "NearIR2",
    ),
    "numbered": (
        *("B1 coastal", "B2 blue", "B3 green", "B4 yellow"),
        *("B5 red", "B6 rededge", "B7 NIR1", "B8 NIR2"),
    ),
    "band n": tuple(f"Band {n}: {name}" for n, name in enumerate(BANDS, 1)),
    "with wavelengths": (
        *("Coastal (400-450 nm)", "Blue (450-510 nm)", "Green (510-580 nm)", "Yellow (585-625 nm)"),
        *("Red (630-690 nm)", "Red Edge (705-745 nm)", "NIR1 (770-895 nm)", "NIR2 (860-1040 nm)"),
    ),
    "wavelengths alone": (
        *("400-450 nm", "450-510 nm", "510-580 nm", "585-625 nm"),
        *("630-690 nm", "705-745 nm", "770-895 nm", "860-1040 nm"),
    ),
    "in micrometres": (
        *("0.427 um", "0.482 um", "0.547 um", "0.604 um"),
        *("0.660 um", "0.724 um", "0.833 um", "0.949 um"),
    ),
    "Maxar's files": (
        "BAND_C",
        "BAND_B",
        "BAND_G",
        "BAND_Y",
        "BAND_R",
        "BAND_RE",
        "BAND_N",
        "BAND_N2",
    ),
    "letters": ("C", "B", "G", "Y", "R", "RE", "N", "N2"),
    "underscores": (
        *("coastal_blue", "blue", "green", "yellow", "red"),
        *("red_edge", "near_infrared_1", "near_infrared_2"),
    ),
    "aerosol": (
        *("Coastal aerosol", "BLUE", "GREEN", "YELLOW", "RED", "RED-EDGE"),
        *("Near Infrared 1", "Near Infrared 2"),
    ),
    "Spanish": (
        "Costero",
        "Azul",
        "Verde",
        "Amarillo",
        "Rojo",
        "Borde rojo",
        "Infrarrojo 1",
        "Infrarrojo 2",
    ),
    "GDAL's colours": ("Coastal", "Blue", "Green", "Yellow", "Red", "RedEdge", "NIR", "NIR"),
    "Near-IR": ("coastal", "blue", "green", "yellow", "red", "red edge", "Near-IR1", "Near-IR2"),
    "first NIR without a number": (*BANDS[:6], "NIR", "NIR 2"),
    "Roman numbers": (*BANDS[:6], "NIR I", "NIR II"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_common_spellings_are_understood(spelling: str) -> None:
    assert find_order(SPELLINGS[spelling]) == (IN_ORDER, ())


@given(order=st.permutations(IN_ORDER), spelling=st.sampled_from(sorted(SPELLINGS)))
def test_names_of_all_bands_are_followed_in_any_order(order: list[int], spelling: str) -> None:
    """`order[k]` is the file's band that holds band k; so the file's band order[k] bears its name."""
    names = [""] * 8
    for k, number in enumerate(order):
        names[number - 1] = SPELLINGS[spelling][k]
    found, caveats = find_order(names)
    if spelling == "GDAL's colours":  # two equal names: the first is NIR1
        order = [*order[:6], *sorted(order[6:])]
    assert found == tuple(order)
    assert [caveat.values for caveat in caveats] == [{"order": order}] * (found != IN_ORDER)


@pytest.mark.parametrize(
    "names",
    [
        [""] * 8,
        [f"Band {n}" for n in range(8, 0, -1)],
        [f"B{n}" for n in range(1, 9)],
        ["", "", "", "", "red", "", "NIR", ""],
        ["reflectance"] * 8,
        ["coastal", "blue", "green", "yellow", "red", "red edge", "NIR1", "cloud mask"],
    ],
    ids=["none", "numbers backwards", "numbers", "some, in place", "no bands", "seven, in place"],
)
def test_names_that_say_nothing_else_change_nothing(names: list[str]) -> None:
    assert find_order(names) == (IN_ORDER, ())


@pytest.mark.parametrize(
    ("names", "numbers", "bands"),
    [
        (["red", "green", "blue", *[""] * 5], [1, 2, 3], ["red", "green", "blue"]),
        (["", "red", "", "", "blue", "", "", ""], [2, 5], ["red", "blue"]),
        (["blue", *BANDS[1:]], [1], ["blue"]),
        (["NIR", *[""] * 7], [1], ["NIR1"]),
    ],
    ids=["RGB first", "two", "one twice", "NIR first"],
)
def test_names_that_contradict_the_order_are_a_warning(
    names: list[str], numbers: list[int], bands: list[str]
) -> None:
    order, (caveat,) = find_order(names)
    assert order == IN_ORDER
    assert (caveat.code, caveat.values) == (
        "band-names-contradict",
        {"numbers": numbers, "bands": bands},
    )
    assert f"its band {numbers[0]} {bands[0]}" in caveat.text


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("1,2,3,4,5,6,7,8", IN_ORDER),
        ("8, 7,6,5,4,3,2,1", (8, 7, 6, 5, 4, 3, 2, 1)),
        ("5,3,2,1,4,6,7,8", (5, 3, 2, 1, 4, 6, 7, 8)),
        # The file's first band is red, so red, the fifth of the eight, is its band 1.
        ("red,green,blue,coastal,yellow,red edge,nir1,nir2", (4, 3, 2, 5, 1, 6, 7, 8)),
    ],
)
def test_a_caller_names_or_numbers_the_bands(text: str, order: tuple[int, ...]) -> None:
    assert parse_order(text) == order


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("", "band-order-count", {"count": 1}),
        ("1,2,3", "band-order-count", {"count": 3}),
        ("1,2,3,4,5,6,7,8,8", "band-order-count", {"count": 9}),
        ("a,b,c", "band-order-count", {"count": 3}),
        ("0,1,2,3,4,5,6,7", "band-order-unknown", {"band": "0"}),
        ("1,2,3,4,5,6,7,9", "band-order-unknown", {"band": "9"}),
        ("²,1,3,4,5,6,7,8", "band-order-unknown", {"band": "²"}),
        ("1,2,3,4,5,6,7,red", "band-order-unknown", {"band": "1"}),
        ("coastal,blue,green,,red,red edge,nir1,nir2", "band-order-unknown", {"band": ""}),
        ("coastal,blue,green,pink,red,red edge,nir1,nir2", "band-order-unknown", {"band": "pink"}),
        ("1,1,2,3,4,5,6,7", "band-order-repeated", {}),
        ("red,red,blue,coastal,yellow,red edge,nir1,nir2", "band-order-repeated", {}),
    ],
)
def test_what_is_no_order_is_refused_with_its_reason(
    text: str, code: str, values: dict[str, object]
) -> None:
    with pytest.raises(
        InvalidOptionError, match="expected the numbers 1 to 8, each once"
    ) as caught:
        parse_order(text)
    assert caught.value.code == code
    assert values.items() <= caught.value.values.items()
