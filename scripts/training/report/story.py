"""Sentences on what a model was trained, tuned and tested on, from what the run itself says."""

from collections.abc import Iterable, Mapping

from scripts.training.scoring.evaluation import MAIN_SOURCES
from scripts.training.scoring.grounds import SAME_GROUND

_TOLD = {
    "competition": "{n} scenes of the Dstl competition with all eight real bands",
    "dstl": "{n} Dstl scenes (real labels, real 8-bit colour and SWIR-1; the other bands estimated from them)",
    "naip": "{n} NAIP aerial tiles with real near-infrared",
    "vegas": "half a real WorldView-3 chip of Las Vegas",
    "simulated": "{n} simulated scenes",
}
TITLES = {
    "competition": "Dstl competition",
    "dstl": "Dstl",
    "naip": "NAIP",
    "vegas": "Las Vegas",
    "simulated": "simulated",
}
_PLURAL = {"naip": "NAIP tiles", "vegas": "half of Las Vegas", "simulated": "simulated scenes"}


def trained_on(scenes: Mapping[str, int]) -> str:
    """One sentence on the scenes, counted by source, that the weights have seen."""
    known = [source for source in _TOLD if scenes.get(source)]
    others = sorted(source for source, count in scenes.items() if count and source not in _TOLD)
    told = [_TOLD[source].format(n=scenes[source]) for source in known]
    told += [f"{scenes[source]} scenes of {source}" for source in others]
    sentence = _listed(told) if told else "nothing that was written down"
    return f"{sentence[0].upper()}{sentence[1:]}."


def named(scenes: Iterable[str]) -> str:
    """Scenes by source: those that count by their names, twins as one, the others by their number."""
    by_source: dict[str, list[str]] = {}
    for name in scenes:
        source, _, short = name.partition("/")
        by_source.setdefault(source, []).append(short)
    return _listed([_of_source(source, names) for source, names in sorted(by_source.items())])


def _of_source(source: str, names: list[str]) -> str:
    if source in MAIN_SOURCES:
        return f"{TITLES[source]} {', '.join(_twins_first(set(names)))}"
    told = _PLURAL.get(source, source)
    return told if len(names) == 1 else f"{len(names)} {told}"


def _twins_first(names: set[str]) -> list[str]:
    twins = [pair for pair in SAME_GROUND if pair <= names]
    told = [f"{' and '.join(sorted(pair))} (same ground, half weight each)" for pair in twins]
    return [*told, *sorted(names.difference(*twins))]


def _listed(parts: list[str]) -> str:
    """One, two and three."""
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last
