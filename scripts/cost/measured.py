"""What one prediction takes, measured on the stack of `make run`: `make cost-measured`.

Time is the function's processor time: of a machine that does other things, the clock shows too much.
"""

import json
import os
import platform
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tesela.core.model import load
from tesela.core.pipeline import segment

from scripts.local.stack import ROOT, LocalStack
from scripts.make_scene import SAMPLE_CRS, make_scene, write_tiff

FILE = Path(__file__).with_name("measured.json")
SIDE_PX = 160
_KINDS = ("town", "farmland", "river", "roads")
_REQUESTS = 80
_UTIME, _STIME = 11, 12  # of /proc/PID/stat, after the name of the program


@dataclass(frozen=True)
class Measured:
    """Of a prediction of 160 x 160 px: means over new scenes of four kinds."""

    on: str
    machine: str
    processor_ms: int  # of the whole request, with two threads
    one_thread_ms: int  # of the segmentation: the best of many, as other programs run beside
    two_threads_ms: int
    two_threads_processor_ms: int
    upload_bytes: int
    answer_bytes: int
    log_bytes: int
    objects: int
    kept_bytes: int


def read() -> Measured:
    """Return the last measurement."""
    return Measured(**json.loads(FILE.read_text()))


def write(measured: Measured) -> None:
    """Keep it beside the prices."""
    FILE.write_text(json.dumps(asdict(measured), indent=2) + "\n")


def measure() -> Measured:
    """Post new scenes to a worker of its own, one after another."""
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(folder), workers=1) as stack:
        scenes = [_scene(Path(folder), n) for n in range(_REQUESTS)]
        _post(stack.api_url, _scene(Path(folder), _REQUESTS))  # warm
        before = _spent(stack, Path(folder))
        answers = [_post(stack.api_url, scene) for scene in scenes]
        spent = [
            (now - then) / _REQUESTS
            for now, then in zip(_spent(stack, Path(folder)), before, strict=True)
        ]
    return Measured(
        datetime.now(UTC).date().isoformat(),
        f"{platform.machine()}, {os.cpu_count()} cores",
        round(spent[0] * 1000),
        *_segmentation_ms(1)[:1],
        *_segmentation_ms(2),
        round(statistics.mean(map(len, scenes))),
        round(statistics.mean(answers)),
        *map(round, spent[1:]),
    )


def _segmentation_ms(threads: int) -> tuple[int, int]:
    """Return the least milliseconds of a segmentation, by the clock and of the processor."""
    model = load(ROOT / "lambda_image/model", "litert", threads)
    with tempfile.TemporaryDirectory() as folder:
        image = _scene(Path(folder), 0)
    times = [_timed(lambda: segment(image, model, model.thresholds)) for _ in range(_REQUESTS)]
    clock, processor = (min(each) for each in zip(*times, strict=True))
    return round(clock * 1000), round(processor * 1000)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def _scene(folder: Path, number: int) -> bytes:
    path = folder / "scene.tif"
    write_tiff(make_scene(_KINDS[number % len(_KINDS)], number + 5000), path, SAMPLE_CRS)
    return path.read_bytes()


def _post(url: str, image: bytes) -> int:
    """Post an image and return the length of the answer in bytes."""
    with urllib.request.urlopen(f"{url}/predictions", image, timeout=60) as answer:  # noqa: S310
        return len(answer.read())


def _spent(stack: LocalStack, folder: Path) -> tuple[float, int, int, int]:
    """Return so far: seconds of processor time, bytes of log, objects kept and their bytes."""
    log = folder / "logs" / "worker-1.log"
    pages = stack.objects.client().get_paginator("list_objects_v2")
    sizes = [
        found["Size"]
        for page in pages.paginate(Bucket=stack.objects.bucket)
        for found in page.get("Contents", [])
    ]
    return _processor_s(stack.workers[0].pid), log.stat().st_size, len(sizes), sum(sizes)


def _processor_s(pid: int) -> float:
    """Return user and system time of a process in seconds, on Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / os.sysconf("SC_CLK_TCK")
