"""The table of training sources: what is known of each stands in its row, and nowhere else.

A new source is one row here and one reader, a function in `scripts.training.data` that yields its
scenes. Names of scenes are "source/place".
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from scripts.training.tile_sets import SETS

# The fixed test of whole scenes. 6110_3_1 and 6140_3_1 show the same ground.
_DSTL_TEST = frozenset({"6110_3_1", "6140_3_1", "6120_2_0", "6040_4_4", "6060_2_3"})
_DSTL_SAME_GROUND = (frozenset({"6110_3_1", "6140_3_1"}), frozenset({"6110_1_2", "6140_1_2"}))
_KAGGLE = "Dstl Satellite Imagery Feature Detection (Kaggle competition rules)"


@dataclass(frozen=True)
class Source:
    """One source of scenes."""

    name: str  # the first part of its scenes' names
    title: str  # in tables
    description: str  # what the weights were trained on; "{n}" is the number of scenes
    licence: str  # what the card states
    reader: str  # "module.function" in `scripts.training.data`
    folder: str = ""  # below the data folder, for the reader
    plural: str = ""  # test scenes in a list; empty where each is named
    note: str = ""  # below the card's tables of scores
    commercial: bool = True  # whether the licence lets the default weights learn from it
    share: float = 0.0  # of the training windows; absent sources leave theirs to the others
    optional: bool = False  # part of a recipe only where there are scenes of it
    whole: bool = False  # whole scenes with a region's true shares of ground
    real: bool = False  # as a satellite's sensor sees: enters the bounds of radiometry
    folded: bool = False  # its terrains are divided among the folds; otherwise it is always learnt
    validated: bool = False  # the first fold is judged on its validation part too
    test: Collection[str] = frozenset()  # places of the fixed test, where the reader has no split
    tested: bool = False  # has test scenes; its reader takes the parts that are wanted
    same_ground: tuple[frozenset[str], ...] = field(default=())  # places that show one terrain


SOURCES = (
    Source(
        name="competition",
        title="Dstl competition",
        tested=True,
        description="{n} scenes of the Dstl competition with all eight real bands",
        licence=f"{_KAGGLE}: images and labels.",
        reader="kaggle.scenes",
        note="Dstl competition: real eight bands, labels of all ten classes.",
        share=0.40,
        whole=True,
        real=True,
        folded=True,
        test=_DSTL_TEST,
        same_ground=_DSTL_SAME_GROUND,
    ),
    # The labels count most, but the infrared is estimated.
    Source(
        name="dstl",
        title="Dstl",
        tested=True,
        description="{n} Dstl scenes (real labels, real 8-bit colour and SWIR-1; the other bands "
        "estimated from them)",
        licence=f"{_KAGGLE}: labels, colour, SWIR; earthlib spectra, MIT: relations between bands, "
        "for the estimates.",
        reader="dstl.scenes",
        folder="dstl",
        note="Dstl: real ground and labels; coastal, yellow, red edge and both near-infrared bands "
        "are estimates.",
        share=0.40,
        whole=True,
        real=True,
        folded=True,
        test=_DSTL_TEST,
        same_ground=_DSTL_SAME_GROUND,
    ),
    # Real eight bands of other cities, each tiny. Vegas and imgWV2 are halved: the east is a test.
    Source(
        name="vegas",
        title="Las Vegas",
        tested=True,
        description="half a real WorldView-3 chip of Las Vegas",
        licence="SpaceNet Las Vegas WorldView-3, CC BY-SA 4.0.",
        reader="worldview.vegas",
        folder="worldview",
        plural="half of Las Vegas",
        note="Las Vegas: the eastern half of one real WorldView-3 chip (SpaceNet) at 1.2 m, about "
        "10 000 pixels; the western half was trained on.",
        share=0.025,
        real=True,
        folded=True,
    ),
    Source(
        name="imgwv2",
        title="imgWV2",
        tested=True,
        description="half a WorldView-2 chip of a US suburb",
        licence="imgWV2 (WorldView-2), non-profit research; labels by eye.",
        reader="worldview.imgwv2",
        folder="worldview",
        plural="half of imgWV2",
        note="imgWV2: the eastern half of a WorldView-2 chip of a US suburb at 2 m, labelled by eye; "
        "the western half was trained on.",
        share=0.05,
        real=True,
        folded=True,
    ),
    Source(
        name="us3d",
        title="US3D",
        description="{n} WorldView-3 chips of Jacksonville and Omaha",
        licence="US3D (IEEE DFC2019), research use; labels by eye.",
        reader="worldview.us3d",
        folder="worldview/us3d",
        note="US3D: two WorldView-3 chips, pan-sharpened, labelled by eye; Omaha is leafless.",
        share=0.025,
        real=True,
        folded=True,
    ),
    Source(
        name="core3d",
        title="CORE3D",
        description="{n} WorldView chips of San Diego and Dayton",
        licence="CORE3D, research use; labels by eye.",
        reader="worldview.core3d",
        same_ground=(frozenset({"wpafb_d1", "wpafb_d2"}),),
        folder="worldview/core3d",
        note="CORE3D: two WorldView chips at 0.5 m, labelled by eye.",
        share=0.045,
        real=True,
        folded=True,
    ),
    Source(
        name="rotterdam",
        title="Rotterdam",
        description="{n} WorldView-2 chips of Rotterdam's harbour with four bands",
        licence="SpaceNet Rotterdam WorldView-2, CC BY-SA 4.0; labels by eye.",
        reader="worldview.rotterdam",
        folder="worldview/rotterdam4",
        same_ground=(frozenset({"ms1", "ms2", "ms3"}),),
        note="Rotterdam: three WorldView-2 chips of a harbour at 2 m, labelled by eye; four of the bands are estimates.",
        share=0.025,
        real=False,
        folded=True,
    ),
    Source(
        name="moscow",
        title="Moscow",
        description="a WorldView-3 chip of Moscow",
        licence="SpaceNet Moscow WorldView-3, CC BY-SA 4.0; no labels.",
        reader="worldview.moscow",
        folder="worldview",
        real=True,
    ),
    Source(
        name="zpnn",
        title="zpnn",
        description="{n} snippets of WorldView-3",
        licence="zpnn examples (WorldView-3), non-profit research; no labels.",
        reader="worldview.zpnn",
        folder="worldview",
        real=True,
    ),
    Source(
        name="hyperspectral",
        title="airborne spectra",
        description="{n} airborne scenes whose spectra were integrated over WorldView-3's bands",
        licence="Houston: IEEE DFC2018 terms; MUUFL: MIT; NEON: CC BY 4.0; Pavia, HYDICE: research.",
        reader="hyperspectral.scenes",
        folder="hyperspectral",
        note="Airborne spectra: five scenes integrated over WorldView-3's bands, labelled by eye.",
        share=0.035,
        folded=True,
    ),
    Source(
        name="roads_rgb",
        title="roads of Las Vegas and Japan",
        description="{n} tiles of Las Vegas and Japan with roads",
        licence="SpaceNet Las Vegas, CC BY-SA 4.0; GSI Japan, free with attribution.",
        reader="roads.scenes",
        folder="roads_rgb",
        plural="tiles with roads",
        share=0.03,
    ),
    # What people said of this service's own results, where `make corrections` fetched it.
    Source(
        name="corrections",
        title="corrections",
        description="{n} tiles of images whose objects people corrected on the page",
        licence="Images and corrections of the service's users.",
        reader="corrections.scenes",
        folder="corrections",
        plural="corrected tiles",
        share=0.05,
        optional=True,
    ),
    # Real infrared and other roofs.
    Source(
        name="naip",
        title="NAIP",
        tested=True,
        description="{n} NAIP aerial tiles with real near-infrared",
        licence="NAIP (USDA, public domain), masks hand-drawn by a third party, licence unstated.",
        reader="naip.scenes",
        folder="naip_rgbn",
        plural="NAIP tiles",
        note="NAIP: aerial test tiles of another look; trees are known only where drawn.",
        share=0.04,
        validated=True,
    ),
    # Every class is known, but the scenes look alike.
    Source(
        name="simulated",
        title="simulated",
        tested=True,
        description="{n} simulated scenes",
        licence="Simulated scenes: `scripts/make_scene.py`, MIT as this project.",
        reader="simulated.scenes",
        plural="simulated scenes",
        note="Simulated: seeds that training never saw, but the same simulator. It shows that the "
        "network learns these classes; it is not evidence of accuracy on real images.",
        share=0.06,
        real=True,
        validated=True,
    ),
    *(
        Source(
            name=tiles.folder,
            title=tiles.title,
            description=f"{{n}} tiles of {tiles.title}",
            licence=f"{tiles.licence}.",
            reader="tiles.scenes",
            folder=f"tiles/{tiles.folder}",
            plural=f"tiles of {tiles.title}",
            commercial=tiles.terms != "non-commercial",
            share=tiles.share,
        )
        for tiles in SETS
    ),
)
_BY_NAME = {source.name: source for source in SOURCES}


def source_of(name: str) -> Source:
    """The row of a source, or of a scene's name "source/place"; a bare row where the table has none."""
    name = name.split("/", maxsplit=1)[0]
    plain = f"{{n}} scenes of {name}"
    return _BY_NAME.get(name) or Source(name, title=name, description=plain, licence="", reader="")


