"""The stages of a scene one after the other, its blocks side by side in processes of their own."""

import multiprocessing
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tesela.core.model import Model, load
from tesela.scenes import names
from tesela.scenes.assembly import assemble
from tesela.scenes.block import process_block
from tesela.scenes.plan import CODEC, Options, Plan, make_plan, planned_scene
from tesela.scenes.reader import SceneFile
from tesela.scenes.seams import join_seams
from tesela.scenes.window import Window

from scripts.process_scene.files import FileSource, FolderStore, as_one, locked, open_files

MODEL = Path(__file__).parents[2] / "lambda_image" / "model"

Progress = Callable[
    [str, int, int], None
]  # a stage, how many of its steps are done, and of how many


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stage took; memory is the largest that one process held."""

    stage: str
    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Result:
    """A processed scene: its plan, the folder of its products, and what each stage took."""

    plan: Plan
    folder: Path
    stages: list[Measured] = field(default_factory=list)


def process_scene(
    paths: Sequence[Path],
    out: Path,
    options: Options,
    workers: int,
    progress: Progress,
    *,
    keep_parts: bool = False,
) -> Result:
    """Process a scene of one file, or of eight, into `out`/id; what an interrupted run has done is not done again.

    Raises:
        TeselaError: It cannot be processed; the sentence says why.
        BlockingIOError: Another process is at this scene.
    """
    stages = list[Measured]()
    with _measured("plan", stages):
        progress("plan", 0, 1)
        with open_files(paths) as source:
            plan = make_plan(source, load(MODEL), options)
    folder = out / plan.id
    store = FolderStore(folder)
    with locked(folder):
        if store.get(names.ITEM) is None:
            store.put(names.PLAN, CODEC.dump_json(plan, indent=1))
            stages.append(_blocks(paths, plan, store, workers, progress))
            _finish(plan, store, stages, progress)
        if not keep_parts:
            shutil.rmtree(folder / "parts", ignore_errors=True)
    return Result(plan, folder, stages)


def _finish(plan: Plan, store: FolderStore, stages: list[Measured], progress: Progress) -> None:
    with _measured("seams", stages):
        progress("seams", 0, 1)
        join_seams(plan, store)
    with _measured("assembly", stages), tempfile.TemporaryDirectory(dir=store.folder) as scratch:
        progress("assembly", 0, 1)
        assemble(plan, store, Path(scratch), datetime.now(UTC))


def _blocks(
    paths: Sequence[Path], plan: Plan, store: FolderStore, workers: int, progress: Progress
) -> Measured:
    """Process all blocks; the first failure ends the run, and what is done stays."""
    blocks, started = list(plan.blocks()), time.monotonic()
    used = min(workers, len(blocks))
    setting = paths, plan, store.folder, max(1, workers // used)
    progress("blocks", 0, len(blocks))
    spawned = multiprocessing.get_context("spawn")
    cpu_s, peak_mb = 0.0, 0.0
    with ProcessPoolExecutor(used, spawned, _start, setting) as pool:
        futures = [pool.submit(_process, block) for block in blocks]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                measured = future.result()
                cpu_s, peak_mb = cpu_s + measured[0], max(peak_mb, measured[1])
                progress("blocks", done, len(blocks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Measured("blocks", time.monotonic() - started, cpu_s, peak_mb)


@dataclass(frozen=True, slots=True)
class _Worker:
    """What a process needs for any block."""

    plan: Plan
    scene: SceneFile
    model: Model
    store: FolderStore


_worker = list[_Worker]()  # one in each process


def _start(paths: Sequence[Path], plan: Plan, folder: Path, threads: int) -> None:
    source = as_one([FileSource(path, plan.source_version) for path in paths])
    scene = planned_scene(plan, source)
    _worker.append(_Worker(plan, scene, load(MODEL, threads=threads), FolderStore(folder)))


def _process(block: Window) -> tuple[float, float]:
    (worker,) = _worker
    before = time.process_time()
    process_block(block, worker.plan, worker.scene, worker.model, worker.store)
    return time.process_time() - before, _peak_mb()


@contextmanager
def _measured(stage: str, stages: list[Measured]) -> Iterator[None]:
    _forget_peak()
    wall, cpu = time.monotonic(), time.process_time()
    yield
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    stages.append(Measured(stage, wall, cpu, _peak_mb()))


def _forget_peak() -> None:
    """Let Linux count the highest memory of this process from now on."""
    path = Path("/proc/self/clear_refs")
    if os.access(path, os.W_OK):
        path.write_text("5")


def _peak_mb() -> float:
    """The highest memory of this process since then; 0 where Linux does not tell."""
    path = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", path.read_text()) if path.exists() else None
    return int(found[1]) / 1024 if found else 0.0
