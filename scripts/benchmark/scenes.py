"""`make bench-scenes`: what scenes of several sizes take, stage by stage.

    python -m scripts.benchmark.scenes --km2 1 10 --folder build/bench-scenes --keep

Each stage runs in processes of its own, as on Lambda: what it needs is loaded before the clock starts,
and the peak is the most memory that a process of it ever held. The scenes are written tile by tile, of
repeated terrain. With `--keep`, `make cost` calculates with the largest of them from then on.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tesela.core.model import Model, load
from tesela.scenes import names
from tesela.scenes.assembly import assemble
from tesela.scenes.block import process_block
from tesela.scenes.plan import CODEC, Options, Plan, make_plan, planned_scene
from tesela.scenes.reader import SceneFile
from tesela.scenes.seams import join_seams
from tesela.scenes.window import Window

from scripts.make_scene import write_large
from scripts.process_scene.files import FileSource, FolderStore
from scripts.process_scene.stages import MODEL

COST = Path(__file__).parents[1] / "cost" / "scenes.json"
SIZES_KM2 = 1.0, 10.0, 100.0, 1000.0
STAGES = "plan", "blocks", "seams", "assembly"
_PART_BYTES = 2**23  # of an upload of a product
_KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Taken:
    """What a stage took: by the clock, of processors in all, and in memory, of its largest process."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    requests: dict[str, int]


@dataclass(frozen=True)
class Result:
    """A scene and its stages."""

    km2: float
    side_px: int
    file_mb: float
    blocks: int
    stages: dict[str, Taken]
    products_mb: dict[str, float]
    polygons: int

    @property
    def wall_s(self) -> float:
        """Of all stages, one after the other."""
        return sum(taken.wall_s for taken in self.stages.values())