def shares(commercial_only: bool = True, present: Collection[str] = ()) -> dict[str, float]:
    """Share of the training windows by source; optional ones only if they are `present`."""
    return {
        source.name: source.share
        for source in SOURCES
        if source.share
        and (source.commercial or not commercial_only)
        and (not source.optional or source.name in present)
    }


def weight(name: str) -> float:
    """Weight of a source when thresholds and calibration are tuned.

    Whole scenes have a region's true shares of ground, simulated ones what their author drew, and
    tiles were chosen.
    """
    return 8.0 if source_of(name).whole else 1.0


def main_source(names: Collection[str]) -> str:
    """The source whose scores are the model's: the first of the table."""
    return next(name for name in (*_BY_NAME, *sorted(names)) if name in names)


def same_ground(name: str) -> str:
    """The place that stands for a scene's terrain: of several that show one, the first by name."""
    place = name.rsplit("/", maxsplit=1)[-1]
    pairs = source_of(name).same_ground
    return next((min(pair) for pair in pairs if place in pair), place)


def trained_on(scenes: Mapping[str, int]) -> str:
    """One sentence on the scenes, counted by source, that the weights have seen."""
    names = [name for name in dict.fromkeys((*_BY_NAME, *sorted(scenes))) if scenes.get(name)]
    parts = [_counted(source_of(name).description, scenes[name]) for name in names]
    sentence = listed(parts) if parts else "nothing that was written down"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _counted(description: str, number: int) -> str:
    """A description with its number of scenes, in the singular where it is one."""
    return re.sub(r"^1 (\w+)s\b", r"one \1", description.format(n=number))


def named(scenes: Iterable[str]) -> str:
    """A list of scenes by source: by their names, or by their number where the source has a plural."""
    places: dict[str, list[str]] = {}
    for name in scenes:
        source, _, place = name.partition("/")
        places.setdefault(source, []).append(place)
    return listed([_of_source(source_of(name), places[name]) for name in sorted(places)])


def listed(parts: list[str]) -> str:
    """One, two and three."""
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _of_source(source: Source, places: list[str]) -> str:
    if source.whole:
        return f"{source.title} {', '.join(_same_ground_first(source, set(places)))}"
    plural = source.plural or f"scenes of {source.title}"
    return plural if len(places) == 1 and source.plural else f"{len(places)} {plural}"


def _same_ground_first(source: Source, places: set[str]) -> list[str]:
    pairs = [pair for pair in source.same_ground if pair <= places]
    texts = [f"{' and '.join(sorted(pair))} (same ground, half weight each)" for pair in pairs]
    return [*texts, *sorted(places.difference(*pairs))]
