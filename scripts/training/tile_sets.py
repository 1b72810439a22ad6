"""The sets of tiles: pixel size, meaning of the masks' values, licence and share of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ANY = -1  # every value that the table does not name
Terms = Literal["open", "research", "unstated", "non-commercial"]


@dataclass(frozen=True, kw_only=True)
class TileSet:
    """One folder of tiles and what the values of its masks mean."""

    folder: str  # the name of the source
    title: str  # in tables and lists
    gsd_m: float  # of the files
    present: Mapping[int, str]  # value to the class that it shows
    # Value to the classes that are surely absent there; `ANY` stands for values not named.
    absent: Mapping[int, tuple[str, ...]]
    terms: Terms  # of the licence
    licence: str
    share: float  # of the training windows: by the variety of places, not by area
    infrared: bool = False  # a folder `nir` lies beside the images
    side_px: int | None = None  # only so much of each tile is read, about its best labelled part
    terrain_parts: int = 0  # parts of the name, split at "_", that name the place; 0: one place
    # By the start of their names: tiles whose value 0 is unknown, and tiles that are not read.
    zero_unknown: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


# What a set of buildings means by its values.
_BUILDINGS: Mapping[int, str] = MappingProxyType({1: "buildings"})
_NO_BUILDINGS: Mapping[int, tuple[str, ...]] = MappingProxyType({ANY: ("buildings",)})
_VEHICLES = ("large_vehicles", "small_vehicles")
_WATER = ("waterways", "standing_water")
_HARD = ("buildings", "structures", "roads", "tracks", *_VEHICLES)
_NOT_PANEL = ("roads", "tracks", "trees", "crops", *_WATER, *_VEHICLES)

SETS = (
    TileSet(
        folder="banepa_nepal_oam",
        title="Banepa, Nepal",
        gsd_m=0.529,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="open",
        licence="CC BY 4.0; OpenStreetMap, ODbL",
        share=0.01,
    ),
    TileSet(
        folder="kampala_oam",
        title="Kampala",
        gsd_m=0.597,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="open",
        licence="CC BY 4.0; OpenStreetMap, ODbL",
        share=0.006,
    ),
    TileSet(
        folder="accra_opencities",
        title="Accra",
        gsd_m=0.67,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="open",
        licence="CC BY 4.0; OpenStreetMap, ODbL",
        share=0.012,
    ),
    TileSet(
        folder="whu_global_cities",
        title="ten cities of WHU",
        gsd_m=0.6,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="research",
        licence="WHU building data set, research use",
        share=0.04,
        terrain_parts=1,
    ),
    TileSet(
        folder="whu_east_asia",
        title="East Asia of WHU",
        gsd_m=0.6,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="research",
        licence="WHU building data set, research use",
        share=0.015,
    ),
    TileSet(
        folder="whu_christchurch",
        title="Christchurch",
        gsd_m=0.6,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="research",
        licence="WHU building data set, research use",
        share=0.006,
    ),
    # Roofs at the upper edge of two tiles are not labelled.
    TileSet(
        folder="china_urban_subset1",
        title="a Chinese city",
        gsd_m=0.8,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="unstated",
        licence="licence not stated",
        share=0.01,
        skipped=("s1_8", "s1_9"),
    ),
    # Rejected: one grey band, which no upload resembles.
    TileSet(
        folder="campus_pan_korea",
        title="a Korean campus",
        gsd_m=0.8,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="unstated",
        licence="licence not stated",
        share=0.0,
    ),
    TileSet(
        folder="spacenet2_rgb",
        title="Paris and Khartoum",
        gsd_m=0.6,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="open",
        licence="SpaceNet, CC BY-SA 4.0",
        share=0.01,
        terrain_parts=3,
    ),
    TileSet(
        folder="inria_crops",
        title="five cities of Inria",
        gsd_m=0.6,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="research",
        licence="Inria aerial images, open for research",
        share=0.012,
        terrain_parts=2,
    ),
    TileSet(
        folder="inria_kitsap11_1p5m",
        title="Kitsap County",
        gsd_m=1.5,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="research",
        licence="Inria aerial images, open for research",
        share=0.006,
    ),
    TileSet(
        folder="crowdai_crops",
        title="a US suburb of crowdAI",
        gsd_m=0.65,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="non-commercial",
        licence="CC BY-NC-SA 4.0",
        share=0.004,
    ),
    TileSet(
        folder="boston_massgis",
        title="Boston",
        gsd_m=1.17,
        present=_BUILDINGS,
        absent=_NO_BUILDINGS,
        terms="unstated",
        licence="MassGIS public data, licence not stated",
        share=0.02,
    ),
    TileSet(
        folder="indonesia_kampung_buildings_trees",
        title="quarters in Java",
        gsd_m=0.45,
        present={1: "buildings", 2: "trees"},
        absent={ANY: ("buildings", "trees")},
        terms="unstated",
        licence="licence not stated, imagery of Google",
        share=0.02,
    ),
    # Its trees are leafless and hardly seen at this size: unknown.
    TileSet(
        folder="potsdam_1p17m",
        title="Potsdam",
        gsd_m=1.17,
        present={1: "buildings", 5: "small_vehicles"},
        absent={  # 0 is clutter, 2 low vegetation, 4 paved: road or pavement
            0: ("buildings", "trees", "crops"),
            1: ("trees", "small_vehicles"),
            2: (*_HARD, "trees", *_WATER),
            3: ("crops",),
            4: ("buildings", "trees", "crops", "small_vehicles", *_WATER),
            5: ("buildings", "trees", "crops"),
        },
        terms="research",
        licence="ISPRS, research use",
        share=0.012,
    ),
    TileSet(
        folder="loveda_samples",
        title="rural China",
        gsd_m=0.5,
        present={2: "buildings", 3: "roads", 6: "trees", 7: "crops"},
        absent={  # 1 is background, 4 water of either kind, 5 bare land
            1: ("buildings", "roads", *_WATER),
            2: ("trees",),
            3: ("trees",),
            4: ("buildings", "structures", "roads", "tracks", "trees", "crops", *_VEHICLES),
            5: ("buildings", "roads", "trees", "crops", *_WATER),
            6: ("crops",),
            7: ("buildings", "structures", "roads", "trees", *_WATER),
        },
        terms="non-commercial",
        licence="LoveDA, CC BY-NC-SA 4.0",
        share=0.01,
    ),
    TileSet(
        folder="zurich_summer_14",
        title="Zurich",
        gsd_m=0.6,
        present={1: "roads", 2: "buildings", 3: "trees", 6: "standing_water", 8: "standing_water"},
        absent={  # 4 is grass, 5 bare soil, 6 the lake, 7 railway, 8 pools
            1: ("trees",),
            2: ("trees",),
            3: ("crops",),
            4: (*_HARD, "trees", "crops", *_WATER),
            5: ("buildings", "roads", "trees", *_WATER),
            6: ("trees", "crops", *_VEHICLES),
            7: ("buildings", "roads", "trees", "crops", *_WATER),
            8: ("trees", "crops", *_VEHICLES),
        },
        terms="research",
        licence="Zurich Summer data set, research use",
        share=0.012,
        infrared=True,
    ),
    TileSet(
        folder="massachusetts_roads",
        title="Massachusetts",
        gsd_m=1.0,
        present={1: "roads"},
        absent={ANY: ("roads",)},
        terms="research",
        licence="Massachusetts Roads data set, licence not stated",
        share=0.015,
        side_px=640,
    ),
    TileSet(
        folder="epfl_roads",
        title="US suburbs of EPFL",
        gsd_m=0.4,
        present={1: "roads"},
        absent={ANY: ("roads",)},
        terms="unstated",
        licence="licence not stated, imagery of Google",
        share=0.02,
    ),
    # Two tiles have bands where trees hide the river.
    TileSet(
        folder="indonesia_rivers",
        title="rivers in Kalimantan",
        gsd_m=0.6,
        present={1: "waterways"},
        absent={ANY: ("waterways",)},
        terms="unstated",
        licence="licence not stated, imagery of Google",
        share=0.006,
        skipped=("river_20250806_104158", "river_20250806_105153"),
    ),
    TileSet(
        folder="california_urban_trees_naip",
        title="Californian towns",
        gsd_m=0.6,
        present={1: "trees"},
        absent={0: ("trees",), 2: ("trees", "crops", *_HARD, *_WATER)},  # 2 is lawn
        terms="open",
        licence="CC BY 4.0; NAIP, public domain",
        share=0.035,
        infrared=True,
        terrain_parts=1,
    ),
    # Rejected: 377 crowns, and nothing is said of the ground between them.
    TileSet(
        folder="deepforest_neon_crowns",
        title="crowns of NEON",
        gsd_m=0.5,
        present={1: "trees"},
        absent={},
        terms="open",
        licence="NEON, CC0",
        share=0.0,
    ),
    TileSet(
        folder="airbus_spot_storage_tanks",
        title="refineries",
        gsd_m=1.2,
        present={1: "structures"},
        absent={},
        terms="non-commercial",
        licence="Airbus, CC BY-NC-SA 4.0",
        share=0.01,
    ),
    TileSet(
        folder="aerial_cars_kit_minsk",
        title="cars in Munich and Minsk",
        gsd_m=0.3,
        present={1: "large_vehicles", 2: "small_vehicles"},
        absent={ANY: _VEHICLES},
        terms="open",
        licence="KIT, CC BY 3.0; Minsk, CC BY-SA; some frames unclear",
        share=0.015,
    ),
    TileSet(
        folder="dota_isaid_samples",
        title="DOTA",
        gsd_m=0.3,
        present={1: "large_vehicles", 2: "small_vehicles", 4: "structures", 5: "standing_water"},
        absent={  # 3 is a bridge, 7 a ship, 8 a plane's box
            0: _VEHICLES,
            3: ("buildings", "trees", "crops"),
            7: ("buildings", "roads", "tracks", "trees", "crops", *_VEHICLES),
            8: ("buildings", "trees", "crops", *_WATER, *_VEHICLES),
        },
        terms="non-commercial",
        licence="DOTA and iSAID, academic use only, imagery of Google",
        share=0.006,
        zero_unknown=("P0706", "P0770", "P0075"),
    ),
    TileSet(
        folder="gsi_japan_solar",
        title="solar plants in Japan",
        gsd_m=0.4,
        present={},
        absent={1: _NOT_PANEL},
        terms="open",
        licence="GSI Japan, free with attribution",
        share=0.006,
    ),
)
