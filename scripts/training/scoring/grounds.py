"""Scenes of the same ground count as one: two looks at a town are no two towns."""

from collections.abc import Iterable, Mapping

from scripts.training.scoring.histograms import Tally, total

SAME_GROUND = (frozenset({"6110_3_1", "6140_3_1"}), frozenset({"6110_1_2", "6140_1_2"}))

WHOLE = ("competition", "dstl")

Grounds = Mapping[str, Tally]  # by the names of its scenes, joined by "+"


def by_source(scenes: Mapping[str, Tally]) -> dict[str, dict[str, Tally]]:
    """Tallies by scene ("source/scene") to tallies by source and ground."""
    sources = sorted({name.split("/")[0] for name in scenes})
    return {source: _grounds(source, scenes) for source in sources}


def say(source: str) -> float:
    """How much a source that holds a class has to say when thresholds and calibration are tuned.

    Whole scenes have a city's true shares of ground, simulated ones what their author drew, and
    NAIP's tiles were chosen.
    """
    return 8.0 if source in WHOLE else 1.0


def _grounds(source: str, scenes: Mapping[str, Tally]) -> dict[str, Tally]:
    """Scenes of one ground share one weight."""
    shared: dict[str, list[str]] = {}
    for name in scenes:
        if name.startswith(f"{source}/"):
            shared.setdefault(_ground(name), []).append(name)
    return {
        "+".join(_short(names)): total(scenes[name] for name in names) * (1 / len(names))
        for names in shared.values()
    }


def _ground(name: str) -> str:
    scene = name.rsplit("/", maxsplit=1)[-1]
    return next((min(pair) for pair in SAME_GROUND if scene in pair), scene)


def _short(names: Iterable[str]) -> list[str]:
    return [name.split("/")[-1] for name in names]
