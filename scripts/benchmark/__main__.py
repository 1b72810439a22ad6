"""`make bench`: medians and ratios of one run on this machine."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from scripts.benchmark import delayed, load, requests, runtimes, sizes

_TFLITE = runtimes.ROOT / ".venv-tflite/bin/python"


def main() -> None:
    """Print the tables that `scripts/benchmark/README.md` quotes, or those that arguments name."""
    chosen = sys.argv[1:] or list(_TABLES)
    now = f"{datetime.now(UTC):%Y-%m-%d}"
    print(f"{now}, {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for name in chosen:
        _TABLES[name]()
        print(flush=True)


def _processor() -> str:
    """Its name as Linux has it, else the architecture."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _print_requests() -> None:
    times = requests.measure()
    print("Request of a new 160 x 160 image, warm worker (ms)     p50     p99")
    for part in ("lookup", "decode", "infer", "polygons", "save", "total", "request"):
        p50, p99 = (requests.percentile(times[part], percent) for percent in (50, 99))
        print(f"  {part:50} {p50:7.1f} {p99:7.1f}")
    fresh = requests.percentile(times["fresh"], 50)
    print(f"\nDead worker to its successor's first answer (ms, p50)  {fresh:6.0f}")


def _print_delayed() -> None:
    new, kept = delayed.measure()
    print(f"With {delayed.DELAY_MS} ms for every call of S3 and PostgreSQL (ms)     p50     p99")
    for name, times in (("new image", new), ("kept image", kept)):
        p50, p99 = (requests.percentile(times["request"], percent) for percent in (50, 99))
        print(f"  {name:55} {p50:7.1f} {p99:7.1f}")


def _print_sizes() -> None:
    print("A town by size (ms, p50)  decode  infer, 1 thread  all cores  ratio  polygons  peak MB")
    for side_px in sizes.SIDES_PX:
        size = sizes.measure(side_px)
        ratio = size.infer_ms / size.infer_all_ms
        print(
            f"  {side_px:4} px {size.polygons:6} polygons {size.decode_ms:7.1f} {size.infer_ms:16.1f}"
            f" {size.infer_all_ms:10.1f} {ratio:6.2f} {size.polygons_ms:9.1f} {size.peak_mb:8.0f}"
        )


def _print_load() -> None:
    seen = load.measure()
    p50, p99 = (requests.percentile(seen.times_ms, percent) for percent in (50, 99))
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(seen.statuses.items()))
    print(f"{load.CLIENTS} clients for {load.DURATION_S} s, two workers")
    print(f"  answers a second {len(seen.times_ms) / load.DURATION_S:.1f}")
    print(f"  p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    print(f"  statuses {statuses}; refused without Retry-After: {seen.silent_refusals}")


def _print_runtimes() -> None:
    here = Path(sys.executable)
    litert = _measured(here, "litert")
    found = [litert, _measured(here, "litert-builtin")]
    if _TFLITE.exists():
        found.append(_measured(_TFLITE, "tflite-runtime"))
    print(
        "One tile on one thread        ms (p50)   ratio   Jaccard of the samples' masks to LiteRT's"
    )
    for each in found:
        ratio, jaccard = each.tile_ms / litert.tile_ms, each.jaccard(litert)
        print(f"  {each.runtime:25} {each.tile_ms:10.1f} {ratio:7.2f} {jaccard:9.4f}")
    if _TFLITE.exists():
        same = found[2].masks == found[1].masks
        print(f"  tflite-runtime's masks are {'' if same else 'NOT '}identical to litert-builtin's")
    else:
        print("  tflite-runtime: skipped, `make test-tflite` makes its environment")


def _measured(python: Path, runtime: str) -> runtimes.Measured:
    command = [str(python), "-m", "scripts.benchmark.runtimes", runtime]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return runtimes.Measured(**json.loads(output))


_TABLES: dict[str, Callable[[], None]] = {
    "requests": _print_requests,
    "delayed": _print_delayed,
    "sizes": _print_sizes,
    "load": _print_load,
    "runtimes": _print_runtimes,
}

if __name__ == "__main__":
    main()
