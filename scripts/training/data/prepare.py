"""Where training scenes come from; each module yields scenes with what its labels tell."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.training.data import dstl, kaggle, naip, simulated, vegas
from scripts.training.data.bands import BandEstimator
from scripts.training.data.errors import DataError
from scripts.training.data.scenes import TrainingScene, save_scenes


def prepare(
    cache: Path, data: Path | None, competition_data: Path | None, seeds: int = simulated.SEEDS
) -> None:
    """Keep every scene in `cache`, unless an earlier run did.

    Raises:
        DataError: The scenes that are kept are of other data.
    """
    asked = json.dumps({"data": _place(data), "dstl": _place(competition_data), "seeds": seeds})
    complete = cache / "complete"
    if not complete.exists():
        shutil.rmtree(cache, ignore_errors=True)
        save_scenes(scenes(data, competition_data, seeds), cache)
        complete.write_text(asked, "utf-8")
    elif (kept := complete.read_text("utf-8")) != asked:
        raise DataError(f"{cache} keeps scenes of {kept}, not {asked}: choose another run.")


def scenes(
    data: Path | None, competition_data: Path | None, seeds: int = simulated.SEEDS
) -> Iterator[TrainingScene]:
    """Yield every scene; where the competition's real bands are at hand, no estimate of them."""
    measured = set()
    for one in kaggle.scenes(competition_data) if competition_data else ():
        measured.add(f"dstl/{one.place}")
        yield one
    yield from (one for one in _mixed(data) if one.name not in measured) if data else ()
    yield from simulated.scenes(seeds)


def _mixed(data: Path) -> Iterator[TrainingScene]:
    estimator = BandEstimator(data / "spectra" / "earthlib_spectra-optimized.sli")
    yield from dstl.scenes(data / "dstl", estimator)
    yield from naip.scenes(data / "naip_rgbn", estimator)
    yield from vegas.scenes(data / "worldview")


def _place(folder: Path | None) -> str | None:
    return str(folder.resolve()) if folder else None
