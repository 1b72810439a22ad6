"""An image by part and size, on one thread and on every core: `python -m scripts.benchmark.sizes`.

One size to a process, so that its peak of memory is its own.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tesela.core.model import load
from tesela.core.pipeline import infer, outline, read

from scripts.benchmark.runtimes import ROOT
from scripts.make_scene import make_scene, write_tiff

SIDES_PX = 160, 1024, 2048
_FEW, _MANY = 3, 15
_KIB_PER_MB = 1024  # ru_maxrss counts KiB on Linux


@dataclass(frozen=True)
class Size:
    """Medians in milliseconds of the clock, and the most memory that the process held."""

    side_px: int
    decode_ms: float
    infer_ms: float  # on one thread
    infer_all_ms: float  # on every core
    polygons_ms: float
    polygons: int
    peak_mb: float


def measure(side_px: int) -> Size:
    """Measure one size in a process of its own."""
    command = [sys.executable, "-m", "scripts.benchmark.sizes", str(side_px)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Size(**json.loads(output))


def _measure_here(side_px: int) -> Size:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.tif"
        write_tiff(make_scene("town", 1, side_px, side_px), path)
        body = path.read_bytes()
    repeats = _MANY if side_px < SIDES_PX[1] else _FEW
    one, every = (load(ROOT / "lambda_image/model", threads=n) for n in (1, os.cpu_count() or 1))
    image = read(body)
    scored = infer(image, one)
    return Size(
        side_px=side_px,
        decode_ms=_median_ms(lambda: read(body), repeats),
        infer_ms=_median_ms(lambda: infer(image, one), repeats),
        infer_all_ms=_median_ms(lambda: infer(image, every), repeats),
        polygons_ms=_median_ms(lambda: outline(scored, one, one.thresholds), repeats),
        polygons=sum(len(layer.polygons) for layer in outline(scored, one, one.thresholds).layers),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB,
    )


def _median_ms(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(asdict(_measure_here(int(sys.argv[1])))))
