"""The machine of a run, and how fast it is at the moment: the same host may be three times slower later."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import numpy as np
from tesela.core.model import Model, load

_MODEL = Path(__file__).parents[2] / "lambda_image/model"
_REPEATS = 25


def machine() -> str:
    """Date, processor, cores and Python of this run."""
    cores = os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    return f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {cores} cores, Python {platform.python_version()}"


def tile_ms() -> float:
    """Median milliseconds of the network on a tile of 160 px and one thread, now."""
    model = _model()
    side_px = model.tile_px
    tile = np.random.default_rng(1).normal(size=(8, side_px, side_px)).astype(np.float32)
    return statistics.median(times_ms(partial(model.predict_tile, tile), _REPEATS))


def times_ms(call: Callable[[], object], repeats: int) -> list[float]:
    """Milliseconds of each of so many calls, one after the other."""
    return [_time_ms(call) for _ in range(repeats)]


def _time_ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


@cache
def _model() -> Model:
    return load(_MODEL, threads=1)


def _processor() -> str:
    """Its name as Linux has it, else the architecture."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
