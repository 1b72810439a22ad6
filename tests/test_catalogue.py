import re

import pytest
from tesela.catalogue import BANDS, CLASSES, KEYS, NOTICE, LandCover

from scripts.palettes import PALETTES, SIGHTS, smallest_difference

# What the issue states, typed once more so that a slip in the catalogue shows.
CORINE = {
    "buildings": ("111", (230, 0, 77)),
    "structures": ("121", (204, 77, 242)),
    "roads": ("122", (204, 0, 0)),
    "trees": ("313", (77, 255, 0)),
    "crops": ("211", (255, 255, 168)),
    "waterways": ("511", (0, 204, 242)),
    "standing_water": ("512", (128, 242, 230)),
}
# Of IDEAM's colours, red, light red and green are shades of the official #CC0000, #D96545 and #478F00:
# with these, structures and trees differed by 2.5 in deuteranopia.
IDEAM = {
    "buildings": ("1.1.1", "#A00000"),
    "structures": ("1.2.1", "#CC4D2A"),
    "roads": ("1.2.2", "#F0A088"),
    "trees": ("3.1", "#5CB000"),
    "crops": ("2.1.1", "#FFFFA6"),
    "waterways": ("5.1.1", "#0000F8"),
    "standing_water": ("5.1.2", "#0080FF"),
}
BY_KEY = {entry.key: entry for entry in CLASSES}

each_class = pytest.mark.parametrize("entry", CLASSES, ids=KEYS)


def test_ten_classes_in_the_order_of_dstl() -> None:
    assert KEYS == (
        "buildings",
        "structures",
        "roads",
        "tracks",
        "trees",
        "crops",
        "waterways",
        "standing_water",
        "large_vehicles",
        "small_vehicles",
    )
    assert [entry.number for entry in CLASSES] == list(range(1, 11))


def test_eight_bands_from_short_to_long_waves() -> None:
    assert BANDS == ("coastal", "blue", "green", "yellow", "red", "red edge", "NIR1", "NIR2")


@pytest.mark.parametrize("key", CORINE)
def test_corine_codes_and_colours_are_the_official_ones(key: str) -> None:
    code, rgb = CORINE[key]
    assert BY_KEY[key].corine["code"] == code
    assert tuple(bytes.fromhex(BY_KEY[key].corine["colour"][1:])) == rgb


@pytest.mark.parametrize("key", IDEAM)
def test_ideam_codes_and_colours_are_the_official_ones_or_shades_of_them(key: str) -> None:
    assert (BY_KEY[key].ideam["code"], BY_KEY[key].ideam["colour"]) == IDEAM[key]


@pytest.mark.parametrize("key", ["tracks", "large_vehicles", "small_vehicles"])
def test_what_has_no_land_cover_class_has_no_code_and_says_so(key: str) -> None:
    entry = BY_KEY[key]
    assert entry.corine["code"] is None
    assert entry.ideam["code"] is None
    assert "no CORINE class" in entry.corine["label"]["en"]
    assert "sin clase CORINE" in entry.corine["label"]["es"]


@each_class
def test_every_text_is_in_both_languages(entry: LandCover) -> None:
    for texts in (entry.name, entry.corine["label"], entry.ideam["label"]):
        assert set(texts) == {"en", "es"}
        assert all(text.strip() for text in texts.values())


def test_names_are_distinct_in_each_language() -> None:
    for language in ("en", "es"):
        assert len({entry.name[language] for entry in CLASSES}) == 10


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_are_rgb_and_distinct_within_a_palette(palette: str) -> None:
    colours = PALETTES[palette]
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in colours)
    assert len(set(colours)) == 10


@each_class
def test_thresholds_and_least_areas_make_sense(entry: LandCover) -> None:
    assert 0 < entry.threshold < 1
    assert 1.24**2 < entry.least_area_m2 <= 100  # a pixel, and a small field


def test_the_notice_keeps_the_map_from_being_taken_for_corine() -> None:
    assert NOTICE["en"] == "Colours after CORINE; not a CORINE map."
    assert "no es un mapa CORINE" in NOTICE["es"]


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CLASSES[0].key = "houses"  # type: ignore[misc]


# Colours of CORINE, IDEAM and DS4A are theirs, and no better; one palette is made to be told apart.
MIN_DIFFERENCE = {
    "colour-blind-safe": {"full sight": 26, "protanopia": 20, "deuteranopia": 16, "tritanopia": 16},
    "corine": {"full sight": 26, "protanopia": 19, "deuteranopia": 12, "tritanopia": 10},
    "ideam": {"full sight": 18, "protanopia": 16, "deuteranopia": 13, "tritanopia": 22},
    "ds4a": {"full sight": 27, "protanopia": 6, "deuteranopia": 10, "tritanopia": 17},
}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("palette", PALETTES)
def test_classes_differ_at_least_so_much_in_every_sight(palette: str, sight: str) -> None:
    difference, one, other = smallest_difference(PALETTES[palette], sight)
    assert difference > MIN_DIFFERENCE[palette][sight], f"{one} and {other}: {difference:.1f}"
