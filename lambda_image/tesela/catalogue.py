"""The ten classes, read once from `catalogue.json` (which the page and Terraform read too)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("catalogue.json")


@dataclass(frozen=True, slots=True)
class LandCover:
    """A class of the answer: its names by language, codes and colours (`#RRGGBB`)."""

    number: int  # 1 to 10, the order of the Dstl competition
    key: str
    name: dict[str, str]
    corine: dict[str, Any]
    ideam: dict[str, Any]
    colour_blind_safe: str
    ds4a: str  # the colours of the older project, DS4A 2021 Team 66
    threshold: float  # a pixel belongs to the class from this score on, where the model has no own
    least_area_m2: float  # smaller objects are dropped


_DOCUMENT = json.loads(PATH.read_text("utf-8"))
NOTICE: dict[str, str] = _DOCUMENT["notice"]
CLASSES: tuple[LandCover, ...] = tuple(LandCover(**entry) for entry in _DOCUMENT["classes"])
KEYS: tuple[str, ...] = tuple(entry.key for entry in CLASSES)
BANDS: tuple[str, ...] = (
    "coastal",
    "blue",
    "green",
    "yellow",
    "red",
    "red edge",
    "NIR1",
    "NIR2",
)