class CountedStore(FolderStore):
    """A folder that counts what would be requests of S3."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.counts: Counter[str] = Counter()

    def get(self, name: str) -> bytes | None:
        """Return a file's content, or None."""
        self.counts["get"] += 1
        return super().get(name)

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return a part of a file."""
        self.counts["get"] += 1
        return super().read(name, start, length)

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write a file, in parts of 8 MiB where it is longer."""
        length = super().write(name, chunks)
        self.counts["put"] += 1 if length <= _PART_BYTES else 2 + -(-length // _PART_BYTES)
        return length


class CountedSource(FileSource):
    """A file that counts its ranges."""

    def __init__(self, path: Path, version: str) -> None:
        super().__init__(path, version)
        self.counts: Counter[str] = Counter()

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the file."""
        self.counts["get"] += 1
        return super().read(start, length)


@dataclass(frozen=True)
class _Run:
    """What one call of a stage took, on a clock that all processes share."""

    begun: float
    ended: float
    cpu_s: float
    peak_mb: float
    requests: Counter[str]


@dataclass
class _Loaded:
    """What a process has loaded before the clock starts; block workers know their plan too."""

    path: Path
    source: CountedSource
    store: CountedStore
    model: Model
    plan: Plan | None
    scene: SceneFile | None


_loaded = list[_Loaded]()  # one in each process


def measure(km2: float, folder: Path, workers: int) -> Result:
    """Write a scene of a size, unless it is there, and run its stages."""
    path, products = folder / f"{km2:g}.tif", folder / f"{km2:g}"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        with _processes(1, None) as pool:
            pool.submit(write_large, unfinished, km2).result()
        unfinished.replace(path)
    shutil.rmtree(products, ignore_errors=True)
    products.mkdir()
    setting = path, products
    stages = {"plan": _taken(_run(1, setting, _plan, [None]))}
    plan = CODEC.validate_json((products / names.PLAN).read_bytes())
    blocks = list(plan.blocks())
    stages["blocks"] = _taken(_run(min(workers, len(blocks)), setting, _block, blocks))
    stages["seams"] = _taken(_run(1, setting, _seams, [None]))
    stages["assembly"] = _taken(_run(1, setting, _assembly, [None]))
    result = _result(km2, path, products, plan, stages)
    shutil.rmtree(products)
    return result


def _result(km2: float, path: Path, products: Path, plan: Plan, stages: dict[str, Taken]) -> Result:
    summary = json.loads((products / names.SUMMARY).read_bytes())
    files = [file for file in products.iterdir() if file.is_file() and file.name != names.PLAN]
    return Result(
        km2=km2,
        side_px=plan.width,
        file_mb=path.stat().st_size / 1e6,
        blocks=len(list(plan.blocks())),
        stages=stages,
        products_mb={file.name: file.stat().st_size / 1e6 for file in files},
        polygons=sum(entry["polygons"] for entry in summary["classes"]),
    )


def _processes(count: int, setting: tuple[Path, Path] | None) -> ProcessPoolExecutor:
    """Processes that share nothing with this one, and hold what a stage needs."""
    spawned = multiprocessing.get_context("spawn")
    if setting is None:
        return ProcessPoolExecutor(count, spawned)
    return ProcessPoolExecutor(count, spawned, _load, setting)


def _run(
    count: int, setting: tuple[Path, Path], work: Callable[[Any], None], items: Sequence[Any]
) -> list[_Run]:
    with _processes(count, setting) as pool:
        return list(pool.map(partial(_timed, work), items))


def _load(path: Path, products: Path) -> None:
    """Load what any stage needs, its libraries too."""
    import shapely  # noqa: F401

    source, store, model = CountedSource(path, "-"), CountedStore(products), load(MODEL)
    body = store.get(names.PLAN)
    plan = CODEC.validate_json(body) if body else None
    scene = planned_scene(plan, source) if plan else None
    _loaded.append(_Loaded(path, source, store, model, plan, scene))


def _timed(work: Callable[[Any], None], item: Any) -> _Run:
    (loaded,) = _loaded
    loaded.source.counts.clear()
    loaded.store.counts.clear()
    begun, cpu = time.monotonic(), time.process_time()
    work(item)
    return _Run(
        begun,
        time.monotonic(),
        time.process_time() - cpu,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB,
        loaded.source.counts + loaded.store.counts,
    )


def _plan(_: None) -> None:
    (loaded,) = _loaded
    options = Options(thresholds=loaded.model.thresholds)
    plan = make_plan(loaded.source, loaded.model, options)
    loaded.store.put(names.PLAN, CODEC.dump_json(plan))


def _block(block: Window) -> None:
    loaded, plan, scene = _planned()
    process_block(block, plan, scene, loaded.model, loaded.store)


def _seams(_: None) -> None:
    loaded, plan, _scene = _planned()
    join_seams(plan, loaded.store)


def _assembly(_: None) -> None:
    loaded, plan, _scene = _planned()
    with tempfile.TemporaryDirectory(dir=loaded.path.parent) as scratch:
        assemble(plan, loaded.store, Path(scratch), datetime.now(UTC))


def _planned() -> tuple[_Loaded, Plan, SceneFile]:
    (loaded,) = _loaded
    assert loaded.plan  # noqa: S101 (`plan` has run in a process before)
    assert loaded.scene  # noqa: S101
    return loaded, loaded.plan, loaded.scene


def _taken(runs: Sequence[_Run]) -> Taken:
    requests = sum((run.requests for run in runs), Counter[str]())
    return Taken(
        wall_s=max(run.ended for run in runs) - min(run.begun for run in runs),
        cpu_s=sum(run.cpu_s for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
        requests=dict(requests),
    )


def as_json(result: Result) -> dict[str, Any]:
    """Return what `make cost` reads: of each stage, the seconds that its function runs in all."""
    requests = sum((Counter(taken.requests) for taken in result.stages.values()), Counter[str]())
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "date": datetime.now(UTC).date().isoformat(),
        "area_km2": result.km2,
        "stages": {
            name: {"seconds": round(taken.cpu_s, 2), "peak_mb": round(taken.peak_mb)}
            for name, taken in result.stages.items()
        },
        "requests": {**requests, "blocks": result.blocks},
        "products_mb": round(sum(result.products_mb.values()), 2),
        "source_mb": round(result.file_mb, 2),
    }


def row(result: Result) -> str:
    """Return the row of README's table."""
    of_stages = [result.stages[name] for name in STAGES]
    rasters, vectors = (
        sum(size for name, size in result.products_mb.items() if name.endswith(kinds))
        for kinds in ((".tif",), (".parquet", ".fgb"))
    )
    return " | ".join(
        [
            f"| {result.km2:g} km\u00b2 ({result.side_px} px, {result.file_mb:.0f} MB)",
            f"{result.wall_s:.1f} s",
            ", ".join(f"{taken.cpu_s:.1f}" for taken in of_stages) + " s",
            ", ".join(f"{taken.peak_mb:.0f}" for taken in of_stages) + " MB",
            f"{result.polygons:,}",
            f"{rasters:.1f} MB",
            f"{vectors:.1f} MB |",
        ]
    )


def main() -> None:
    """Print the table that README quotes."""
    options = _options()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {options.workers} blocks at once\n")
    print("| scene | wall time | processor time: plan, blocks, seams, assembly | most memory of a")
    print("  process of each | polygons | rasters | vectors |")
    measured = list[Result]()
    for km2 in options.km2:
        measured.append(measure(km2, options.folder, options.workers))
        print(row(measured[-1]), flush=True)
        if options.drop:
            (options.folder / f"{km2:g}.tif").unlink()
    if options.keep:
        largest = max(measured, key=lambda result: result.km2)
        COST.write_text(json.dumps(as_json(largest), indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--km2", type=float, nargs="+", default=SIZES_KM2)
    parser.add_argument("--folder", type=Path, default=Path("build/bench-scenes"))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", action="store_true", help="let make cost use the largest scene")
    parser.add_argument("--drop", action="store_true", help="delete each scene after its turn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
