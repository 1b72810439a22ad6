"""What one prediction takes, measured on the stack of `make run`: `make cost-measured`.

Time is the function's processor time: of a machine that does other things, the clock tells too much.
"""

import json
import os
import platform
import statistics
import tempfile
import urllib.request
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.local.stack import LocalStack
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
    processor_ms: int
    upload_bytes: int
    answer_bytes: int
    log_bytes: int
    objects: int
    kept_bytes: int


def read() -> Measured:
    """-> what was measured last."""
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
        round(statistics.mean(map(len, scenes))),
        round(statistics.mean(answers)),
        *map(round, spent[1:]),
    )


def _scene(folder: Path, number: int) -> bytes:
    path = folder / "scene.tif"
    write_tiff(make_scene(_KINDS[number % len(_KINDS)], number + 5000), path, SAMPLE_CRS)
    return path.read_bytes()


def _post(url: str, image: bytes) -> int:
    """-> bytes of the answer."""
    with urllib.request.urlopen(f"{url}/predictions", image, timeout=60) as answer:  # noqa: S310
        return len(answer.read())


def _spent(stack: LocalStack, folder: Path) -> tuple[float, int, int, int]:
    """-> so far: seconds of processor, bytes of log, objects kept and their bytes."""
    log = folder / "logs" / "worker-1.log"
    pages = stack.objects.client().get_paginator("list_objects_v2")
    sizes = [
        found["Size"]
        for page in pages.paginate(Bucket=stack.objects.bucket)
        for found in page.get("Contents", [])
    ]
    return _processor_s(stack.workers[0].pid), log.stat().st_size, len(sizes), sum(sizes)


def _processor_s(pid: int) -> float:
    """-> user and system time of a process, on Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / os.sysconf("SC_CLK_TCK")
