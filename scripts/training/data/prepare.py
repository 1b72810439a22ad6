"""Write every training scene into a cache folder; each reader yields scenes of one source.

python -m scripts.training.data.prepare --data FOLDER --out CACHE
"""

import argparse
import json
import shutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from scripts.training.data import kaggle, simulated
from scripts.training.data.errors import DataError
from scripts.training.data.scenes import PARTS, TrainingScene, save_scenes
from scripts.training.sources import SOURCES, Source


def prepare(
    cache: Path,
    data: Path | None,
    competition_data: Path | None,
    seeds: int = simulated.SEEDS,
    parts: Sequence[str] = PARTS,
) -> None:
    """Keep every scene of the parts in `cache`, unless an earlier run did.

    Raises:
        DataError: The scenes that are kept are of other data.
    """
    of = {"data": _place(data), "dstl": _place(competition_data), "seeds": seeds}
    asked = json.dumps(of if parts == PARTS else of | {"parts": parts})
    complete = cache / "complete"
    if not complete.exists():
        shutil.rmtree(cache, ignore_errors=True)
        save_scenes(scenes(data, competition_data, seeds, parts), cache)
        complete.write_text(asked, "utf-8")
    elif (kept := complete.read_text("utf-8")) != asked:
        raise DataError(f"{cache} keeps scenes of {kept}, not {asked}: choose another run.")


def scenes(
    data: Path | None,
    competition_data: Path | None,
    seeds: int = simulated.SEEDS,
    parts: Sequence[str] = PARTS,
) -> Iterator[TrainingScene]:
    """Yield every scene of the parts; where the competition's real bands are at hand, no estimate of them."""
    measured = set()
    for one in kaggle.scenes(competition_data, parts) if competition_data else ():
        measured.add(f"dstl/{one.place}")
        yield one
    yield from (one for one in _mixed(data, parts) if one.name not in measured) if data else ()
    yield from simulated.scenes(seeds, parts)


def _mixed(data: Path, parts: Sequence[str]) -> Iterator[TrainingScene]:
    """Yield what the readers of the table find below the folder."""
    for source in SOURCES:
        if source.folder:
            yield from read(source, data, parts)


def read(source: Source, data: Path, parts: Sequence[str] = PARTS) -> Iterator[TrainingScene]:
    """Yield what a source's reader finds of the parts below the folder."""
    if set(parts) == {"test"} and not source.tested:
        return
    module, _, function = source.reader.partition(".")
    reader = getattr(import_module(f"scripts.training.data.{module}"), function)
    folder = data / source.folder
    yield from reader(folder, parts) if source.tested else reader(folder)


def _place(folder: Path | None) -> str | None:
    return str(folder.resolve()) if folder else None


def main() -> None:
    """Prepare the scenes of the folders named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of mixed sources")
    parser.add_argument("--dstl", type=Path, help="folder of the Dstl competition's data")
    parser.add_argument(
        "--simulated", type=int, default=simulated.SEEDS, help="scenes of each kind"
    )
    parser.add_argument("--out", type=Path, required=True, help="cache to write")
    options = parser.parse_args()
    prepare(options.out, options.data, options.dstl, options.simulated)


if __name__ == "__main__":
    main()
