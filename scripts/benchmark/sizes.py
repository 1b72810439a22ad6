"""An image by part and size, on one thread and on every core: `python -m scripts.benchmark.sizes FILE`.

Prints JSON. One size to a process, so that its peak of memory is its own.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tesela.core.model import load
from tesela.core.pipeline import infer, outline, read, segment

from scripts.benchmark.host import times_ms
from scripts.benchmark.images import town
from scripts.benchmark.runtimes import ROOT

SIDES_PX = 160, 1024, 2048
_LARGE_BYTES = 2**20
_FEW, _MANY = 3, 15
_KIB_PER_MB = 1024  # ru_maxrss counts KiB on Linux


@dataclass(frozen=True)
class Size:
    """Medians in milliseconds of the clock; and the peak of memory of an upload as float32."""

    side_px: float
    decode_ms: float
    infer_ms: float  # on one thread
    infer_all_ms: float  # on every core
    polygons_ms: float
    polygons: float
    peak_mb: float


def measure(side_px: int) -> Size:
    """Measure one size in processes of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.tif"
        path.write_bytes(town(side_px))
        times = _run(str(path))
        path.write_bytes(town(side_px, "float32"))
        return Size(side_px=side_px, **times, **_run(str(path), "peak"))


def _run(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.benchmark.sizes", *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(output)
    return found


def _times(body: bytes) -> dict[str, float]:
    repeats = _FEW if len(body) > _LARGE_BYTES else _MANY
    one, every = (load(ROOT / "lambda_image/model", threads=n) for n in (1, os.cpu_count() or 1))
    image = read(body)
    scored = infer(image, one)
    drawn = outline(scored, one.thresholds)
    return {
        "decode_ms": _median_ms(lambda: read(body), repeats),
        "infer_ms": _median_ms(lambda: infer(image, one), repeats),
        "infer_all_ms": _median_ms(lambda: infer(image, every), repeats),
        "polygons_ms": _median_ms(lambda: outline(scored, one.thresholds), repeats),
        "polygons": sum(len(layer.polygons) for layer in drawn.layers),
    }


def _peak(body: bytes) -> dict[str, float]:
    model = load(ROOT / "lambda_image/model", threads=os.cpu_count() or 1)
    segment(body, model, model.thresholds)
    return {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB}


def _median_ms(work: Callable[[], object], repeats: int) -> float:
    return statistics.median(times_ms(work, repeats))


if __name__ == "__main__":
    of_file = Path(sys.argv[1]).read_bytes()
    print(json.dumps(_peak(of_file) if sys.argv[2:] else _times(of_file)))
