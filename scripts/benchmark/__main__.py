"""`make bench`: medians and ratios of one run on this machine."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from scripts.benchmark import requests, runtimes

_TFLITE = runtimes.ROOT / ".venv-tflite/bin/python"


def main() -> None:
    """Print the tables that the README quotes."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    _print_requests()
    _print_runtimes()


def _print_requests() -> None:
    times = requests.measure()
    print("Request of a new 160 x 160 image, warm worker (ms)     p50     p99")
    for part in ("lookup", "decode", "infer", "polygons", "save", "total", "request"):
        p50, p99 = (requests.percentile(times[part], percent) for percent in (50, 99))
        print(f"  {part:50} {p50:7.1f} {p99:7.1f}")
    fresh = requests.percentile(times["fresh"], 50)
    print(f"\nDead worker to its successor's first answer (ms, p50)  {fresh:6.0f}\n")


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


if __name__ == "__main__":
    main()
